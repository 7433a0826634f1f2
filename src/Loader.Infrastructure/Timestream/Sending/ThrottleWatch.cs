namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>Knows since when the service has throttled everything, over all loads of a process.</summary>
/// <param name="budget">How long that may go on.</param>
/// <param name="timeProvider">The time.</param>
internal sealed class ThrottleWatch(TimeSpan budget, TimeProvider timeProvider)
{
    private const long Never = long.MinValue;

    private long _since = Never;

    /// <summary>Gets how long everything may be throttled.</summary>
    public TimeSpan Budget => budget;

    /// <summary>Notes that the service took a request.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _since) != Never)
        {
            Volatile.Write(ref _since, Never);
        }
    }

    /// <summary>Notes a throttled request and says whether to go on.</summary>
    /// <returns>Whether any request has succeeded within the budget, or the budget has not yet run out since the first that was throttled.</returns>
    public bool Throttled()
    {
        long now = timeProvider.GetTimestamp();
        long since = Interlocked.CompareExchange(ref _since, now, Never);
        return timeProvider.GetElapsedTime(since == Never ? now : since, now) < budget;
    }
}
