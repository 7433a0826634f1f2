namespace Loader.Application.Quality;

/// <summary>Reads the rows of one series of one file in file order.</summary>
/// <param name="statistics">What is known of the series; this instance adds to it.</param>
/// <param name="memory">Counts the memory.</param>
/// <param name="file">The number of the file in the run.</param>
internal sealed class SeriesScan(SeriesStatistics statistics, QualityMemory memory, int file)
{
    /// <summary>An estimate of the memory of an instance.</summary>
    public const int Bytes = 220;

    /// <summary>More values of a day are thinned out evenly before their median is taken.</summary>
    private const int MaxDayValues = 288;

    private const int MinStuckRows = 6;
    private const int MinStuckSeconds = 6 * 3600;

    /// <summary>A day on which clocks are set forward has 23 hours.</summary>
    private const int MinZeroSeconds = 24 * 3600;

    private long _previous;
    private double _previousValue;
    private double _previousChange;
    private int _previousStep;
    private int _previousRowGroup;
    private int _previousRow;
    private bool _hasPrevious;
    private RatedRow _runStart;
    private int _runRows;
    private int _runStep;
    private int _countedStep;
    private int _stepIndex = -1;
    private int _day = int.MinValue;
    private DayRecord _part;
    private float[] _dayValues = [];
    private int _dayCount;
    private int _stride = 1;

    /// <summary>Gets what is known of the series.</summary>
    public SeriesStatistics Statistics => statistics;

    /// <summary>Adds a row.</summary>
    /// <returns><see langword="true"/> if its time probably came before.</returns>
    public bool Add(long seconds, double value, int day, int rowGroup, int row)
    {
        SeriesStatistics known = statistics;
        known.Rows++;
        known.First = Math.Min(known.First, seconds);
        known.Last = Math.Max(known.Last, seconds);
        if (value < known.Min)
        {
            known.Min = value;
        }

        if (value > known.Max)
        {
            known.Max = value;
        }

        if (value < 0)
        {
            known.NegativeRows.Add(new RatedRow(0, seconds, value, 0, file, rowGroup, row));
        }

        bool isSeen = Mark(known, seconds);
        SeriesDetails? details = known.Details;
        if (details is not null)
        {
            if (day != _day)
            {
                EndDay(details);
                _day = day;
            }

            AddToDay(value);
            double magnitude = Math.Abs(value);
            int grown = details.Magnitudes.Add(magnitude)
                + details.Outliers.Add(new RatedRow(magnitude, seconds, value, 0, file, rowGroup, row));
            if (grown != 0)
            {
                memory.AddDetails(grown);
            }

            if (known.SampleIsOpen)
            {
                known.Sample!.Add((seconds, value));
            }
        }

        Compare(known, details, seconds, value, rowGroup, row);
        _previous = seconds;
        _previousValue = value;
        _previousRowGroup = rowGroup;
        _previousRow = row;
        _hasPrevious = true;
        return isSeen;
    }

    /// <summary>Ends the last run and the last day.</summary>
    public void End()
    {
        EndRun();
        if (statistics.Details is { } details)
        {
            EndDay(details);
        }

        memory.AddDetails(-_dayValues.Length * sizeof(float));
        _dayValues = [];
    }

    private bool Mark(SeriesStatistics known, long seconds)
    {
        if (known.Coverage is not { } coverage)
        {
            return _hasPrevious && seconds == _previous;
        }

        long minute = seconds / 60;
        if (minute * 60 != seconds)
        {
            known.OffMinute++;
            return _hasPrevious && seconds == _previous;
        }

        bool isSeen = coverage.Set(minute, out int grown);
        if (grown != 0)
        {
            memory.AddCoverage(grown);
        }

        return isSeen;
    }

    private void Compare(SeriesStatistics known, SeriesDetails? details, long seconds, double value, int rowGroup, int row)
    {
        long distance = seconds - _previous;
        if (!_hasPrevious || distance <= 0 || distance > int.MaxValue)
        {
            known.Unordered += _hasPrevious && distance < 0 ? 1 : 0;
            EndRun();
            StartRun(seconds, value, rowGroup, row);
            _previousStep = 0;
            return;
        }

        int step = (int)distance;
        if (step != _countedStep)
        {
            _countedStep = step;
            _stepIndex = step % 60 == 0 ? Steps.IndexOf(step / 60) : -1;
        }

        if (_stepIndex >= 0)
        {
            known.StepCounts[_stepIndex]++;
        }

        double change = value - _previousValue;
        if (details is not null && double.IsFinite(change))
        {
            AddChange(details, seconds, value, change, step, rowGroup, row);
        }

        if (change == 0 && (_runRows == 1 || Steps.AreSame(step, _runStep)))
        {
            _runRows++;
            _runStep = step;
        }
        else
        {
            EndRun();
            StartRun(seconds, value, rowGroup, row);
        }

        _previousChange = change;
        _previousStep = step;
    }

