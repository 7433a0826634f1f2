using System.Globalization;
using System.Text.Json;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>Asks engine 2 for points, in InfluxQL.</summary>
/// <param name="calls">Asks the server.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="table">The table.</param>
/// <param name="layout">The layout.</param>
internal sealed class PointQueries2(InfluxDbCalls calls, string bucket, string table, InfluxDbLayout layout)
{
    /// <summary>Reads the points of a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The points.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or its response is too long.</exception>
    public async Task<ReadOnlyMemory<FoundRecord>> ReadAsync(PointRange range, CancellationToken cancellationToken)
    {
        string fields = layout == InfluxDbLayout.Overwrite
            ? $"\"{LineFormat.ValueName}\", \"{LineFormat.VersionName}\""
            : $"\"{LineFormat.ValueName}\"";
        string statement = string.Create(
            CultureInfo.InvariantCulture,
            $"""SELECT {fields} FROM "{table}" WHERE time >= {range.From} AND time <= {range.To}{range.TagConditions(Quote)} GROUP BY *""");
        ReadOnlyMemory<byte> body = await calls.GetAsync(
            InfluxQl.Path(bucket, statement), PointRange.MaxResponseBytes, InfluxDbClient.IsOk, cancellationToken).ConfigureAwait(false);
        Dictionary<string, Series> known = range.SeriesByKey();
        return InfluxDbCalls.Parse(body, "stored points", root => ReadAll(InfluxQl.SeriesOf(root), known));
    }

    private static string Quote(string text) =>
        "'" + text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal) + "'";

    private ReadOnlyMemory<FoundRecord> ReadAll(IEnumerable<JsonElement> groups, Dictionary<string, Series> known)
    {
        var records = new List<FoundRecord>();
        foreach (JsonElement group in groups)
        {
            (string Name, string Value)[] tags =
                [.. group.GetProperty("tags").EnumerateObject().Select(static tag => (tag.Name, tag.Value.GetString()!))];
            bool hasVersionTag = layout == InfluxDbLayout.Versions;
            string text = Array.Find(tags, static tag => tag.Name == LineFormat.VersionName).Value ?? "";
            VersionTag version = hasVersionTag ? VersionTag.Parse(System.Text.Encoding.UTF8.GetBytes(text)) : default;
            string key = SeriesTags.KeyOf(tags.Where(tag => !hasVersionTag || tag.Name != LineFormat.VersionName));
            if (known.TryGetValue(key, out Series? series))
            {
                foreach (JsonElement point in group.GetProperty("values").EnumerateArray())
                {
                    records.Add(Read(point, series, version));
                }
            }
        }

        return records.ToArray();
    }

    private FoundRecord Read(JsonElement point, Series series, VersionTag version)
    {
        // A point may have one field and not the other.
        double value = point[1].ValueKind == JsonValueKind.Null ? double.NaN : point[1].GetDouble();
        var record = new FoundRecord(series.Id, point[0].GetInt64(), value);
        return layout != InfluxDbLayout.Overwrite ? version.AddTo(record)
            : point[2].ValueKind == JsonValueKind.Null ? record
            : record with { Version = point[2].GetInt64() };
    }
}
