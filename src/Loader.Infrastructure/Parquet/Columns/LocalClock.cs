using Loader.Infrastructure.Mapping;

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

    /// <summary>The step in which a range of time is searched for overlaps. No zone sets its clocks back twice within it.</summary>
    private const long SearchStep = 7 * SecondsPerDay;

    /// <summary>The longest range of time that is searched for changes of clocks: hundred years, in some ten milliseconds.</summary>
    private const long LongestSearch = 36_525 * SecondsPerDay;

    /// <summary>Is added to the offset of an hour near an overlap. Offsets are smaller than a day.</summary>
    private const int NearOverlap = 1 << 20;

    /// <summary>Every cached number that is smaller is an offset and nothing else.</summary>
    private const int Special = NearOverlap >> 1;

    /// <summary>Marks an hour in which the offset changes, or which occurs twice.</summary>
    private const int Mixed = int.MaxValue;

    private static readonly long FirstSecond = DateTime.MinValue.Ticks / TimeSpan.TicksPerSecond - UnixSeconds;
    private static readonly long LastSecond = (DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond) - UnixSeconds;

    /// <summary>The hours of a clock that has not been used. It has no other arrays, because most files have no local times.</summary>
    private static readonly long[] NoHours = [long.MinValue];

    private readonly Dictionary<long, Overlap> _overlaps = [];
    private long[] _hours = NoHours;
    private int[] _offsets = [];
    private Overlap?[] _near = [];

    /// <summary>Gets a value indicating whether the zone is UTC, so that no conversion is needed.</summary>
    public bool IsUtc { get; } = MappingZone.IsUtc(zone);

    private static long UnixSeconds => DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>Finds the offset of a local time.</summary>
    /// <param name="local">The seconds of local time since 1970-01-01T00:00:00. Outside the years 1 to 9999, the nearest offset within them
    /// applies.</param>
    /// <param name="offset">Receives local time minus UTC, in seconds.</param>
    /// <returns><see langword="false"/> if the local time does not exist.</returns>
    public bool TryGetOffset(long local, out int offset) => TryGetOffset(local, out offset, out _);

    /// <summary>Finds the offset of a local time, and the overlap that it belongs to or is near to.</summary>
    /// <param name="local">As in <see cref="TryGetOffset(long, out int)"/>.</param>
    /// <param name="offset">Receives local time minus UTC, in seconds.</param>
    /// <param name="near">
    /// Receives the overlap that the local time is in, or about <see cref="Overlap.Margin"/> away from at most; <see langword="null"/>
    /// for all other times of the year.
    /// </param>
    /// <returns><see langword="false"/> if the local time does not exist.</returns>
    public bool TryGetOffset(long local, out int offset, out Overlap? near)
    {
        long hour = FloorDivide(local, SecondsPerHour);
        int slot = (int)(hour & (_hours.Length - 1));
        if (_hours[slot] != hour)
        {
            slot = Cache(hour);
        }

        offset = _offsets[slot];
        if (offset < Special)
        {
            near = null;
            return true;
        }

        near = _near[slot];
        offset -= NearOverlap;
        return offset != Mixed - NearOverlap || Find(local, out offset);
    }

    /// <summary>Lists the overlaps in a range of local time and less than <see cref="Overlap.Margin"/> away from it.</summary>
    /// <param name="first">The first local time, in seconds.</param>
    /// <param name="last">The last local time, in seconds.</param>
    /// <returns>The overlaps in the order of time.</returns>
    public List<Overlap> ListOverlaps(long first, long last)
    {
        var overlaps = new List<Overlap>();
        long end = Math.Min(last, LastSecond) + Overlap.Margin;
        for (long from = Math.Max(first, FirstSecond) - Overlap.Margin; from <= end; from += SearchStep)
        {
            if (FindOverlap(from, Math.Min(from + SearchStep - 1, end)) is { } overlap && (overlaps.Count == 0 || overlaps[^1] != overlap))
            {
                overlaps.Add(overlap);
            }
        }

        return overlaps;
    }

    /// <summary>Finds the offset of a range of local time in which clocks do not change, nor in the week around it.</summary>
    /// <param name="first">The first local time, in seconds.</param>
    /// <param name="last">The last local time, in seconds.</param>
    /// <param name="offset">Receives local time minus UTC, in seconds.</param>
    /// <returns><see langword="false"/> if clocks change, or if the range is too long to search.</returns>
    public bool TryGetConstantOffset(long first, long last, out int offset)
    {
        offset = OffsetAt(first - SearchStep);
        if (IsUtc)
        {
            return true;
        }

        if (last - first > LongestSearch)
        {
            return false;
        }

        for (long instant = first - SearchStep; instant < last + (2 * SearchStep); instant += SecondsPerDay)
        {
            if (OffsetAt(instant) != offset)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Divides two integers and rounds down.</summary>
    public static long FloorDivide(long value, long by)
    {
        long quotient = Math.DivRem(value, by, out long rest);
        return rest < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Returns the slot of the hour.</summary>
    private int Cache(long hour)
    {
        if (_hours == NoHours)
        {
            _hours = new long[CachedHours];
            Array.Fill(_hours, long.MinValue);
            _offsets = new int[CachedHours];
            _near = new Overlap?[CachedHours];
        }

        int slot = (int)(hour & (CachedHours - 1));
        long start = hour * SecondsPerHour;
        long last = start + SecondsPerHour - 1;
        Overlap? near = FindOverlap(start - Overlap.Margin, last + Overlap.Margin);
        bool isPlain = Find(start, out int first) && Find(last, out int second) && first == second
            && near?.Touches(start, last) is not true;
        _hours[slot] = hour;
        _near[slot] = near;
        _offsets[slot] = !isPlain ? Mixed : near is null ? first : first + NearOverlap;
        return slot;
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

    /// <summary>Finds the overlap in a range of local time that is too short for two changes of clocks.</summary>
    private Overlap? FindOverlap(long from, long to)
    {
        long instant = from - SecondsPerDay;
        long changed = to + SecondsPerDay;
        int before = OffsetAt(instant);
        if (OffsetAt(changed) >= before)
        {
            return null;
        }

        while (changed - instant > 1)
        {
            long middle = instant + ((changed - instant) / 2);
            if (OffsetAt(middle) == before)
            {
                instant = middle;
            }
            else
            {
                changed = middle;
            }
        }

        int after = OffsetAt(changed);
        long start = changed + after;
        if (after >= before || from >= changed + before || to < start)
        {
            return null;
        }

        if (!_overlaps.TryGetValue(start, out Overlap? overlap))
        {
            overlap = new Overlap(start, changed + before, before, after);
            _overlaps.Add(start, overlap);
        }

        return overlap;
    }

    private int OffsetAt(long utc)
    {
        long ticks = (Math.Clamp(utc, FirstSecond, LastSecond) + UnixSeconds) * TimeSpan.TicksPerSecond;
        return (int)zone.GetUtcOffset(new DateTime(ticks, DateTimeKind.Utc)).TotalSeconds;
    }
}
