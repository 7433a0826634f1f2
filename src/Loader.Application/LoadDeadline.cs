namespace Loader.Application;

/// <summary>Decides when a load begins no further row group because of its deadline, and when it cancels those in flight.</summary>
/// <remarks>Safe to share between threads. Without a deadline, a load never stops by itself.</remarks>
/// <param name="at">The time by which the load must have ended, or <see langword="null"/> if there is none.</param>
/// <param name="grace">The time to keep free before the deadline.</param>
internal sealed class LoadDeadline(DateTimeOffset? at, TimeSpan grace)
{
    private long _slowestReadTicks;
    private long _slowestSettleTicks;

    /// <summary>
    /// Returns how long row groups in flight may still take. Half of the grace remains for keeping rejected rows, metrics and the response.
    /// </summary>
    /// <param name="now">The current time.</param>
    /// <returns>The time, 0 or more, or <see langword="null"/> if there is no deadline.</returns>
    public TimeSpan? GetTimeUntilCancel(DateTimeOffset now)
    {
        if (at is not { } deadline)
        {
            return null;
        }

        TimeSpan left = deadline - now - (grace / 2);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Records how long it took to read a row group.</summary>
    /// <param name="elapsed">The time that it took.</param>
    public void AddRead(TimeSpan elapsed) => Raise(ref _slowestReadTicks, elapsed.Ticks);

    /// <summary>Records how long it took to settle a row group.</summary>
    /// <param name="elapsed">The time that it took.</param>
    public void AddSettle(TimeSpan elapsed) => Raise(ref _slowestSettleTicks, elapsed.Ticks);

    /// <summary>Returns whether the time left is less than the grace plus twice what the slowest row group took so far.</summary>
    /// <param name="now">The current time.</param>
    /// <returns><see langword="true"/> if no further row group should begin.</returns>
    public bool IsNear(DateTimeOffset now)
    {
        if (at is not { } deadline)
        {
            return false;
        }

        var slowest = TimeSpan.FromTicks(Volatile.Read(ref _slowestReadTicks) + Volatile.Read(ref _slowestSettleTicks));
        return deadline - now < (2 * slowest) + grace;
    }

    private static void Raise(ref long slowest, long ticks)
    {
        long seen;
        while ((seen = Volatile.Read(ref slowest)) < ticks && Interlocked.CompareExchange(ref slowest, ticks, seen) != seen)
        {
        }
    }
}
