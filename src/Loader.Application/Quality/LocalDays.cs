namespace Loader.Application.Quality;

/// <summary>The local days of a zone, by their number since 1970-01-01. Not thread-safe.</summary>
/// <param name="zone">The zone.</param>
internal sealed class LocalDays(TimeZoneInfo zone)
{
    private const int SecondsPerDay = 86_400;
    private const int Cached = 64;
    private const int MaxStarts = 65_536;

    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds() + SecondsPerDay;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - SecondsPerDay;

    private readonly long[] _days = CreateDays();
    private readonly int[] _offsets = new int[Cached];
    private readonly Dictionary<int, long> _starts = [];

    /// <summary>Gets the first and the last time that can be judged: the first and the last day of the calendar cannot.</summary>
    public static (long First, long Last) Known => (FirstSecond, LastSecond);

    /// <summary>Returns the local day of a time.</summary>
    /// <param name="seconds">Seconds since 1970 (UTC).</param>
    public int DayOf(long seconds) => (int)FloorDivide(seconds + OffsetOf(seconds, out _));

    /// <summary>Returns the local day of a time, and a range of times around it that all lie in that day.</summary>
    /// <param name="seconds">Seconds since 1970 (UTC).</param>
    /// <param name="from">The first time of the range.</param>
    /// <param name="until">The first time after it.</param>
    public int DayOf(long seconds, out long from, out long until)
    {
        int offset = OffsetOf(seconds, out bool isOfDay);
        int day = (int)FloorDivide(seconds + offset);
        if (!isOfDay)
        {
            from = seconds;
            until = seconds + 1;
            return day;
        }

        long utcDay = FloorDivide(seconds) * SecondsPerDay;
        long localDay = ((long)day * SecondsPerDay) - offset;
        from = Math.Max(utcDay, localDay);
        until = Math.Min(utcDay, localDay) + SecondsPerDay;
        return day;
    }

    /// <summary>Returns the first instant of a local day, in seconds since 1970 (UTC).</summary>
    public long StartOf(int day)
    {
        if (_starts.TryGetValue(day, out long known))
        {
            return known;
        }

        // Clocks seldom change at midnight, so that the offset of the day before mostly gives the first instant.
        long midnight = (long)day * SecondsPerDay;
        long start = midnight - OffsetOf(midnight - SecondsPerDay, out _);
        if (DayOf(start) != day || DayOf(start - 1) >= day)
        {
            start = SearchStart(day, midnight - SecondsPerDay, midnight + SecondsPerDay);
        }

        if (_starts.Count == MaxStarts)
        {
            _starts.Clear();
        }

        _starts[day] = start;
        return start;
    }

    /// <summary>Returns the local time of an instant, in minutes of its day.</summary>
    public int MinuteOfDay(long seconds)
    {
        long local = seconds + OffsetOf(seconds, out _);
        return (int)((local - (FloorDivide(local) * SecondsPerDay)) / 60);
    }

    private long SearchStart(int day, long before, long start)
    {
        while (start - before > 1)
        {
            long middle = before + ((start - before) / 2);
            if (DayOf(middle) >= day)
            {
                start = middle;
            }
            else
            {
                before = middle;
            }
        }

        return start;
    }

    private static long FloorDivide(long seconds)
    {
        long quotient = seconds / SecondsPerDay;
        return seconds < quotient * SecondsPerDay ? quotient - 1 : quotient;
    }

    /// <summary>On a day on which clocks change, every time is asked for.</summary>
    private int OffsetOf(long seconds, out bool isOfDay)
    {
        long utcDay = FloorDivide(seconds);
        int slot = (int)(utcDay & (Cached - 1));
        if (_days[slot] != utcDay)
        {
            Cache(utcDay, slot);
        }

        int offset = _offsets[slot];
        isOfDay = offset != int.MinValue;
        return isOfDay ? offset : OffsetAt(seconds);
    }

    private void Cache(long utcDay, int slot)
    {
        int first = OffsetAt(utcDay * SecondsPerDay);
        int last = OffsetAt(((utcDay + 1) * SecondsPerDay) - 1);
        _days[slot] = utcDay;
        _offsets[slot] = first == last ? first : int.MinValue;
    }

    private int OffsetAt(long seconds)
    {
        DateTimeOffset instant = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, FirstSecond, LastSecond));
        return (int)zone.GetUtcOffset(instant.UtcDateTime).TotalSeconds;
    }

    private static long[] CreateDays()
    {
        var days = new long[Cached];
        Array.Fill(days, long.MinValue);
        return days;
    }
}
