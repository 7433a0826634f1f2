using System.Globalization;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Checks whether a series has a row at each point of its grid of times.</summary>
/// <param name="series">The series.</param>
/// <param name="days">The local days of its zone.</param>
/// <param name="findings">Receives the findings.</param>
internal sealed class GridChecks(SeriesStatistics series, LocalDays days, FindingCollector findings)
{
    /// <summary>A series with fewer rows has no known distance of times.</summary>
    public const int MinRows = 8;

    private const int MinDistancesOfDay = 6;
    private const double MinRegularShare = 0.95;
    private const int ShortGapMinutes = 120;
    private const double LowCoverage = 0.8;

    private readonly PriorityQueue<(long From, long To, long Missing), long> _longest = new();

    /// <summary>The number of other gaps and of the points in them, by severity.</summary>
    private readonly (long Gaps, long Missing)[] _otherGaps = new (long, long)[QualityNames.AllSeverities.Length];

    /// <summary>Gets the distance of times in minutes; 0 if it is not known.</summary>
    public int Step { get; private set; }

    /// <summary>Gets a value indicating whether the distance varies, so that no grid is expected.</summary>
    public bool IsMixed { get; private set; }

    /// <summary>Gets the days with rows of which a point has none.</summary>
    public HashSet<int> PartialDays { get; } = [];

    /// <summary>Gets the number of points between the first and the last row.</summary>
    public long? Expected { get; private set; }

    /// <summary>Gets the number of points with a row.</summary>
    public long? Present { get; private set; }

    /// <summary>Checks the series.</summary>
    public void Check()
    {
        if (series.Rows < MinRows)
        {
            return;
        }

        if (series.Coverage is { } coverage)
        {
            CheckTimes(coverage);
        }
        else
        {
            Step = OwnStep() ?? Steps.MostFrequent(series.StepCounts);
        }

        if (Step == 0 || IsMixed)
        {
            return;
        }

        if (Step == Steps.Day)
        {
            CheckDaily();
        }
        else if (series.Coverage is { } map)
        {
            CheckGrid(map, CheckPhase(map.Minutes(), minute => (int)Modulo(minute, Step), Step));
        }
        else
        {
            CheckCounts();
        }

        ReportGaps();
    }

    private int? OwnStep() => series.Rules?.Step is { } step ? (int)step.TotalMinutes : null;

    private void CheckTimes(CoverageMap coverage)
    {
        var steps = new StepFinder(days);
        foreach (long minute in coverage.Minutes())
        {
            steps.Add(minute);
        }

        Step = OwnStep() ?? (steps.Times < MinRows ? 0 : Steps.MostFrequent(steps.Counts));
        if (Step == 0)
        {
            return;
        }

        long regular = 0;
        long all = 0;
        long previous = long.MinValue;
        foreach (long minute in coverage.Minutes())
        {
            if (previous != long.MinValue)
            {
                all++;
                regular += IsMultiple(minute - previous) ? 1 : 0;
            }

            previous = minute;
        }

        double share = (double)regular / all;
        IsMixed = share < MinRegularShare || steps.Changes > 0;
        if (!IsMixed)
        {
            return;
        }

        findings.Add(new QualityFinding(
            QualityCheck.MixedResolution,
            QualitySeverity.Warning,
            steps.Changes > 0
                ? $"The distance of times changes from {steps.Before} to {steps.After} min on {Date(steps.ChangeDay)}."
                : $"Only {Percent(share)} of the distances of times are {Step} min or a multiple.")
        {
            Series = series.Series,
            From = steps.Changes > 0 ? Time(days.StartOf(steps.ChangeDay) / 60) : null,
            Count = steps.Changes > 0 ? steps.Changes : all - regular,
            Expected = steps.Changes > 0 ? steps.Before : MinRegularShare,
            Observed = steps.Changes > 0 ? steps.After : share,
        });
    }

    private bool IsMultiple(long distance) =>
        Step == Steps.Day ? Math.Abs(distance - (Math.Round(distance / (double)Steps.Day) * Steps.Day)) <= 60 : distance % Step == 0;

