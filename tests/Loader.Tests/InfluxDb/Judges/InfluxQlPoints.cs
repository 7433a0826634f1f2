using System.Text.Json;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>Turns answers of InfluxQL into points.</summary>
internal static class InfluxQlPoints
{
    /// <summary>Parses the rows of <c>SELECT *</c> without GROUP BY, in which tags are columns and a missing tag or field is null.</summary>
    public static IReadOnlyList<StoredPoint> Parse(string rows, string tagKeys, string fieldKeys)
    {
        var tags = Rows(tagKeys).Select(row => row[0].GetString()!).ToHashSet(StringComparer.Ordinal);
        var types = Rows(fieldKeys).ToDictionary(row => row[0].GetString()!, row => row[1].GetString()!, StringComparer.Ordinal);
        string[] columns = Columns(rows);
        return [.. Rows(rows).Select(row => Point(columns, row, tags, types))];
    }

    private static StoredPoint Point(string[] columns, JsonElement row, HashSet<string> tagKeys, Dictionary<string, string> types)
    {
        var tags = new List<InfluxTag>();
        var fields = new List<InfluxField>();
        for (int i = 1; i < columns.Length; i++)
        {
            if (row[i].ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (tagKeys.Contains(columns[i]))
            {
                tags.Add(new(columns[i], row[i].GetString()!));
            }
            else
            {
                fields.Add(new(columns[i], Value(row[i], types[columns[i]])));
            }
        }

        return StoredPoint.Create(tags, row[0].GetInt64(), fields);
    }

    // JSON has one kind of number, so the type of a field is asked for.
    private static InfluxValue Value(JsonElement value, string type) => type switch
    {
        "float" => InfluxValue.Of(value.GetDouble()),
        "integer" => InfluxValue.Of(value.GetInt64()),
        "string" => InfluxValue.Of(value.GetString()!),
        "boolean" => InfluxValue.Of(value.GetBoolean()),
        _ => throw new FormatException($"InfluxQL has no field type {type}."),
    };

    private static string[] Columns(string answer) =>
        Series(answer) is { } series ? [.. series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)] : [];

    private static IEnumerable<JsonElement> Rows(string answer) => Series(answer)?.GetProperty("values").EnumerateArray().ToList() ?? [];

    /// <summary>The only series of an answer, or null if there is none. An error of the query is an exception.</summary>
    private static JsonElement? Series(string answer)
    {
        JsonElement result = JsonDocument.Parse(answer).RootElement.GetProperty("results")[0];
        if (result.TryGetProperty("error", out JsonElement error))
        {
            throw new InvalidOperationException(error.GetString());
        }

        return result.TryGetProperty("series", out JsonElement series) ? series.EnumerateArray().Single() : null;
    }
}
