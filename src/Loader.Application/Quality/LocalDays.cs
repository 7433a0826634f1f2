namespace Loader.Application.Quality;

/// <summary>The local days of a zone, by their number since 1970-01-01. Not thread-safe.</summary>
/// <param name="zone">The zone.</param>
internal sealed class LocalDays(TimeZoneInfo zone)
{
    private const int SecondsPerDay = 86_400;
    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds() + SecondsPerDay;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - SecondsPerDay;

    /// <summary>The offset of each UTC day, or <see cref="int.MinValue"/> if clocks change on it.</summary>
    private readonly DayCache<int> _offsets = new();

    /// <summary>The first instant of each local day.</summary>
    private readonly DayCache<long> _starts = new();

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

        // A local day lies in two UTC days, whose offsets are mostly the same.
        long utcDay = FloorDivide(seconds) * SecondsPerDay;
        long localDay = ((long)day * SecondsPerDay) - offset;
        bool isWhole = utcDay == localDay || OffsetOfDay((int)FloorDivide(localDay < utcDay ? localDay : utcDay + SecondsPerDay)) == offset;
        from = isWhole ? localDay : Math.Max(utcDay, localDay);
        until = isWhole ? localDay + SecondsPerDay : Math.Min(utcDay, localDay) + SecondsPerDay;
        return day;
    }

    /// <summary>Returns the first instant of a local day, in seconds since 1970 (UTC).</summary>
    public long StartOf(int day)
    {
        ref long known = ref _starts.Find(day, out bool isKnown);
        if (!isKnown)
        {
            known = FindStart(day);
        }

        return known;
    }

    /// <summary>Returns the local time of an instant, in minutes of its day.</summary>
    public int MinuteOfDay(long seconds)
    {
        long local = seconds + OffsetOf(seconds, out _);
        return (int)((local - (FloorDivide(local) * SecondsPerDay)) / 60);
    }

    private long FindStart(int day)
    {
        // Clocks seldom change at midnight, so that the offset of the day before mostly gives the first instant.
        long midnight = (long)day * SecondsPerDay;
        long start = midnight - OffsetOf(midnight - SecondsPerDay, out _);
        if (DayOf(start) != day || DayOf(start - 1) >= day)
        {
            start = SearchStart(day, midnight - SecondsPerDay, midnight + SecondsPerDay);
        }

        return start;
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
        int offset = OffsetOfDay((int)FloorDivide(seconds));
        isOfDay = offset != int.MinValue;
        return isOfDay ? offset : OffsetAt(seconds);
    }

    private int OffsetOfDay(int utcDay)
    {
        ref int offset = ref _offsets.Find(utcDay, out bool isKnown);
        if (!isKnown)
        {
            int first = OffsetAt((long)utcDay * SecondsPerDay);
            int last = OffsetAt(((utcDay + 1L) * SecondsPerDay) - 1);
            offset = first == last ? first : int.MinValue;
        }

        return offset;
    }

    private int OffsetAt(long seconds)
    {
        DateTimeOffset instant = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, FirstSecond, LastSecond));
        return (int)zone.GetUtcOffset(instant.UtcDateTime).TotalSeconds;
    }

    /// <summary>What is known of days, by their number. The days of some decades have room; then a day replaces another one.</summary>
    private sealed class DayCache<T>
        where T : struct
    {
        private const int MinLength = 64;
        private const int MaxLength = 16_384;

        private (int Day, T Value)[] _entries = Create(MinLength);

        /// <summary>Returns the place of a day.</summary>
        /// <param name="day">The day.</param>
        /// <param name="isKnown">Whether its value is there; if not, the caller writes it at once.</param>
        public ref T Find(int day, out bool isKnown)
        {
            ref (int Day, T Value) entry = ref _entries[day & (_entries.Length - 1)];
            isKnown = entry.Day == day;
            if (!isKnown)
            {
                entry = ref Replace(day);
            }

            return ref entry.Value;
        }

        private ref (int Day, T Value) Replace(int day)
        {
            while (_entries[day & (_entries.Length - 1)].Day != int.MinValue && _entries.Length < MaxLength)
            {
                (int Day, T Value)[] longer = Create(_entries.Length * 2);
                foreach ((int Day, T Value) known in _entries)
                {
                    if (known.Day != int.MinValue)
                    {
                        longer[known.Day & (longer.Length - 1)] = known;
                    }
                }

                _entries = longer;
            }

            ref (int Day, T Value) entry = ref _entries[day & (_entries.Length - 1)];
            entry.Day = day;
            return ref entry;
        }

        private static (int Day, T Value)[] Create(int length)
        {
            var entries = new (int Day, T Value)[length];
            Array.Fill(entries, (int.MinValue, default));
            return entries;
        }
    }
}
