using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.CloudWatch;

/// <summary>Reads one MetricDatum and rejects what the service rejects (protocols 3.2).</summary>
internal static class MetricDatumJson
{
    private const int MaxDimensions = 30;
    private const int MaxDistinctValues = 150;

    public static MetricDatum Read(JsonElement datum, string metricNamespace, DateTimeOffset now)
    {
        var resolution = JsonMembers.Number(datum, "StorageResolution"u8) ?? 60;
        if (resolution is not (1 or 60))
        {
            throw CloudWatchError.InvalidValue("StorageResolution must be 1 or 60.");
        }

        var statistics = ReadStatistics(datum);
        return new(
            metricNamespace,
            MetricRules.MetricName(JsonMembers.Text(datum, "MetricName"u8)),
            ReadDimensions(datum),
            MetricRules.Timestamp(JsonMembers.Real(datum, "Timestamp"u8), now),
            ReadValues(datum, statistics is not null),
            statistics,
            MetricRules.Unit(JsonMembers.Text(datum, "Unit"u8)),
            (int)resolution);
    }

    private static Dictionary<string, string> ReadDimensions(JsonElement datum)
    {
        var dimensions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (JsonMembers.List(datum, "Dimensions"u8) is not { } list)
        {
            return dimensions;
        }

        // protocols 3.2: at most 30 dimensions.
        if (list.GetArrayLength() > MaxDimensions)
        {
            throw CloudWatchError.InvalidValue("The collection Dimensions must not have a size greater than 30.");
        }

        foreach (var dimension in list.EnumerateArray())
        {
            var name = MetricRules.DimensionText(JsonMembers.Text(dimension, "Name"u8), "Dimensions.Name", 255, mayBeginWithColon: false);
            dimensions[name] = MetricRules.DimensionText(JsonMembers.Text(dimension, "Value"u8), "Dimensions.Value", 1024, mayBeginWithColon: true);
        }

        return dimensions;
    }

    // protocols 3.2: exactly one of Value, StatisticValues, Values; at most 150 distinct Values; Counts of the same length, default 1.
    private static List<(double Value, double Count)> ReadValues(JsonElement datum, bool hasStatistics)
    {
        var single = JsonMembers.Real(datum, "Value"u8);
        var many = JsonMembers.List(datum, "Values"u8);
        if ((single is null ? 0 : 1) + (many is null ? 0 : 1) + (hasStatistics ? 1 : 0) != 1)
        {
            throw CloudWatchError.InvalidCombination("A metric must have exactly one of Value, Values and StatisticValues.");
        }

        if (many is not { } list)
        {
            return single is { } value ? [(MetricRules.Value(value), 1)] : [];
        }

        double[] values = [.. list.EnumerateArray().Select(value => MetricRules.Value(JsonMembers.Real(value)))];
        double[] counts = JsonMembers.List(datum, "Counts"u8) is { } given
            ? [.. given.EnumerateArray().Select(JsonMembers.Real)]
            : [.. values.Select(_ => 1.0)];
        if (values.Length is 0 or > MaxDistinctValues || counts.Length != values.Length)
        {
            throw CloudWatchError.InvalidValue("Values must have 1 to 150 members, and Counts must have the same number.");
        }

        return [.. values.Zip(counts)];
    }

    // protocols 3.2: all four are required.
    private static MetricStatistics? ReadStatistics(JsonElement datum)
    {
        if (JsonMembers.Structure(datum, "StatisticValues"u8) is not { } set)
        {
            return null;
        }

        return new(
            MetricRules.Value(JsonMembers.Real(set, "SampleCount"u8) ?? throw CloudWatchError.Missing("StatisticValues.SampleCount")),
            MetricRules.Value(JsonMembers.Real(set, "Sum"u8) ?? throw CloudWatchError.Missing("StatisticValues.Sum")),
            MetricRules.Value(JsonMembers.Real(set, "Minimum"u8) ?? throw CloudWatchError.Missing("StatisticValues.Minimum")),
            MetricRules.Value(JsonMembers.Real(set, "Maximum"u8) ?? throw CloudWatchError.Missing("StatisticValues.Maximum")));
    }
}
