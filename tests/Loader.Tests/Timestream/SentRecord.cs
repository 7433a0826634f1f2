using System.Text.Json;

namespace Loader.Tests.Timestream;

/// <summary>A record as the service sees it: the record merged with the common attributes of its request.</summary>
internal sealed record SentRecord(string Dimensions, string Time, string TimeUnit, string MeasureName, string MeasureValue, string MeasureValueType, long Version)
{
    public static List<SentRecord> AllIn(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement common = document.RootElement.GetProperty("CommonAttributes");
        return [.. document.RootElement.GetProperty("Records").EnumerateArray().Select(record => Merge(common, record))];
    }

    private static SentRecord Merge(JsonElement common, JsonElement record)
    {
        var dimensions = DimensionsOf(common).Concat(DimensionsOf(record)).ToList();
        Assert.That(dimensions.Select(d => d.Name), Is.Unique, "The service rejects a dimension that is in both places.");
        return new SentRecord(
            string.Join(';', dimensions.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => $"{d.Name}={d.Value}")),
            Text("Time"),
            Text("TimeUnit"),
            Text("MeasureName"),
            Text("MeasureValue"),
            Text("MeasureValueType"),
            One("Version").GetInt64());

        JsonElement One(string name)
        {
            bool inCommon = common.TryGetProperty(name, out JsonElement fromCommon);
            bool inRecord = record.TryGetProperty(name, out JsonElement fromRecord);
            Assert.That(inCommon ^ inRecord, Is.True, $"{name} must be in exactly one place.");
            return inCommon ? fromCommon : fromRecord;
        }

        string Text(string name) => One(name).GetString()!;
    }

    private static IEnumerable<(string Name, string Value)> DimensionsOf(JsonElement element) =>
        element.TryGetProperty(nameof(Dimensions), out JsonElement dimensions)
            ? dimensions.EnumerateArray().Select(d => (d.GetProperty("Name").GetString()!, d.GetProperty("Value").GetString()!))
            : [];
}
