namespace Loader.Application.Quality;

/// <summary>Counts the points of each local day, in ascending order.</summary>
internal struct DayCounter(LocalDays days)
{
    private long _from;
    private long _until;
    private long _minute;
    private long _rest;
    private int _step;

    /// <summary>Gets the day of the last point.</summary>
    public int Day { get; private set; } = int.MinValue;

    /// <summary>Gets the number of points of <see cref="Day"/>.</summary>
    public long OfDay { get; private set; }

    /// <summary>Gets the number of all points.</summary>
    public long Total { get; private set; }

    /// <summary>Gets the day that has ended.</summary>
    public int EndedDay { get; private set; }

    /// <summary>Gets the number of points of <see cref="EndedDay"/>.</summary>
    public long EndedCount { get; private set; }

    /// <summary>Adds points, which <see cref="Next"/> counts.</summary>
    public void Begin(long minute, long count, int step)
    {
        _minute = minute;
        _rest = count;
        _step = step;
        Total += count;
    }

    /// <summary>Counts points until a day ends.</summary>
    /// <returns><see langword="false"/> if all points are counted.</returns>
    public bool Next()
    {
        while (_rest > 0)
        {
            long seconds = _minute * 60;
            if (seconds < _from || seconds >= _until)
            {
                int day = days.DayOf(seconds, out _from, out _until);
                if (day != Day)
                {
                    (EndedDay, EndedCount) = (Day, OfDay);
                    (Day, OfDay) = (day, 0);
                    return true;
                }
            }

            long count = PointsUntil(seconds, _until, _step, _rest);
            OfDay += count;
            _minute += count * _step;
            _rest -= count;
        }

        return false;
    }

    /// <summary>Returns how many of several points lie before an instant; the first one does.</summary>
    public static long PointsUntil(long seconds, long until, int step, long points)
    {
        uint distance = (uint)(step * 60);
        return Math.Min(points, ((uint)(until - seconds) + distance - 1) / distance);
    }
}
