namespace Loader.LocalAws.Faults;

/// <summary>Holds calls until the test opens it. The test can wait for the first call.</summary>
public sealed class FaultGate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes when the first call waits at the gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Releases all waiting calls; later calls are not held.</summary>
    public void Open() => _open.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
