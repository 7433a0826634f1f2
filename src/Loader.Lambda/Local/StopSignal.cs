using System.Runtime.InteropServices;

namespace Loader.Lambda.Local;

/// <summary>Stops a load as a deadline would at SIGINT (Ctrl-C) or SIGTERM. A second signal ends the process.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    /// <summary>Gets the token of the stop.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_stop.IsCancellationRequested;
        if (context.Cancel)
        {
            Console.Error.WriteLine("Stopping after the row groups in flight. Press Ctrl-C again to end at once.");
            _stop.Cancel();
        }
    }
}
