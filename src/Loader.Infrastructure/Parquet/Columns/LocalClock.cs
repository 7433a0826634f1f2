namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Finds the UTC offset of local times in a zone. Offsets are cached by hour, unless the offset changes within the hour.</summary>
/// <remarks>
/// Of two instants with the same local time (clocks set back), the earlier one is chosen. A local time that was skipped (clocks set
/// forward) has no offset.
/// Not thread-safe.
/// </remarks>
/// <param name="zone">The zone.</param>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    private const int CachedHours = 1 << 12;
    private const long SecondsPerHour = 3_600;
    private const long SecondsPerDay = 86_400;

    /// <summary>Marks an hour in which the offset changes.</summary>
    private const int Mixed = int.MaxValue;

    private static readonly long FirstSecond = DateTime.MinValue.Ticks / TimeSpan.TicksPerSecond - UnixSeconds;
    private static readonly long LastSecond = (DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond) - UnixSeconds;

    private readonly long[] _hours = NoHours();
    private readonly int[] _offsets = new int[CachedHours];

    /// <summary>Gets a value indicating whether the zone is UTC, so that no conversion is needed.</summary>
    public bool IsUtc { get; } =
        zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime && zone.GetAdjustmentRules().Length == 0;

    private static long UnixSeconds => DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>Finds the offset of a local time.</summary>
    /// <param name="local">The seconds of local time since 1970-01-01T00:00:00. Outside the years 1 to 9999, the nearest offset within them
    /// applies.</param>
    /// <param name="offset">Receives local time minus UTC, in seconds.</param>
    /// <returns><see langword="false"/> if the local time does not exist.</returns>
    public bool TryGetOffset(long local, out int offset)
    {
        long hour = FloorDivide(local, SecondsPerHour);
        int slot = (int)(hour & (CachedHours - 1));
        if (_hours[slot] != hour)
        {
            _hours[slot] = hour;
            long start = hour * SecondsPerHour;
            _offsets[slot] = Find(start, out int first) && Find(start + SecondsPerHour - 1, out int last) && first == last
                ? first
                : Mixed;
        }

        offset = _offsets[slot];
        return offset != Mixed || Find(local, out offset);
    }

    /// <summary>Divides two integers and rounds down.</summary>
    public static long FloorDivide(long value, long by)
    {
        long quotient = Math.DivRem(value, by, out long rest);
        return rest < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Near a change of clocks, the offset is that of the day before or that of the day after.</summary>
    private bool Find(long local, out int offset)
    {
        int before = OffsetAt(local - SecondsPerDay);
        int after = OffsetAt(local + SecondsPerDay);
        offset = Math.Max(before, after);
        if (OffsetAt(local - offset) == offset)
        {
            return true;
        }

        offset = Math.Min(before, after);
        return OffsetAt(local - offset) == offset;
    }

    private int OffsetAt(long utc)
    {
        long ticks = (Math.Clamp(utc, FirstSecond, LastSecond) + UnixSeconds) * TimeSpan.TicksPerSecond;
        return (int)zone.GetUtcOffset(new DateTime(ticks, DateTimeKind.Utc)).TotalSeconds;
    }

    private static long[] NoHours()
    {
        var hours = new long[CachedHours];
        Array.Fill(hours, long.MinValue);
        return hours;
    }
}
