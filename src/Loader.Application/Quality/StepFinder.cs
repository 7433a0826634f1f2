namespace Loader.Application.Quality;

/// <summary>Counts the distances of sorted times, of all of them and of each local day.</summary>
internal struct StepFinder(LocalDays days)
{
    private const int MinDistancesOfDay = 6;

    private StepCounts _ofDay;
    private StepCounts _counts;
    private long _previous = long.MinValue;
    private int _day = int.MinValue;
    private long _from;
    private long _until;
    private int _last;

    public long Times { readonly get; private set; }

    /// <summary>Gets the number of days whose most frequent distance differs from that of the day before.</summary>
    public int Changes { readonly get; private set; }

    /// <summary>Gets the first of these days.</summary>
    public int ChangeDay { readonly get; private set; }

    /// <summary>Gets the distance before that day.</summary>
    public int Before { readonly get; private set; }

    /// <summary>Gets the distance on that day.</summary>
    public int After { readonly get; private set; }

    /// <summary>Returns the most frequent distance.</summary>
    public readonly int MostFrequent() => Steps.MostFrequent(_counts);

    /// <summary>Adds times that are the same distance apart.</summary>
    public void Add(long minute, long count, int distance)
    {
        Times += count;
        int index = Steps.IndexOf(distance);
        while (count > 0)
        {
            long seconds = minute * 60;
            if (seconds < _from || seconds >= _until)
            {
                BeginDay(days.DayOf(seconds, out _from, out _until), minute);
            }
            else
            {
                AddDistance(minute, isOfDay: true);
            }

            long points = DayCounter.PointsUntil(seconds, _until, distance, count);
            _ofDay[index] += (int)(points - 1);
            _counts[index] += (int)(points - 1);
            _previous = minute + ((points - 1) * distance);
            minute += points * distance;
            count -= points;
        }
    }

    private void BeginDay(int day, long minute)
    {
        bool isOfDay = day == _day;
        if (!isOfDay)
        {
            EndDay();
            _day = day;
        }

        AddDistance(minute, isOfDay);
    }

    private void AddDistance(long minute, bool isOfDay)
    {
        if (_previous == long.MinValue || Steps.IndexOf(minute - _previous) is not (>= 0 and int index))
        {
            return;
        }

        _counts[index]++;
        _ofDay[index] += isOfDay ? 1 : 0;
    }

    private void EndDay()
    {
        int distances = 0;
        foreach (int count in _ofDay)
        {
            distances += count;
        }

        int step = distances < MinDistancesOfDay ? 0 : Steps.MostFrequent(_ofDay);
        _ofDay = default;
        if (step == 0)
        {
            return;
        }

        if (_last != 0 && step != _last && Changes++ == 0)
        {
            (Before, After, ChangeDay) = (_last, step, _day);
        }

        _last = step;
    }
}
