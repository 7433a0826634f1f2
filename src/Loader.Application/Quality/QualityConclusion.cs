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
        var zones = new Dictionary<string, LocalDays>(StringComparer.Ordinal);
        Dictionary<DatasetType, (long First, long Last)> ranges = run.Series.GroupBy(series => series.Series.Dataset)
            .ToDictionary(group => group.Key, group => (group.Min(series => series.First), group.Max(series => series.Last)));
        var judged = new List<SeriesStatistics>();
        var grids = new PriorityQueue<SeriesSummary, (QualitySeverity Worst, double Missing)>();
        foreach (SeriesStatistics series in run.Series.Where(series => series.Rows > 0))
        {
            if (!zones.TryGetValue(series.Zone.Id, out LocalDays? days))
            {
                zones.Add(series.Zone.Id, days = new LocalDays(series.Zone));
            }

            findings.Begin(series.Rules);
            var grid = new GridChecks(series, days, findings);
            grid.Check();
            (long first, long last) = ranges[series.Series.Dataset];
            new SeriesChecks(series, grid.Step, run.Files, findings).Check(first, last, days);
            judged.Add(series);
            SeriesSummary summary = Summarize(series, grid, findings.Worst);
            grids.Enqueue(summary, (findings.Worst, 1 - (summary.Coverage ?? 1)));
            if (grids.Count > MaxSeries)
            {
                grids.Dequeue();
            }
        }

        var listed = new List<SeriesSummary>();
        while (grids.TryDequeue(out SeriesSummary? summary, out _))
        {
            listed.Add(summary);
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
            Checks = checks,
            Findings = found,
            TruncatedFindings = truncated,
            Series = listed,
            TruncatedSeries = judged.Count - listed.Count,
        };
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
            Days = series.Details is { } details
                ? [.. details.Days.Days().Select(day => new SeriesDay(
                    DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day.Day),
                    day.Record.Rows,
                    day.Record.Min,
                    day.Record.Sum / day.Record.Rows,
                    day.Record.Max))]
                : [],
        };
}
