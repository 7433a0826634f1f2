using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Application.Results;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of one load as the body of a PutMetricData request.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html.</remarks>
internal static partial class MetricData
{
    /// <summary>The value of the dimension <c>DatasetType</c> for a load that failed before its dataset was known.</summary>
    public const string UnknownDataset = "unknown";

    /// <summary>Serialises the request body.</summary>
    /// <param name="namespaceName">The CloudWatch namespace.</param>
    /// <param name="report">The report of the load.</param>
    /// <param name="now">The timestamp of all metrics, sent in whole seconds.</param>
    /// <returns>The body as UTF-8 JSON.</returns>
    public static byte[] Serialize(string namespaceName, LoadReport report, DateTimeOffset now)
    {
        Dimension[] dimensions = [new("DatasetType", report.Dataset?.Name ?? UnknownDataset)];
        long timestamp = now.ToUnixTimeSeconds();
        IEnumerable<Datum> metrics = MetricsOf(report)
            .Select(metric => new Datum(metric.Name, dimensions, timestamp, metric.Value, metric.Unit));
        var request = new Request(namespaceName, [.. metrics]);
        return JsonSerializer.SerializeToUtf8Bytes(request, Json.Default.Request);
    }

    private static (string Name, double Value, string Unit)[] MetricsOf(LoadReport report) =>
    [
        ("RecordsProcessed", report.Ledger.Written, "Count"),
        ("BatchesProcessed", report.Effort.Requests, "Count"),
        ("ProcessingErrors", report.Status == LoadStatus.Failed ? 1 : 0, "Count"),
        .. Ledger.Outcomes.Where(outcome => outcome is not (RowOutcome.Written or RowOutcome.Unsettled))
            .Select(outcome => ($"Rows{outcome}", (double)report.Ledger[outcome], "Count")),
        ("ThrottledRequests", report.Effort.Throttles, "Count"),
        ("BytesRead", report.BytesRead, "Bytes"),
        ("LoadDuration", report.Elapsed.TotalMilliseconds, "Milliseconds"),
    ];

    private sealed record Request(string Namespace, Datum[] MetricData);

    private sealed record Datum(string MetricName, Dimension[] Dimensions, long Timestamp, double Value, string Unit);

    private sealed record Dimension(string Name, string Value);

    [JsonSerializable(typeof(Request))]
    private sealed partial class Json : JsonSerializerContext;
}
