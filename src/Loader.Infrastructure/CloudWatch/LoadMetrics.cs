using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of one load, or the findings of one run.</summary>
/// <param name="Dataset">
/// The value of the dimension <c>DatasetType</c>; <see langword="null"/> for the findings of a run, which may have several datasets.
/// </param>
/// <param name="Minute">
/// The start of the minute in which the load ended, in seconds since 1970 (UTC). CloudWatch keeps one set of statistics a minute, so that
/// no statistic depends on the seconds.
/// </param>
/// <param name="Values">One value for each member of <see cref="Names"/>.</param>
internal sealed record LoadMetrics(string? Dataset, long Minute, IReadOnlyList<double> Values)
{
    /// <summary>The value of the dimension <c>DatasetType</c> for a load that failed before its dataset was known.</summary>
    public const string UnknownDataset = "unknown";

    private static readonly RowOutcome[] PublishedOutcomes =
        [.. Ledger.Outcomes.Where(outcome => outcome is not (RowOutcome.Written or RowOutcome.Unsettled))];

    private static readonly QualitySeverity[] PublishedSeverities = [QualitySeverity.Error, QualitySeverity.Warning, QualitySeverity.Info];

    /// <summary>Gets the names and units of the metrics of a run.</summary>
    public static IReadOnlyList<(string Name, string Unit)> QualityMetrics { get; } =
        [.. PublishedSeverities.Select(severity => ($"Quality{severity}s", "Count"))];

    /// <summary>Gets the names and units of the metrics of a load.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Metrics { get; } =
    [
        ("RecordsProcessed", "Count"),
        ("BatchesProcessed", "Count"),
        ("ProcessingErrors", "Count"),
        .. PublishedOutcomes.Select(outcome => ($"Rows{outcome}", "Count")),
        ("ThrottledRequests", "Count"),
        ("BytesRead", "Bytes"),
        ("LoadDuration", "Milliseconds"),
    ];

    /// <summary>Gets the names and units of <see cref="Values"/>.</summary>
    public IReadOnlyList<(string Name, string Unit)> Names => Dataset is null ? QualityMetrics : Metrics;

    /// <summary>Takes the number of findings of each severity from the report of a run.</summary>
    /// <param name="report">The report.</param>
    /// <param name="now">The time at which the run ended.</param>
    /// <returns>The metrics.</returns>
    public static LoadMetrics From(QualityReport report, DateTimeOffset now) => new(
        Dataset: null, MinuteOf(now), [.. PublishedSeverities.Select(severity => (double)report.CountOf(severity))]);

    /// <summary>Takes the metrics from a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="now">The time at which the load ended.</param>
    /// <returns>
    /// The metrics. <c>ProcessingErrors</c> is 1 for a failed load and 0 for any other, so that its sum counts failed loads.
    /// </returns>
    public static LoadMetrics From(LoadReport report, DateTimeOffset now)
    {
        return new LoadMetrics(
            report.Dataset?.Name ?? UnknownDataset,
            MinuteOf(now),
            [
                report.Ledger.Written,
                report.Effort.Requests,
                report.Status == LoadStatus.Failed ? 1 : 0,
                .. PublishedOutcomes.Select(outcome => (double)report.Ledger[outcome]),
                report.Effort.Throttles,
                report.BytesRead,
                report.Elapsed.TotalMilliseconds,
            ]);
    }

    private static long MinuteOf(DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return seconds - (seconds % 60);
    }
}
