using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Http;

/// <summary>Shows what is stored, as JSON: <c>/_local</c> and the paths below it. AWS has no such API.</summary>
internal sealed class LocalView(LocalAwsServer server)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public Reply Handle(ServiceCall call) => (call.Method, call.Path.Trim('/').Split('/')) switch
    {
        ("GET", ["_local"]) => Json(Overview()),
        ("GET", ["_local", "requests"]) => Json(server.Requests.Counts),
        ("GET", ["_local", "faults"]) => Json(server.Faults.Applied.Select(item => new { item.Key.Operation, item.Key.Fault, Count = item.Value })),
        ("GET", ["_local", "metrics"]) => Json(server.CloudWatch.Metrics.Select(metric => new { metric.Namespace, metric.Name, metric.Dimensions, metric.Timestamp, metric.Sum, metric.Unit })),
        ("GET", ["_local", "timestream", var database, var table]) when server.Timestream.FindTable(database, table) is { } found => Json(Table(call, found)),
        ("POST", ["_local", "lambda", var function, "_script"]) => Script(call, function),
        _ => ServiceErrors.PlainText(404, "GET /_local, /_local/requests, /_local/faults, /_local/metrics, /_local/timestream/{database}/{table}?by={dimension}&records={n}\n"
            + "POST /_local/lambda/{function}/_script\n"),
    };

    private static Reply Json<T>(T value) => new() { Status = 200, ContentType = "application/json", Body = JsonSerializer.SerializeToUtf8Bytes(value, Indented) };

    private static object Table(ServiceCall call, TimestreamTable table)
    {
        var records = table.Records;
        var summary = Summary(records);
        var by = call.Query("by");
        var shown = int.TryParse(call.Query("records"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        return new
        {
            summary.Count,
            summary.Sum,
            From = records.Count == 0 ? (DateTimeOffset?)null : records.Min(record => record.Time),
            To = records.Count == 0 ? (DateTimeOffset?)null : records.Max(record => record.Time),
            AsynchronousRejections = table.AsynchronousRejections.Count,
            Groups = by is null
                ? null
                : records.GroupBy(record => record.Dimension(by) ?? string.Empty, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => Summary([.. group]), StringComparer.Ordinal),
            Records = records.OrderBy(record => record.TimeNanoseconds).Take(shown).Select(record => record.ToString()),
        };
    }

    /// <summary>Sums the values in ascending order, so that the sum does not depend on the order of the writes.</summary>
    private static TableSummary Summary(IReadOnlyList<StoredRecord> records) =>
        new(records.Count, records.Where(record => record.Type == MeasureValueType.Double).Select(record => record.DoubleValue).Order().Sum());

    private object Overview() => new
    {
        Endpoint = server.Endpoint,
        Buckets = server.S3.Buckets.ToDictionary(bucket => bucket.Name, bucket => bucket.Objects.Count, StringComparer.Ordinal),
        Tables = server.Timestream.Databases.SelectMany(database => database.Tables.Select(table => (Name: $"{database.Name}/{table.Name}", table.Count)))
            .ToDictionary(table => table.Name, table => table.Count, StringComparer.Ordinal),
        server.Timestream.IngestedRecords,
        server.Timestream.RejectedRecords,
        server.Timestream.WriteUnits,
        Metrics = server.CloudWatch.Metrics.Count,
        Functions = server.Lambda.Functions.Select(function => function.Name),
        Requests = server.Requests.Counts,
    };

    private Reply Script(ServiceCall call, string function)
    {
        var responses = ScriptJson.Read(call.Body);
        server.Lambda.Function(function).Script(responses);
        return Json(new { Function = function, Answers = responses.Count });
    }

    private readonly record struct TableSummary(int Count, double Sum);
}
