using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of several loads as the body of one PutMetricData request.</summary>
/// <remarks>
/// Every distinct value is sent with its count, so that CloudWatch computes the same statistics, percentiles included, as from one request
/// a load: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html.
/// </remarks>
internal static partial class MetricData
{
    /// <summary>The maximum number of distinct values in one member of a request. More values take several members.</summary>
    public const int MaxValues = 150;

    /// <summary>Serialises the request body.</summary>
    /// <param name="namespaceName">The CloudWatch namespace.</param>
    /// <param name="loads">The metrics of the loads.</param>
    /// <returns>The body as UTF-8 JSON.</returns>
    public static byte[] Serialize(string namespaceName, IEnumerable<LoadMetrics> loads)
    {
        var data = new List<Datum>();
        foreach (IGrouping<(string? Dataset, long Minute), LoadMetrics> group in loads.GroupBy(load => (load.Dataset, load.Minute)))
        {
            Dimension[]? dimensions = group.Key.Dataset is { } dataset ? [new("DatasetType", dataset)] : null;
            IReadOnlyList<(string Name, string Unit)> names = group.First().Names;
            for (int metric = 0; metric < names.Count; metric++)
            {
                (string name, string unit) = names[metric];
                foreach (KeyValuePair<double, int>[] values in group.CountBy(load => load.Values[metric]).Chunk(MaxValues))
                {
                    var datum = new Datum(name, dimensions, group.Key.Minute, unit);
                    data.Add(values is [{ Value: 1 } single]
                        ? datum with { Value = single.Key }
                        : datum with { Values = [.. values.Select(v => v.Key)], Counts = [.. values.Select(v => v.Value)] });
                }
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(new Request(namespaceName, data), Json.Default.Request);
    }

    private sealed record Request(string Namespace, List<Datum> MetricData);

    private sealed record Datum(string MetricName, Dimension[]? Dimensions, long Timestamp, string Unit)
    {
        public double? Value { get; init; }

        public double[]? Values { get; init; }

        public int[]? Counts { get; init; }
    }

    private sealed record Dimension(string Name, string Value);

    [JsonSourceGenerationOptions(
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Serialization)]
    [JsonSerializable(typeof(Request))]
    private sealed partial class Json : JsonSerializerContext;
}
