using System.Runtime.InteropServices;

namespace Loader.Cli.Hosting;

/// <summary>The two signals that end a run: the first stops it cleanly, the second abandons the row groups in flight.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _raised;

    /// <summary>Gets the token of the clean stop: nothing new starts, and row groups in flight are finished.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Gets the token of the hard stop: row groups in flight are cancelled.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>Gets or sets the callback for the clean stop. It runs before <see cref="Stop"/> is cancelled.</summary>
    public Action? Stopping { get; set; }

    /// <summary>Handles SIGINT (Ctrl-C) and SIGTERM. The third signal ends the process at once.</summary>
    public static StopSignals Listen()
    {
        var signals = new StopSignals();
        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, signals.Handle));
        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signals.Handle));
        return signals;
    }

    /// <summary>Raises the next signal.</summary>
    /// <returns>Whether it was one of the first two signals.</returns>
    public bool Raise()
    {
        switch (Interlocked.Increment(ref _raised))
        {
            case 1:
                Stopping?.Invoke();
                _stop.Cancel();
                return true;
            case 2:
                _stop.Cancel();
                _abandon.Cancel();
                return true;
            default:
                return false;
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
        _abandon.Dispose();
    }

    private void Handle(PosixSignalContext context) => context.Cancel = Raise();
}