    /// <summary>Finds the most frequent phase of times and reports the others.</summary>
    /// <returns>The phase in minutes.</returns>
    private int CheckPhase(IEnumerable<long> minutes, Func<long, int> phaseOf, int phases)
    {
        var counts = new long[phases];
        var first = new long[phases];
        long total = 0;
        foreach (long minute in minutes)
        {
            int phase = phaseOf(minute);
            first[phase] = counts[phase]++ == 0 ? minute : first[phase];
            total++;
        }

        int best = Array.IndexOf(counts, counts.Max());
        long other = total - counts[best] + series.OffMinute;
        if (other > 0)
        {
            long[] strays =
                [.. Enumerable.Range(0, phases).Where(phase => phase != best && counts[phase] > 0).Select(phase => first[phase])];
            findings.Add(new QualityFinding(
                QualityCheck.OffGrid, QualitySeverity.Warning, $"{Rows(other)} not on the grid of {Step} min of all others.")
            {
                Series = series.Series,
                From = strays.Length > 0 ? Time(strays.Min()) : null,
                Count = other,
                Expected = best,
            });
        }

        return best;
    }

    private void CheckGrid(CoverageMap coverage, int phase)
    {
        long first = long.MinValue;
        long previous = long.MinValue;
        long last = long.MinValue;
        foreach (long minute in coverage.Minutes())
        {
            first = first == long.MinValue && Modulo(minute, Step) == phase ? minute : first;
            last = Modulo(minute, Step) == phase ? minute : last;
        }

        long present = 0;
        int day = int.MinValue;
        long ofDay = 0;
        foreach (long minute in coverage.Minutes())
        {
            if (Modulo(minute, Step) != phase)
            {
                continue;
            }

            if (previous != long.MinValue && minute - previous > Step)
            {
                AddGap(previous + Step, minute - Step, ((minute - previous) / Step) - 1);
            }

            int next = days.DayOf(minute * 60);
            if (next != day)
            {
                EndDay(day, ofDay, first, last, phase);
                day = next;
                ofDay = 0;
            }

            present++;
            ofDay++;
            previous = minute;
        }

        EndDay(day, ofDay, first, last, phase);
        Present = present;
        Expected = ((last - first) / Step) + 1;
        CheckShortDays(first, last);
    }

    /// <summary>Judges a day. The first and the last one count from the first and to the last row.</summary>
    private void EndDay(int day, long present, long first, long last, int phase)
    {
        if (present == 0)
        {
            return;
        }

        long start = days.StartOf(day) / 60;
        long end = days.StartOf(day + 1) / 60;
        bool isWhole = start >= first - phase && end <= last + Step;
        if (isWhole && end - start == Steps.Day + 60 && present == Steps.Day / Step)
        {
            PartialDays.Add(day);
            AddDstDay(day, present, 25 * 60 / Step);
            return;
        }

        AddDay(day, present, Points(Math.Max(start, first), Math.Min(end, last + 1), phase));
    }

    /// <summary>Finds days of 23 hours with the rows of 24.</summary>
    private void CheckShortDays(long first, long last)
    {
        if (series.Details is not { } details)
        {
            return;
        }

        foreach ((int day, DayRecord record) in details.Days.Days())
        {
            long start = days.StartOf(day) / 60;
            long end = days.StartOf(day + 1) / 60;
            if (end - start == Steps.Day - 60 && start >= first && end <= last + Step && record.Rows == Steps.Day / Step)
            {
                AddDstDay(day, record.Rows, 23 * 60 / Step);
            }
        }
    }

    private void AddDstDay(int day, long present, long expected) => findings.Add(new QualityFinding(
        QualityCheck.DstDay,
        QualitySeverity.Warning,
        $"Clocks change on {Date(day)}, but it has {Count(present)} rows instead of {Count(expected)}: "
            + "the zone of the source may be wrong, or the source leaves out an hour.")
    {
        Series = series.Series,
        From = Time(days.StartOf(day) / 60),
        To = Time(days.StartOf(day + 1) / 60),
        Count = 1,
        Expected = expected,
        Observed = present,
    });

    private void AddDay(int day, long present, long expected)
    {
        if (present >= expected)
        {
            return;
        }

        PartialDays.Add(day);
        findings.Add(new QualityFinding(
            QualityCheck.LowCoverageDay,
            present < LowCoverage * expected ? QualitySeverity.Warning : QualitySeverity.Info,
            $"{Date(day)} has {Count(present)} of {Count(expected)} points.")
        {
            Series = series.Series,
            From = Time(days.StartOf(day) / 60),
            To = Time(days.StartOf(day + 1) / 60),
            Count = 1,
            Expected = expected,
            Observed = present,
        });
    }

    private void CheckDaily()
    {
        if (series.Coverage is { } coverage)
        {
            CheckPhase(coverage.Minutes(), minute => days.MinuteOfDay(minute * 60), Steps.Day);
        }

        CheckWholeDays();
    }

