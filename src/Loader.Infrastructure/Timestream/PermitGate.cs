namespace Loader.Infrastructure.Timestream;

/// <summary>Limits the requests in flight over all loads of a process. Who waits for an earlier row group goes first, so that what is settled has no gaps.</summary>
/// <param name="permits">The most requests in flight.</param>
internal sealed class PermitGate(int permits)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (int RowGroup, long Arrival)> _waiting = new();
    private int _free = permits;
    private long _arrivals;

    /// <summary>Waits for a permit.</summary>
    /// <param name="rowGroup">The row group that the request belongs to.</param>
    /// <param name="cancellationToken">Ends the wait; no permit is held then.</param>
    /// <returns>A task that ends when the permit is held; it must be given back by <see cref="Release"/>.</returns>
    public Task WaitAsync(int rowGroup, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn, (rowGroup, _arrivals++));
        }

        return WaitAsync(turn, cancellationToken);
    }

    /// <summary>Gives a permit back.</summary>
    public void Release()
    {
        lock (_gate)
        {
            // Those who gave up waiting are passed over.
            while (_waiting.TryDequeue(out TaskCompletionSource? turn, out _))
            {
                if (turn.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration abandoned = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task.ConfigureAwait(false);
    }
}
