using System.Numerics;

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
            statistics.AddSample(rows);
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
        ReadOnlySpan<double> values = rows.Values;
        int grown = outliers.Reserve(values.Length);
        double lowest = outliers.Lowest;
        for (int i = 0; i < values.Length; i++)
        {
            // Few magnitudes are among the largest, so most are passed several at once.
            if (i <= values.Length - Vector<double>.Count
                && Vector.LessThanOrEqualAll(Vector.Abs(new Vector<double>(values[i..])), new Vector<double>(lowest)))
            {
                i += Vector<double>.Count - 1;
                continue;
            }

            double magnitude = Math.Abs(values[i]);
            if (magnitude > lowest)
            {
                outliers.Add(rows.Rate(i, magnitude, 0, file));
                lowest = outliers.Lowest;
            }
        }

        return grown;
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
        changes[1] = values[0] - (first == 0 ? _previousValue : rows.Values[first - 1]);
        Subtract(values[1..], values, changes[2..]);
        bool isRegular = AreRegular(changes[1..]);
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

        int jumps = FindJumps(values, changes[1..], first == 0 ? _previousValue : rows.Values[first - 1]);
        int turns = FindTurns(changes);
        Span<double> sizes = changes[1..];
        int grown = AddJumps(ref details.Jumps, rows, first, candidates.Jumps.AsSpan(0, jumps), sizes, step);
        grown += AddTurns(ref details.Spikes, rows, first, candidates.Turns.AsSpan(0, turns), step);
        return grown + details.Differences.Add(isRegular ? sizes : sizes[..KeepFinite(sizes)]);
    }

    private static void Subtract(ReadOnlySpan<double> values, ReadOnlySpan<double> others, Span<double> differences)
    {
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(values[i..]) - new Vector<double>(others[i..])).CopyTo(differences[i..]);
        }

        for (; i < values.Length; i++)
        {
            differences[i] = values[i] - others[i];
        }
    }

    /// <summary>Returns whether all changes are numbers other than 0, as most are.</summary>
    private static bool AreRegular(ReadOnlySpan<double> changes)
    {
        var largest = new Vector<double>(double.MaxValue);
        int i = 0;
        for (; i <= changes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var size = Vector.Abs(new Vector<double>(changes[i..]));
            if (Vector.EqualsAny(size, Vector<double>.Zero) || !Vector.LessThanOrEqualAll(size, largest))
            {
                return false;
            }
        }

        for (; i < changes.Length; i++)
        {
            if (changes[i] == 0 || !double.IsFinite(changes[i]))
            {
                return false;
            }
        }

        return true;
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

    private int FindJumps(ReadOnlySpan<double> values, ReadOnlySpan<double> changes, double previous)
    {
        int jumps = 0;
        FindJumps(changes[..1], new ReadOnlySpan<double>(in previous), 0, ref jumps);
        changes = changes[1..];
        int i = 0;
        var quarter = new Vector<double>(0.25);
        for (; i <= changes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var sizes = Vector.Abs(new Vector<double>(changes[i..]));
            if (Vector.GreaterThanAny(sizes, quarter * Vector.Abs(new Vector<double>(values[i..]))))
            {
                FindJumps(changes.Slice(i, Vector<double>.Count), values[i..], i + 1, ref jumps);
            }
        }

        FindJumps(changes[i..], values[i..], i + 1, ref jumps);
        return jumps;
    }

    private void FindJumps(ReadOnlySpan<double> changes, ReadOnlySpan<double> before, int first, ref int jumps)
    {
        Span<int> found = candidates.Jumps;
        for (int i = 0; i < changes.Length; i++)
        {
            double size = Math.Abs(changes[i]);
            found[jumps] = first + i;
            jumps += size > 0.25 * Math.Abs(before[i]) & size <= double.MaxValue ? 1 : 0;
        }
    }

    /// <summary>Finds rows at which the direction changes, and the smaller of the two changes.</summary>
    /// <remarks>No processor can guess which rows these are, so nothing is decided by branches.</remarks>
    private int FindTurns(ReadOnlySpan<double> changes)
    {
        Span<double> sizes = candidates.TurnSizes.AsSpan(0, changes.Length - 1);
        Span<int> found = candidates.Turns.AsSpan(0, sizes.Length);
        var largest = new Vector<double>(double.MaxValue);
        int i = 0;
        for (; i <= sizes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var before = new Vector<double>(changes[i..]);
            var after = new Vector<double>(changes[(i + 1)..]);
            Vector<long> isTurn =
                (Vector.GreaterThan(after, Vector<double>.Zero) & Vector.LessThan(before, Vector<double>.Zero))
                | (Vector.LessThan(after, Vector<double>.Zero) & Vector.GreaterThan(before, Vector<double>.Zero));
            Vector<double> size = Vector.Abs(after);
            isTurn &= Vector.LessThanOrEqual(size, largest);
            Vector.ConditionalSelect(isTurn, Vector.Min(size, Vector.Abs(before)), new Vector<double>(-1)).CopyTo(sizes[i..]);
        }

        for (; i < sizes.Length; i++)
        {
            (double before, double after) = (changes[i], changes[i + 1]);
            bool isTurn = (((after > 0) & (before < 0)) | ((after < 0) & (before > 0))) & double.IsFinite(after);
            sizes[i] = isTurn ? Math.Min(Math.Abs(after), Math.Abs(before)) : -1;
        }

        int turns = 0;
        for (i = 0; i < sizes.Length; i++)
        {
            double size = sizes[i];
            sizes[turns] = size;
            found[turns] = i;
            turns += size >= 0 ? 1 : 0;
        }

        return turns;
    }

    /// <summary>Moves the differences that are numbers to the front; that of two large values may be none.</summary>
    private static int KeepFinite(Span<double> changes)
    {
        int count = 0;
        foreach (double change in changes)
        {
            changes[count] = change;
            count += double.IsFinite(change) ? 1 : 0;
        }

        return count;
    }

    private int AddJumps(
        ref TopRows top, in ScannedRows rows, int first, ReadOnlySpan<int> jumps, ReadOnlySpan<double> changes, int step)
    {
        int grown = top.Reserve(jumps.Length);
        int others = 0;
        Span<double> scores = candidates.OtherScores;
        foreach (int i in jumps)
        {
            double size = Math.Abs(changes[i]);
            double left = size > top.Lowest ? top.Add(rows.Rate(first + i, size, step, file)) : size;
            scores[others] = left;
            others += double.IsNaN(left) ? 0 : 1;
        }

        return grown + top.AddOthers(scores[..others]);
    }

    private int AddTurns(ref TopRows top, in ScannedRows rows, int first, ReadOnlySpan<int> turns, int step)
    {
        int grown = top.Reserve(turns.Length);
        int others = 0;
        Span<double> scores = candidates.OtherScores;
        ReadOnlySpan<double> sizes = candidates.TurnSizes;
        double lowest = top.Lowest;
        for (int turn = 0; turn < turns.Length; turn++)
        {
            double left = sizes[turn];
            if (left > lowest)
            {
                int i = first + turns[turn] - 1;
                left = top.Add(i < 0
                    ? new RatedRow(left, _previous, _previousValue, step, file, _previousPlace)
                    : rows.Rate(i, left, step, file));
                lowest = top.Lowest;
            }

            scores[others] = left;
            others += double.IsNaN(left) ? 0 : 1;
        }

        return grown + top.AddOthers(scores[..others]);
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
                statistics.ZeroRuns.Add(run);
            }
        }
        else if (_runRows >= MinStuckRows && length >= MinStuckSeconds)
        {
            statistics.StuckRuns.Add(run);
        }

        _runRows = 0;
    }
}
