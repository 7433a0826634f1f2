namespace Loader.Domain;

/// <summary>The unit of a time that is counted from 1970-01-01T00:00:00Z.</summary>
public enum TimeUnit
{
    /// <summary>10⁻³ s.</summary>
    Milliseconds,

    /// <summary>10⁻⁶ s.</summary>
    Microseconds,

    /// <summary>10⁻⁹ s; a 64-bit count reaches from 1677-09-21 to 2262-04-11.</summary>
    Nanoseconds,
}

/// <summary>Converts between counts of a <see cref="TimeUnit"/> and instants.</summary>
public static class TimeUnitExtensions
{
    /// <summary>Returns the number of units in one second.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>1,000, 1,000,000 or 1,000,000,000.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unit"/> is not a defined unit.</exception>
    public static long PerSecond(this TimeUnit unit) => unit switch
    {
        TimeUnit.Milliseconds => 1_000,
        TimeUnit.Microseconds => 1_000_000,
        TimeUnit.Nanoseconds => 1_000_000_000,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>Converts an instant to a count of the unit since the epoch.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="instant">The instant.</param>
    /// <returns>
    /// The count, rounded down; <see cref="long.MinValue"/> or <see cref="long.MaxValue"/> if a 64-bit count cannot hold it.
    /// </returns>
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

    /// <summary>Converts a count of the unit since the epoch to an instant.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="time">The count.</param>
    /// <returns>The instant, rounded down to 100 ns, or <see langword="null"/> if it is outside the years 1 to 9999.</returns>
    public static DateTimeOffset? ToInstant(this TimeUnit unit, long time)
    {
        decimal ticks = Math.Floor(time * (decimal)TimeSpan.TicksPerSecond / unit.PerSecond()) + DateTimeOffset.UnixEpoch.UtcTicks;
        return ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
            : null;
    }
}