    private void CheckCounts()
    {
        if (series.Details is not { } details)
        {
            return;
        }

        CheckWholeDays();
        int first = days.DayOf(series.First);
        int last = days.DayOf(series.Last);
        foreach ((int day, DayRecord record) in details.Days.Days())
        {
            if (day != first && day != last)
            {
                AddDay(day, record.Rows, (days.StartOf(day + 1) - days.StartOf(day)) / 60 / Step);
            }
        }
    }

    /// <summary>Finds days without a row.</summary>
    private void CheckWholeDays()
    {
        if (series.Details is not { } details)
        {
            return;
        }

        int previous = int.MinValue;
        int first = int.MinValue;
        long present = 0;
        foreach ((int day, DayRecord _) in details.Days.Days())
        {
            if (previous == int.MinValue)
            {
                first = day;
            }
            else if (day - previous > 1)
            {
                AddGap(
                    days.StartOf(previous + 1) / 60,
                    days.StartOf(day - 1) / 60,
                    (day - previous - 1) * (long)(Steps.Day / Step));
            }

            present++;
            previous = day;
        }

        if (Step == Steps.Day)
        {
            Present = present;
            Expected = previous - (long)first + 1;
        }
    }

    private void AddGap(long from, long to, long missing)
    {
        _longest.Enqueue((from, to, missing), missing);
        if (_longest.Count > FindingCollector.MaxPerSeries)
        {
            long shortest = _longest.Dequeue().Missing;
            ref (long Gaps, long Missing) others = ref _otherGaps[(int)SeverityOf(shortest)];
            others = (others.Gaps + 1, others.Missing + shortest);
        }
    }

    private QualitySeverity SeverityOf(long missing) =>
        missing * Step <= ShortGapMinutes ? QualitySeverity.Info : QualitySeverity.Warning;

    /// <summary>Reports the longest gaps first; the collector counts the others without listing them.</summary>
    private void ReportGaps()
    {
        var listed = new List<(long From, long To, long Missing)>();
        while (_longest.TryDequeue(out (long From, long To, long Missing) gap, out _))
        {
            listed.Add(gap);
        }

        for (int i = listed.Count - 1; i >= 0; i--)
        {
            (long from, long to, long missing) = listed[i];
            findings.Add(new QualityFinding(
                QualityCheck.Gap,
                SeverityOf(missing),
                $"{Count(missing)} {(missing == 1 ? "point has" : "points have")} no row.")
            {
                Series = series.Series,
                From = Time(from),
                To = Time(to),
                Count = missing,
                Expected = missing,
                Observed = 0,
            });
        }

        for (int severity = 0; severity < _otherGaps.Length; severity++)
        {
            if (_otherGaps[severity].Gaps > 0)
            {
                findings.AddUnlisted(
                    QualityCheck.Gap, (QualitySeverity)severity, _otherGaps[severity].Gaps, _otherGaps[severity].Missing);
            }
        }
    }

    /// <summary>Counts the points of the grid from one minute to the one before another.</summary>
    private long Points(long from, long to, int phase) => FloorDivide(to - 1 - phase) - FloorDivide(from - 1 - phase);

    private long FloorDivide(long value)
    {
        long quotient = value / Step;
        return value < quotient * Step ? quotient - 1 : quotient;
    }

    private static long Modulo(long value, int by)
    {
        long rest = value % by;
        return rest < 0 ? rest + by : rest;
    }

    private static DateTimeOffset Time(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    private static string Date(int day) =>
        DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rows(long count) => count == 1 ? "1 row is" : $"{Count(count)} rows are";

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Counts the distances of sorted times, of all of them and of each local day.</summary>
    private sealed class StepFinder(LocalDays days)
    {
        private readonly int[] _ofDay = new int[Steps.All.Length];
        private long _previous = long.MinValue;
        private int _day = int.MinValue;
        private int _last;

        public int[] Counts { get; } = new int[Steps.All.Length];

        public long Times { get; private set; }

        public int Changes { get; private set; }

        public int ChangeDay { get; private set; }

        public int Before { get; private set; }

        public int After { get; private set; }

        public void Add(long minute)
        {
            Times++;
            int day = days.DayOf(minute * 60);
            if (day != _day)
            {
                EndDay();
                _day = day;
            }
            else if (Steps.IndexOf(minute - _previous) is >= 0 and int index)
            {
                _ofDay[index]++;
                Counts[index]++;
            }

            if (_previous != long.MinValue && days.DayOf(_previous * 60) != day && Steps.IndexOf(minute - _previous) is >= 0 and int over)
            {
                Counts[over]++;
            }

            _previous = minute;
        }

        private void EndDay()
        {
            int step = _ofDay.Sum() < MinDistancesOfDay ? 0 : Steps.MostFrequent(_ofDay);
            Array.Clear(_ofDay);
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
}
