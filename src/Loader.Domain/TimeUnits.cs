namespace Loader.Domain;

/// <summary>Arithmetic on <see cref="TimeUnit"/>.</summary>
public static class TimeUnits
{
    /// <summary>Returns how many of a unit make one second.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>1,000, 1,000,000 or 1,000,000,000.</returns>
    public static long PerSecond(this TimeUnit unit) => unit switch
    {
        TimeUnit.Milliseconds => 1_000,
        TimeUnit.Microseconds => 1_000_000,
        TimeUnit.Nanoseconds => 1_000_000_000,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>Converts a point in time to a count of a unit since the epoch, rounded down, and held at the ends of the 64-bit range.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="instant">The point in time.</param>
    /// <returns>The count.</returns>
    public static long FromInstant(this TimeUnit unit, DateTimeOffset instant)
    {
        long ticks = instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return unit switch
        {
            TimeUnit.Milliseconds => (long)Math.Floor(ticks / (decimal)TimeSpan.TicksPerMillisecond),
            TimeUnit.Microseconds => (long)Math.Floor(ticks / (decimal)TimeSpan.TicksPerMicrosecond),
            _ => (long)Math.Clamp(ticks * 100m, long.MinValue, long.MaxValue),
        };
    }

    /// <summary>Converts a count of a unit since the epoch to a point in time, or says that the calendar (years 1 to 9999) does not hold it.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="time">The count.</param>
    /// <returns>The point in time, cut to 100 ns, or <see langword="null"/>.</returns>
    public static DateTimeOffset? ToInstant(this TimeUnit unit, long time)
    {
        decimal ticks = Math.Floor(time * (decimal)TimeSpan.TicksPerSecond / unit.PerSecond()) + DateTimeOffset.UnixEpoch.UtcTicks;
        return ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
            : null;
    }
}
