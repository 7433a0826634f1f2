using Loader.Application.Results;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of one load.</summary>
/// <param name="Dataset">The value of the dimension <c>DatasetType</c>.</param>
/// <param name="Minute">
/// The start of the minute in which the load ended, in seconds since 1970 (UTC). CloudWatch keeps one set of statistics a minute, so that
/// no statistic depends on the seconds.
/// </param>
/// <param name="Values">One value for each member of <see cref="Metrics"/>.</param>
internal sealed record LoadMetrics(string Dataset, long Minute, IReadOnlyList<double> Values)
{
    /// <summary>The value of the dimension <c>DatasetType</c> for a load that failed before its dataset was known.</summary>
    public const string UnknownDataset = "unknown";

    private static readonly RowOutcome[] PublishedOutcomes =
        [.. Ledger.Outcomes.Where(outcome => outcome is not (RowOutcome.Written or RowOutcome.Unsettled))];

    /// <summary>Gets the names and units of the metrics.</summary>
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

    /// <summary>Takes the metrics from a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="now">The time at which the load ended.</param>
    /// <returns>
    /// The metrics. <c>ProcessingErrors</c> is 1 for a failed load and 0 for any other, so that its sum counts failed loads.
    /// </returns>
    public static LoadMetrics From(LoadReport report, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return new LoadMetrics(
            report.Dataset?.Name ?? UnknownDataset,
            seconds - (seconds % 60),
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
}
