namespace Loader.Application;

/// <summary>The memory that the row groups of all loads of a process may use together.</summary>
/// <remarks>
/// <para>Thread-safe. A load reserves once, before it reads its first row group, what its row groups in flight need at most, and keeps it
/// until no row group is left. First come, first served: a reservation waits until those before it are granted, even if it would fit, so
/// that many small files never keep a large one waiting.</para>
/// <para>Loads cannot block each other for ever. A load that waits for memory holds none, and a load that holds memory never asks for
/// more, so it ends without waiting for one that waits. No reservation exceeds the limit, so that the first one in the queue fits at the
/// latest when all granted ones are released.</para>
/// </remarks>
/// <param name="limitBytes">The memory in bytes.</param>
internal sealed class LoadMemory(long limitBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private long _free = limitBytes;

    /// <summary>Gets the memory in bytes.</summary>
    public long LimitBytes { get; } = limitBytes;

    /// <summary>Creates the memory that options allow.</summary>
    public static LoadMemory From(LoadOptions options) =>
        new(options.MemoryLimitBytes ?? (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 0.6));

    /// <summary>Waits until memory is free and reserves it.</summary>
    /// <param name="bytes">The bytes to reserve, from 0 to <see cref="LimitBytes"/>. A reservation of 0 never waits.</param>
    /// <param name="cancellationToken">Cancels the wait. Nothing is reserved after that.</param>
    /// <returns>The reservation, which the caller disposes once to release it.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, LimitBytes);
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(this, bytes);
        lock (_gate)
        {
            if (bytes == 0)
            {
                waiter.Grant();
            }
            else
            {
                _waiting.AddLast(waiter.Node);
                GrantFirst();
            }
        }

        return waiter.Granted.IsCompleted ? waiter.Granted : WaitAsync(waiter, cancellationToken);
    }

    private static async Task<IDisposable> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Cancel(token), waiter);
        return await waiter.Granted.ConfigureAwait(false);
    }

    /// <summary>Grants the first waiting reservations that fit. Call it in the lock.</summary>
    private void GrantFirst()
    {
        while (_waiting.First is { } first && first.Value.Bytes <= _free)
        {
            _waiting.RemoveFirst();
            _free -= first.Value.Bytes;
            first.Value.Grant();
        }
    }

    private void Release(long bytes)
    {
        lock (_gate)
        {
            _free += bytes;
            GrantFirst();
        }
    }

    private void Cancel(Waiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            // A reservation that was granted meanwhile stays granted: its owner releases it.
            if (waiter.Node.List is null)
            {
                return;
            }

            _waiting.Remove(waiter.Node);
            waiter.Abandon(token);
            GrantFirst();
        }
    }

    /// <summary>A reservation, before and after it is granted.</summary>
    private sealed class Waiter : IDisposable
    {
        private readonly LoadMemory _memory;
        private readonly TaskCompletionSource<IDisposable> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isReleased;

        public Waiter(LoadMemory memory, long bytes)
        {
            _memory = memory;
            Bytes = bytes;
            Node = new LinkedListNode<Waiter>(this);
        }

        public long Bytes { get; }

        public LinkedListNode<Waiter> Node { get; }

        public Task<IDisposable> Granted => _granted.Task;

        public void Grant() => _granted.SetResult(this);

        public void Abandon(CancellationToken token) => _granted.SetCanceled(token);

        public void Cancel(CancellationToken token) => _memory.Cancel(this, token);

        public void Dispose()
        {
            if (!_isReleased)
            {
                _isReleased = true;
                _memory.Release(Bytes);
            }
        }
    }
}
