using System.Buffers;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of one load as the body of a PutMetricData request.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html.</remarks>
internal static class MetricData
{
    /// <summary>The dataset of a load that failed before its dataset was known.</summary>
    public const string UnknownDataset = "unknown";

    /// <summary>Writes the body.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="report">The load.</param>
    /// <param name="now">The time of all metrics.</param>
    /// <returns>The body.</returns>
    public static ReadOnlyMemory<byte> Write(string namespaceName, LoadReport report, DateTimeOffset now)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("Namespace"u8, namespaceName);
        writer.WriteStartArray("MetricData"u8);
        string dataset = report.Dataset?.Name ?? UnknownDataset;
        foreach ((string name, double value, string unit) in Of(report))
        {
            writer.WriteStartObject();
            writer.WriteString("MetricName"u8, name);
            writer.WriteStartArray("Dimensions"u8);
            writer.WriteStartObject();
            writer.WriteString("Name"u8, "DatasetType"u8);
            writer.WriteString("Value"u8, dataset);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteNumber("Timestamp"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("Value"u8, value);
            writer.WriteString("Unit"u8, unit);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    private static (string Name, double Value, string Unit)[] Of(LoadReport report) =>
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
}
