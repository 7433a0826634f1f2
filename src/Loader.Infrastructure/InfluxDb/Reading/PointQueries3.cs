using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>Asks engine 3 for points, in SQL.</summary>
/// <param name="calls">Asks the server.</param>
/// <param name="database">The database.</param>
/// <param name="table">The table.</param>
/// <param name="columns">The columns of the table. A query that names another fails.</param>
internal sealed class PointQueries3(InfluxDbCalls calls, string database, string table, IReadOnlySet<string> columns)
{
    private const string Time = "time";

    /// <summary>Reads the points of a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The points.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or its response is too long.</exception>
    public async Task<List<FoundRecord>> ReadAsync(PointRange range, CancellationToken cancellationToken)
    {
        string[] tags = [ColumnNames.Region, range.Dataset.SubjectColumn, ColumnNames.MeasurementType, ColumnNames.QualityFlag];
        IEnumerable<string> selected = tags.Append(LineFormat.ValueName).Append(LineFormat.UnitName).Append(LineFormat.VersionName)
            .Where(columns.Contains);
        string names = string.Join(", ", selected.Select(static column => $"\"{column}\""));
        string query = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {Time}, {names} FROM "{table}"
            WHERE {Time} >= to_timestamp_nanos({range.From}) AND {Time} <= to_timestamp_nanos({range.To}){range.TagConditions(Quote)}
            """);
        ReadOnlyMemory<byte> body = await calls.PostAsync(
            "/api/v3/query_sql",
            PointRange.MaxResponseBytes,
            writer =>
            {
                writer.WriteString("db"u8, database);
                writer.WriteString("q"u8, query);
                writer.WriteString("format"u8, "json"u8);
            },
            cancellationToken).ConfigureAwait(false);
        Dictionary<string, Series> known = range.SeriesByKey();
        return InfluxDbCalls.Parse(body, "stored points", root => ReadAll(root, tags, known));
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static List<FoundRecord> ReadAll(JsonElement rows, string[] tags, Dictionary<string, Series> known)
    {
        var records = new List<FoundRecord>(rows.GetArrayLength());
        foreach (JsonElement row in rows.EnumerateArray())
        {
            string key = SeriesTags.KeyOf(tags.Select(tag => (tag, TextOf(row, tag) ?? "")));
            if (known.TryGetValue(key, out Series? series))
            {
                records.Add(Read(row, series));
            }
        }

        return records;
    }

    private static FoundRecord Read(JsonElement row, Series series)
    {
        double value = row.TryGetProperty(LineFormat.ValueName, out JsonElement found) && found.ValueKind == JsonValueKind.Number
            ? found.GetDouble()
            : double.NaN;
        var record = new FoundRecord(series.Id, TimeOf(row), value)
        {
            HasOtherUnit = TextOf(row, LineFormat.UnitName) is { } unit && !string.Equals(unit, series.Unit, StringComparison.Ordinal),
        };
        return VersionTag.AddTo(record, TextOf(row, LineFormat.VersionName));
    }

    /// <summary>Reads a time, which is in UTC although it has no zone. A column that is null is left out of a row.</summary>
    private static long TimeOf(JsonElement row)
    {
        ReadOnlySpan<byte> quoted = JsonMarshal.GetRawUtf8Value(row.GetProperty(Time));
        return quoted.Length > 2 && IsoTime.TryParse(quoted[1..^1], out IsoTime time)
            ? checked((time.Seconds * 1_000_000_000) + time.Nanoseconds)
            : throw new FormatException("A time is expected.");
    }

    private static string? TextOf(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