    private void AddChange(SeriesDetails details, long seconds, double value, double change, int step, int rowGroup, int row)
    {
        double size = Math.Abs(change);
        int grown = details.Differences.Add(size);
        if (size > 0.25 * Math.Abs(_previousValue))
        {
            grown += details.Jumps.Add(new RatedRow(size, seconds, value, step, file, rowGroup, row));
        }

        bool turns = change > 0 ? _previousChange < 0 : change < 0 && _previousChange > 0;
        if (turns && Steps.AreSame(step, _previousStep))
        {
            double score = Math.Min(size, Math.Abs(_previousChange));
            grown += details.Spikes.Add(
                new RatedRow(score, _previous, _previousValue, step, file, _previousRowGroup, _previousRow));
        }

        if (grown != 0)
        {
            memory.AddDetails(grown);
        }
    }

    private void StartRun(long seconds, double value, int rowGroup, int row)
    {
        _runStart = new RatedRow(0, seconds, value, 0, file, rowGroup, row);
        _runRows = 1;
        _runStep = 0;
    }

    private void EndRun()
    {
        if (_runRows < 2)
        {
            return;
        }

        long length = _previous - _runStart.Seconds + _runStep;
        var run = new ValueRun(_runStart.Seconds, _previous, _runRows, _runStart);
        if (_runStart.Value == 0)
        {
            if (length >= MinZeroSeconds)
            {
                statistics.ZeroRuns.Add(run);
            }
        }
        else if (_runRows >= MinStuckRows && length >= MinStuckSeconds)
        {
            statistics.StuckRuns.Add(run);
        }

        _runRows = 0;
    }

    private void AddToDay(double value)
    {
        float single = (float)value;
        _part.Min = _part.Rows == 0 ? single : Math.Min(_part.Min, single);
        _part.Max = _part.Rows == 0 ? single : Math.Max(_part.Max, single);
        _part.Sum += value;
        if (_part.Rows++ % _stride != 0)
        {
            return;
        }

        if (_dayCount == _dayValues.Length && !MakeRoom())
        {
            return;
        }

        _dayValues[_dayCount++] = Math.Abs(single);
    }

    /// <summary>Enlarges the values of the day, or thins them out.</summary>
    /// <returns><see langword="false"/> if the row that room was made for is not one of the values any more.</returns>
    private bool MakeRoom()
    {
        if (_dayValues.Length < MaxDayValues)
        {
            int length = Math.Clamp(_dayValues.Length * 2, 24, MaxDayValues);
            memory.AddDetails((length - _dayValues.Length) * sizeof(float));
            Array.Resize(ref _dayValues, length);
            return true;
        }

        _dayCount /= 2;
        for (int i = 0; i < _dayCount; i++)
        {
            _dayValues[i] = _dayValues[i * 2];
        }

        _stride *= 2;
        return (_part.Rows - 1) % _stride == 0;
    }

    private void EndDay(SeriesDetails details)
    {
        if (_part.Rows == 0)
        {
            return;
        }

        _part.Median = Middle(_dayValues.AsSpan(0, _dayCount));
        _part.MedianRows = _part.Rows;
        int grown = details.Days.Add(_day, _part);
        if (grown != 0)
        {
            memory.AddDetails(grown);
        }

        _part = default;
        _dayCount = 0;
        _stride = 1;
    }

    /// <summary>Finds the upper median by dividing the values until it is alone (Hoare's selection).</summary>
    private static float Middle(Span<float> values)
    {
        int middle = values.Length / 2;
        int first = 0;
        int last = values.Length - 1;
        while (first < last)
        {
            float pivot = values[(first + last) >>> 1];
            int low = first;
            int high = last;
            while (low <= high)
            {
                while (values[low] < pivot)
                {
                    low++;
                }

                while (values[high] > pivot)
                {
                    high--;
                }

                if (low <= high)
                {
                    (values[low], values[high]) = (values[high], values[low]);
                    low++;
                    high--;
                }
            }

            if (middle <= high)
            {
                last = high;
            }
            else if (middle >= low)
            {
                first = low;
            }
            else
            {
                break;
            }
        }

        return values[middle];
    }
}
