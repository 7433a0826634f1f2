namespace Loader.Tests.Verifying;

/// <summary>A clock on which every delay ends at once. Timers that repeat never fire.</summary>
internal sealed class ImmediateTime : TimeProvider
{
    /// <summary>Gets the delays, in the order in which they began.</summary>
    public List<TimeSpan> Delays { get; } = [];

    /// <summary>Gets or sets what happens during a delay.</summary>
    public Action Meanwhile { get; set; } = static () => { };

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan || dueTime == Timeout.InfiniteTimeSpan)
        {
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Delays.Add(dueTime);
        Meanwhile();
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
