namespace Loader.Application.Quality;

/// <summary>The local days of a zone, by their number since 1970-01-01. Not thread-safe.</summary>
/// <param name="zone">The zone.</param>
internal sealed class LocalDays(TimeZoneInfo zone)
{
    private const int SecondsPerDay = 86_400;
    private const int Cached = 64;

    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds() + SecondsPerDay;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - SecondsPerDay;

    private readonly long[] _days = CreateDays();
    private readonly int[] _offsets = new int[Cached];
    private readonly Dictionary<int, long> _starts = [];

    /// <summary>Returns whether a time can be judged; the first and the last day of the calendar cannot.</summary>
    public static bool Knows(long seconds) => seconds >= FirstSecond && seconds <= LastSecond;

    /// <summary>Returns the local day of a time.</summary>
    /// <param name="seconds">Seconds since 1970 (UTC).</param>
    public int DayOf(long seconds)
    {
        long utcDay = FloorDivide(seconds);
        int slot = (int)(utcDay & (Cached - 1));
        if (_days[slot] != utcDay)
        {
            Cache(utcDay, slot);
        }

        int offset = _offsets[slot];
        return (int)FloorDivide(seconds + (offset == int.MinValue ? OffsetAt(seconds) : offset));
    }

    /// <summary>Returns the first instant of a local day, in seconds since 1970 (UTC).</summary>
    public long StartOf(int day)
    {
        if (_starts.TryGetValue(day, out long known))
        {
            return known;
        }

        long before = ((long)day * SecondsPerDay) - SecondsPerDay;
        long start = ((long)day * SecondsPerDay) + SecondsPerDay;
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

        _starts[day] = start;
        return start;
    }

    /// <summary>Returns the local time of an instant, in minutes of its day.</summary>
    public int MinuteOfDay(long seconds)
    {
        long local = seconds + OffsetAt(seconds);
        return (int)((local - (FloorDivide(local) * SecondsPerDay)) / 60);
    }

    private static long FloorDivide(long seconds)
    {
        long quotient = seconds / SecondsPerDay;
        return seconds < quotient * SecondsPerDay ? quotient - 1 : quotient;
    }

    /// <summary>On a day on which clocks change, every time is asked for.</summary>
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
