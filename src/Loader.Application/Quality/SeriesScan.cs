namespace Loader.Application.Quality;

/// <summary>Reads the rows of one series of one file in file order, several at once.</summary>
/// <remarks>Each thing that is kept is a loop of its own over the rows, so that its state stays in registers.</remarks>
/// <param name="statistics">What is known of the series; this instance adds to it.</param>
/// <param name="memory">Counts the memory, or <see langword="null"/>.</param>
/// <param name="file">The number of the file in the run.</param>
/// <param name="days">The local days of the file's zone.</param>
/// <param name="candidates">Is used during calls; scans that are used by one thread can share it.</param>
/// <param name="findsChanges">Whether jumps, spikes and the median difference are wanted.</param>
internal sealed class SeriesScan(
    SeriesStatistics statistics, QualityMemory? memory, int file, LocalDays days, ScanCandidates candidates, bool findsChanges = true)
{
    /// <summary>An estimate of the memory of an instance without the values of a day.</summary>
    public const int Bytes = 264;

    private const int MinStuckRows = 6;
    private const int MinStuckSeconds = 6 * 3600;

    /// <summary>A day on which clocks are set forward has 23 hours.</summary>
    private const int MinZeroSeconds = 24 * 3600;

    private DayScan _days = new(days);
    private long _previous = long.MinValue;
    private double _previousValue;
    private double _previousChange;
    private int _previousStep;
    private RowPlace _previousPlace;
    private RatedRow _runStart;
    private int _runRows;
    private int _runStep;
    private int _countedStep;
    private int _stepIndex = -1;

    /// <summary>Adds rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="seen">Receives the indexes of those whose time probably came before.</param>
    public void Add(in ScannedRows rows, List<int> seen)
    {
        SeriesDetails? details = statistics.Details;
        int coverageBytes = statistics.Coverage?.Bytes ?? 0;
        Mark(rows.Seconds, seen);
        int grown = 0;
        if (details is not null)
        {
            grown += _days.Add(ref details.Days, rows.Seconds, rows.Values);
            grown += details.Magnitudes.Add(rows.Values);
            grown += AddOutliers(ref details.Outliers, rows);
            grown += details.AddSample(rows);
        }

        grown += Compare(findsChanges ? details : null, rows);
        int last = rows.Seconds.Length - 1;
        _previous = rows.Seconds[last];
        _previousValue = rows.Values[last];
        _previousPlace = rows.Places[last];
        if (memory is not null)
        {
            memory.AddCoverage((statistics.Coverage?.Bytes ?? 0) - coverageBytes);
            memory.AddDetails(grown);
        }
    }

    /// <summary>Ends the last run and the last day.</summary>
    public void End()
    {
        EndRun(_previous);
        int grown = statistics.Details is { } details ? _days.End(ref details.Days) : _days.Forget();
        memory?.AddDetails(grown);
    }

    private void Mark(ReadOnlySpan<long> seconds, List<int> seen)
    {
        if (statistics.Coverage is { } coverage)
        {
            statistics.OffMinute += coverage.Mark(seconds, _previous, seen);
            return;
        }

        long previous = _previous;
        for (int i = 0; i < seconds.Length; i++)
        {
            if (seconds[i] == previous)
            {
                seen.Add(i);
            }

            previous = seconds[i];
        }
    }

    private int AddOutliers(ref TopRows outliers, in ScannedRows rows)
    {
        int before = outliers.Bytes;
        int count;
        for (int first = 0; first < rows.Values.Length; first += count)
        {
            // Few of the first rows give a limit that most of the others do not reach.
            count = double.IsNegativeInfinity(outliers.Lowest) ? 32 : ScanCandidates.Length;
            count = Math.Min(count, rows.Values.Length - first);
            candidates.FindAbove(rows.Values.Slice(first, count), outliers.Lowest);
            Keep(ref outliers, rows, first, step: 0);
        }

        return outliers.Bytes - before;
    }

    private int Compare(SeriesDetails? details, in ScannedRows rows)
    {
        ReadOnlySpan<long> seconds = rows.Seconds;
        int grown = 0;
        int i = 0;
        while (i < seconds.Length)
        {
            long previous = i == 0 ? _previous : seconds[i - 1];
            long distance = seconds[i] - previous;
            if (previous == long.MinValue || distance <= 0 || distance > int.MaxValue)
            {
                EndRun(previous);
                StartRun(rows, i);
                _previousStep = 0;
                i++;
                continue;
            }

            int step = (int)distance;
            int first = i;
            i += TimeRuns.CountApart(seconds[i..], step);
            CountSteps(step, i - first);
            for (; first < i; first += ScanCandidates.Length)
            {
                grown += CompareValues(details, rows, first, Math.Min(i, first + ScanCandidates.Length), step);
            }
        }

        return grown;
    }

    private void CountSteps(int step, int count)
    {
        if (step != _countedStep)
        {
            _countedStep = step;
            _stepIndex = step % 60 == 0 ? Steps.IndexOf(step / 60) : -1;
        }

        if (_stepIndex >= 0)
        {
            statistics.StepCounts[_stepIndex] += count;
        }
    }

    /// <summary>Compares rows that are the same distance apart, each with the one before it.</summary>
    private int CompareValues(SeriesDetails? details, in ScannedRows rows, int first, int end, int step)
    {
        ReadOnlySpan<double> values = rows.Values[first..end];
        Span<double> changes = candidates.Changes.AsSpan(0, values.Length + 1);
        changes[0] = Steps.AreSame(step, _previousStep) ? _previousChange : 0;
        double previous = first == 0 ? _previousValue : rows.Values[first - 1];
        changes[1] = values[0] - previous;
        Differences.Subtract(values[1..], values, changes[2..]);
        bool isRegular = Differences.AreRegular(changes[1..]);
        if (isRegular)
        {
            EndRun(first == 0 ? _previous : rows.Seconds[first - 1]);
            StartRun(rows, end - 1);
        }
        else
        {
            CompareRuns(rows, first, changes[1..], step);
        }

        _previousChange = changes[^1];
        _previousStep = step;
        if (details is null)
        {
            return 0;
        }

        int before = details.Jumps.Bytes + details.Spikes.Bytes;
        candidates.FindJumps(previous, values, changes[1..]);
        details.Jumps.AddScores(candidates.Scores);
        Keep(ref details.Jumps, rows, first, step);
        candidates.FindTurns(changes);
        details.Spikes.AddScores(candidates.Scores);
        Keep(ref details.Spikes, rows, first, step);
        int grown = details.Jumps.Bytes + details.Spikes.Bytes - before;
        Span<double> sizes = changes[1..];
        return grown + details.Differences.Add(isRegular ? sizes : sizes[..Differences.KeepFinite(sizes)]);
    }

    private void CompareRuns(in ScannedRows rows, int first, ReadOnlySpan<double> changes, int step)
    {
        for (int i = 0; i < changes.Length; i++)
        {
            if (changes[i] == 0 && (_runRows == 1 || Steps.AreSame(step, _runStep)))
            {
                _runRows++;
                _runStep = step;
            }
            else
            {
                EndRun(first + i == 0 ? _previous : rows.Seconds[first + i - 1]);
                StartRun(rows, first + i);
            }
        }
    }

    /// <summary>Keeps those of the candidates that have the highest scores.</summary>
    private void Keep(ref TopRows top, in ScannedRows rows, int first, int step)
    {
        int chosen = top.Choose(candidates.Scores, candidates.Rows, candidates.Scratch);
        for (int i = 0; i < chosen; i++)
        {
            double score = candidates.Scores[i];
            int at = first + candidates.Rows[i];
            top.Add(at < 0
                ? new RatedRow(score, _previous, _previousValue, step, file, _previousPlace)
                : rows.Rate(at, score, step, file));
        }
    }

    private void StartRun(in ScannedRows rows, int at)
    {
        _runStart = rows.Rate(at, 0, 0, file);
        _runRows = 1;
        _runStep = 0;
    }

    private void EndRun(long end)
    {
        if (_runRows < 2)
        {
            return;
        }

        long length = end - _runStart.Seconds + _runStep;
        var run = new ValueRun(_runStart.Seconds, end, _runRows, _runStart);
        if (_runStart.Value == 0)
        {
            if (length >= MinZeroSeconds)
            {
                statistics.ZeroRuns.Add(run, statistics.KeepsExamples);
            }
        }
        else if (_runRows >= MinStuckRows && length >= MinStuckSeconds)
        {
            statistics.StuckRuns.Add(run, statistics.KeepsExamples);
        }

        _runRows = 0;
    }
}
