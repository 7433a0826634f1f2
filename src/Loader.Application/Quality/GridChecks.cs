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

    private const double MinRegularShare = 0.95;
    private const double LowCoverage = 0.8;

    private readonly GapList _gaps = new();
    private HashSet<int>? _partialDays;

    /// <summary>Gets the distance of times in minutes; 0 if it is not known.</summary>
    public int Step { get; private set; }

    /// <summary>Gets a value indicating whether the distance varies, so that no grid is expected.</summary>
    public bool IsMixed { get; private set; }

    /// <summary>Gets the number of points between the first and the last row.</summary>
    public long? Expected { get; private set; }

    /// <summary>Gets the number of points with a row.</summary>
    public long? Present { get; private set; }

    /// <summary>Gets the share of points with a row.</summary>
    public double? Coverage => Expected > 0 ? (double?)Present / Expected : null;

    /// <summary>Returns whether a day has rows, but a point of it has none.</summary>
    public bool IsPartial(int day) => _partialDays?.Contains(day) is true;

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
            CheckGrid(map, CheckPhase(map));
        }
        else
        {
            CheckCounts();
        }

        _gaps.Report(findings, series.Series, Step);
    }

    private int? OwnStep() => series.Rules?.Step is { } step ? (int)step.TotalMinutes : null;

    private void CheckTimes(CoverageMap coverage)
    {
        var steps = new StepFinder(days);
        for (CoverageMap.RunReader runs = coverage.Runs(); runs.Next();)
        {
            steps.Add(runs.Start, runs.Count, coverage.Grid);
        }

        Step = OwnStep() ?? (steps.Times < MinRows ? 0 : steps.MostFrequent());
        if (Step == 0)
        {
            return;
        }

        long all = Math.Max(steps.Times - 1, 0);
        long regular = CountRegular(coverage);
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

    /// <summary>Counts the distances of times that are the step or a multiple.</summary>
    private long CountRegular(CoverageMap coverage)
    {
        long regular = 0;
        long previous = long.MinValue;
        bool isGridRegular = IsMultiple(coverage.Grid);
        for (CoverageMap.RunReader runs = coverage.Runs(); runs.Next();)
        {
            regular += previous != long.MinValue && IsMultiple(runs.Start - previous) ? 1 : 0;
            regular += isGridRegular ? runs.Count - 1 : 0;
            previous = runs.Start + ((runs.Count - 1L) * coverage.Grid);
        }

        return regular;
    }

    /// <summary>Finds the phase of the grid and reports times that are not on it.</summary>
    /// <returns>The phase in minutes.</returns>
    private int CheckPhase(CoverageMap coverage)
    {
        var phase = GridPhase.Find(coverage, Step, days);
        ReportOffGrid(phase.Strays + series.OffMinute, phase.FirstStray, phase.Minutes);
        return phase.Minutes;
    }

    private void ReportOffGrid(long count, long? first, int phase)
    {
        if (count > 0)
        {
            findings.Add(new QualityFinding(
                QualityCheck.OffGrid, QualitySeverity.Warning, $"{Rows(count)} not on the grid of {Step} min of all others.")
            {
                Series = series.Series,
                From = first is { } minute ? Time(minute) : null,
                Count = count,
                Expected = phase,
            });
        }
    }

    private void CheckGrid(CoverageMap coverage, int phase)
    {
        if (coverage.Grid == Step)
        {
            CheckWholeGrid(coverage);
            return;
        }

        long first = long.MinValue;
        long previous = long.MinValue;
        long last = long.MinValue;
        for (CoverageMap.MinuteReader minutes = coverage.Minutes(); minutes.Next();)
        {
            if (GridPhase.Of(minutes.Minute, Step) == phase)
            {
                first = first == long.MinValue ? minutes.Minute : first;
                last = minutes.Minute;
            }
        }

        var present = new DayCounter(days);
        for (CoverageMap.MinuteReader minutes = coverage.Minutes(); minutes.Next();)
        {
            long minute = minutes.Minute;
            if (GridPhase.Of(minute, Step) != phase)
            {
                continue;
            }

            if (previous != long.MinValue && minute - previous > Step)
            {
                _gaps.Add(previous + Step, minute - Step, ((minute - previous) / Step) - 1, Step);
            }

            for (present.Begin(minute, 1, Step); present.Next();)
            {
                EndDay(present.EndedDay, present.EndedCount, first, last, phase);
            }

            previous = minute;
        }

        EndGrid(present, first, last, phase);
    }

    /// <summary>Checks a series all of whose times are points of the grid.</summary>
    private void CheckWholeGrid(CoverageMap coverage)
    {
        long first = long.MinValue;
        long last = long.MinValue;
        for (CoverageMap.RunReader runs = coverage.Runs(); runs.Next();)
        {
            first = first == long.MinValue ? runs.Start : first;
            last = runs.Start + ((runs.Count - 1L) * Step);
        }

        long previous = long.MinValue;
        var present = new DayCounter(days);
        for (CoverageMap.RunReader runs = coverage.Runs(); runs.Next();)
        {
            if (previous != long.MinValue && runs.Start - previous > Step)
            {
                _gaps.Add(previous + Step, runs.Start - Step, ((runs.Start - previous) / Step) - 1, Step);
            }

            for (present.Begin(runs.Start, runs.Count, Step); present.Next();)
            {
                EndDay(present.EndedDay, present.EndedCount, first, last, phase: 0);
            }

            previous = runs.Start + ((runs.Count - 1L) * Step);
        }

        EndGrid(present, first, last, phase: 0);
    }

    private void EndGrid(DayCounter present, long first, long last, int phase)
    {
        EndDay(present.Day, present.OfDay, first, last, phase);
        Present = present.Total;
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
            (_partialDays ??= []).Add(day);
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

        for (int i = 0; i < details.Days.Count; i++)
        {
            int day = details.Days.Days[i];
            int rows = details.Days.Records[i].Rows;
            if (rows != Steps.Day / Step)
            {
                continue;
            }

            long start = days.StartOf(day) / 60;
            long end = days.StartOf(day + 1) / 60;
            if (end - start == Steps.Day - 60 && start >= first && end <= last + Step)
            {
                AddDstDay(day, rows, 23 * 60 / Step);
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

        (_partialDays ??= []).Add(day);
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
            CheckPhase(coverage);
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
        for (int i = 0; i < details.Days.Count; i++)
        {
            int day = details.Days.Days[i];
            if (day != first && day != last)
            {
                AddDay(day, details.Days.Records[i].Rows, (days.StartOf(day + 1) - days.StartOf(day)) / 60 / Step);
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
        foreach (int day in details.Days.Days)
        {
            if (previous == int.MinValue)
            {
                first = day;
            }
            else if (day - previous > 1)
            {
                _gaps.Add(
                    days.StartOf(previous + 1) / 60,
                    days.StartOf(day - 1) / 60,
                    (day - previous - 1) * (long)(Steps.Day / Step),
                    Step);
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

    /// <summary>Counts the points of the grid from one minute to the one before another.</summary>
    private long Points(long from, long to, int phase) => FloorDivide(to - 1 - phase) - FloorDivide(from - 1 - phase);

    private long FloorDivide(long value)
    {
        long quotient = value / Step;
        return value < quotient * Step ? quotient - 1 : quotient;
    }

    private static DateTimeOffset Time(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    private static string Date(int day) =>
        DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rows(long count) => count == 1 ? "1 row is" : $"{Count(count)} rows are";

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
