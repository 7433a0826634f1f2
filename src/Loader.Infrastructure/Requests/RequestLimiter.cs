namespace Loader.Infrastructure.Requests;

/// <summary>
/// Limits the requests in flight, over all loads of a process. Waiting requests of earlier loads go first, so that few files are unfinished
/// at a time; within a load, those of earlier row groups, so that its settled row groups have no gaps and a resumed load has less to
/// repeat.
/// </summary>
/// <remarks>Thread-safe. Equal priorities are first in, first out.</remarks>
/// <param name="permits">The maximum number of requests in flight at first.</param>
internal sealed class RequestLimiter(int permits)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (RequestPriority Priority, long Arrival)> _waiting = new();
    private int _permits = permits;
    private int _inFlight;
    private long _arrivals;

    /// <summary>Gets the number of permits that are held: the requests in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>
    /// Gets or sets the maximum number of requests in flight. If more are in flight when it is lowered, they end, and no permit is granted
    /// until fewer are.
    /// </summary>
    public int Permits
    {
        get => Volatile.Read(ref _permits);
        set
        {
            lock (_gate)
            {
                _permits = value;
                while (_inFlight < _permits && TryGrant())
                {
                    _inFlight++;
                }
            }
        }
    }

    /// <summary>Waits for a permit.</summary>
    /// <param name="priority">The priority of the request.</param>
    /// <param name="cancellationToken">Cancels the wait. No permit is held after that.</param>
    /// <returns>A task that completes when the caller holds a permit, which it must return with <see cref="Release"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task AcquireAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_inFlight < _permits)
            {
                _inFlight++;
                return Task.CompletedTask;
            }

            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, (priority, _arrivals++));
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>
    /// Returns whether the holder of a permit may use it for another request. Passing it to a waiter of equal priority would gain nothing
    /// and cost a thread switch.
    /// </summary>
    /// <param name="priority">The priority of the other request.</param>
    /// <returns>
    /// <see langword="true"/> if no waiting request has a higher priority, and not more requests are in flight than permitted.
    /// </returns>
    public bool CanKeep(RequestPriority priority)
    {
        lock (_gate)
        {
            return _inFlight <= _permits
                && (!_waiting.TryPeek(out _, out (RequestPriority Priority, long Arrival) first)
                    || first.Priority.CompareTo(priority) >= 0);
        }
    }

    /// <summary>Returns a permit.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_inFlight > _permits || !TryGrant())
            {
                _inFlight--;
            }
        }
    }

    /// <summary>Grants a permit to the first waiter. A cancelled waiter stays in the queue until it is dequeued here.</summary>
    private bool TryGrant()
    {
        while (_waiting.TryDequeue(out TaskCompletionSource? waiter, out _))
        {
            if (waiter.TrySetResult())
            {
                return true;
            }
        }

        return false;
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter);
        await waiter.Task.ConfigureAwait(false);
    }
}
