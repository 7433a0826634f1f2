namespace Loader.Infrastructure.Timestream;

/// <summary>Limits the requests in flight over all loads of a process. Who waits for an earlier row group goes first, so that what is settled has no gaps.</summary>
/// <param name="permits">The most requests in flight.</param>
internal sealed class PermitGate(int permits)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (long Rank, long Arrival)> _waiting = new();
    private int _free = permits;
    private long _arrivals;

    /// <summary>Returns the rank of a request: the lower goes first.</summary>
    /// <param name="rowGroup">Its row group; earlier ones go first.</param>
    /// <param name="wasSent">Whether it was sent before; within a row group such requests go first.</param>
    /// <returns>The rank.</returns>
    public static long RankOf(int rowGroup, bool wasSent) => (2L * rowGroup) + (wasSent ? 0 : 1);

    /// <summary>Waits for a permit.</summary>
    /// <param name="rank">The request's rank.</param>
    /// <param name="cancellationToken">Ends the wait; no permit is held then.</param>
    /// <returns>A task that ends when the permit is held; it must be given back by <see cref="Release"/>.</returns>
    public Task WaitAsync(long rank, CancellationToken cancellationToken)
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
            _waiting.Enqueue(turn, (rank, _arrivals++));
        }

        return WaitAsync(turn, cancellationToken);
    }

    /// <summary>
    /// Says whether a permit may be kept for another request. Handing it to someone of the same rank would gain nothing and cost a change of threads.
    /// </summary>
    /// <param name="rank">The rank of the other request.</param>
    /// <returns>Whether nobody waits who goes first.</returns>
    public bool MayKeep(long rank)
    {
        lock (_gate)
        {
            return !_waiting.TryPeek(out _, out (long Rank, long Arrival) first) || first.Rank >= rank;
        }
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
