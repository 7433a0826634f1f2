using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Makes the report of a run.</summary>
internal static class QualityConclusion
{
    private const int MaxSeries = 1_000;

    /// <summary>Makes the report.</summary>
    public static QualityReport Conclude(JudgedRun run)
    {
        var findings = new FindingCollector();
        var workspace = new ScanWorkspace();
        Dictionary<DatasetType, (long First, long Last)> ranges = run.Series.GroupBy(series => series.Series.Dataset)
            .ToDictionary(group => group.Key, group => (group.Min(series => series.First), group.Max(series => series.Last)));
        var judged = new List<SeriesStatistics>(run.Series.Count);
        int shortSeries = 0;
        int withoutStep = 0;
        var worst = new PriorityQueue<ListedSeries, (QualitySeverity Worst, double Missing)>(Math.Min(run.Series.Count, MaxSeries) + 1);
        foreach (SeriesStatistics kept in run.Series.Where(series => series.Rows > 0))
        {
            SeriesStatistics series = kept.Expanded(workspace);
            LocalDays days = workspace.DaysOf(series.Zone);
            findings.Begin(series.Rules);
            var grid = new GridChecks(series, days, findings);
            grid.Check();
            (long first, long last) = ranges[series.Series.Dataset];
            new SeriesChecks(series, grid.Step, run.Files, findings).Check(first, last, days);
            judged.Add(kept);
            shortSeries += series.Rows < GridChecks.MinRows ? 1 : 0;
            withoutStep += series.Rows >= GridChecks.MinRows && (grid.Step == 0 || grid.IsMixed) ? 1 : 0;
            var next = new ListedSeries(series, grid, findings.Worst);
            worst.Enqueue(next, (findings.Worst, 1 - (grid.Coverage ?? 1)));
            bool isListed = worst.Count <= MaxSeries || worst.Dequeue() != next;
            if (isListed && series != kept)
            {
                // The details of the copy are valid only now.
                next.Summarize();
            }
        }

        var listed = new List<SeriesSummary>(worst.Count);
        while (worst.TryDequeue(out ListedSeries? next, out _))
        {
            listed.Add(next.Summarize());
        }

        listed.Reverse();
        new RunChecks(run with { Series = judged }, findings).Check();
        (IReadOnlyList<QualityFinding> found, long truncated) = findings.List();
        IReadOnlyList<CheckSummary> checks = findings.Sum();
        return new QualityReport
        {
            Zones = run.Zones,
            From = judged.Count == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(ranges.Values.Min(range => range.First)),
            To = judged.Count == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(ranges.Values.Max(range => range.Last)),
            SeriesCount = judged.Count,
            Worst = checks.Count == 0 ? QualitySeverity.Off : checks[0].Severity,
            Detail = run.Detail,
            FilesNotJudged = run.FilesNotJudged,
            SeriesNotJudged = run.SeriesNotJudged,
            ShortSeries = shortSeries,
            SeriesWithoutStep = withoutStep,
            Checks = checks,
            Findings = found,
            TruncatedFindings = truncated,
            Series = listed,
            TruncatedSeries = judged.Count - listed.Count,
        };
    }

    /// <summary>A series that may be among those that are listed. Its summary is made once it is asked for.</summary>
    private sealed class ListedSeries(SeriesStatistics series, GridChecks grid, QualitySeverity worst)
    {
        private SeriesSummary? _summary;

        public SeriesSummary Summarize() => _summary ??= QualityConclusion.Summarize(series, grid, worst);
    }

    private static SeriesSummary Summarize(SeriesStatistics series, GridChecks grid, QualitySeverity worst) =>
        new(series.Series, worst, series.Rows)
        {
            Unit = series.Unit,
            Step = grid.Step == 0 || grid.IsMixed ? null : TimeSpan.FromMinutes(grid.Step),
            From = DateTimeOffset.FromUnixTimeSeconds(series.First),
            To = DateTimeOffset.FromUnixTimeSeconds(series.Last),
            Expected = grid.Expected,
            Present = grid.Present,
            Min = series.Min,
            Median = series.Details?.Magnitudes.Median(),
            Max = series.Max,
            Zone = series.Zone,
            Days = series.Details is { } details ? Summarize(details.Days, grid) : [],
        };

    private static SeriesDay[] Summarize(in DayTable days, GridChecks grid)
    {
        if (days.Count == 0)
        {
            return [];
        }

        var summaries = new SeriesDay[days.Count];
        int epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        for (int i = 0; i < summaries.Length; i++)
        {
            int day = days.Days[i];
            DayRecord record = days.Records[i];
            summaries[i] = new SeriesDay(
                DateOnly.FromDayNumber(epoch + day), record.Rows, record.Min, record.Sum / record.Rows, record.Max)
            {
                Coverage = record.Conflicts > 0 ? DayCoverage.Conflicting
                    : grid.Step == 0 || grid.IsMixed ? DayCoverage.Unknown
                    : grid.IsPartial(day) ? DayCoverage.Partial
                    : DayCoverage.Full,
            };
        }

        return summaries;
    }
}
