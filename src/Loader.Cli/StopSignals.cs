using System.Runtime.InteropServices;

namespace Loader.Cli;

/// <summary>The two ways to end a run: the first signal stops it cleanly, the second abandons what is in flight.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _raised;

    /// <summary>Gets the clean stop: nothing new is begun, what is in flight settles.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Gets the hard stop: what is in flight is cancelled.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>Gets or sets who is told of a clean stop.</summary>
    public Action? Stopping { get; set; }

    /// <summary>Listens to Ctrl-C and to the request to terminate. A third signal ends the process at once, as the system would.</summary>
    public static StopSignals OfProcess()
    {
        var signals = new StopSignals();
        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, signals.On));
        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signals.On));
        return signals;
    }

    /// <summary>Raises the next signal.</summary>
    /// <returns>Whether it was one of the first two.</returns>
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

    private void On(PosixSignalContext context) => context.Cancel = Raise();
}
