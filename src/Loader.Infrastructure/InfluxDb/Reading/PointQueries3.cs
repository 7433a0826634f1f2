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
    public async Task<ReadOnlyMemory<FoundRecord>> ReadAsync(PointRange range, CancellationToken cancellationToken)
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
        var series = new RowSeries(tags, range.SeriesByKey());
        return InfluxDbCalls.Parse(body, "stored points", root => ReadAll(root, series));
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static ReadOnlyMemory<FoundRecord> ReadAll(JsonElement rows, RowSeries seriesOfRows)
    {
        var records = new FoundRecord[rows.GetArrayLength()];
        int count = 0;
        foreach (JsonElement row in rows.EnumerateArray())
        {
            if (seriesOfRows.Find(row) is { } series)
            {
                records[count++] = Read(row, series);
            }
        }

        return records.AsMemory(0, count);
    }

    private static FoundRecord Read(JsonElement row, Series series)
    {
        double value = row.TryGetProperty(LineFormat.ValueName, out JsonElement found) && found.ValueKind == JsonValueKind.Number
            ? found.GetDouble()
            : double.NaN;
        var record = new FoundRecord(series.Id, TimeOf(row), value)
        {
            HasOtherUnit = row.TryGetProperty(LineFormat.UnitName, out JsonElement unit)
                && unit.ValueKind == JsonValueKind.String && !unit.ValueEquals(series.Unit),
        };
        return row.TryGetProperty(LineFormat.VersionName, out JsonElement tag)
            ? VersionTag.Parse(TextOf(tag)).AddTo(record)
            : record;
    }

    /// <summary>Reads a time, which is in UTC although it has no zone. A column that is null is left out of a row.</summary>
    private static long TimeOf(JsonElement row) => IsoTime.TryParse(TextOf(row.GetProperty(Time)), out IsoTime time)
        ? checked((time.Seconds * 1_000_000_000) + time.Nanoseconds)
        : throw new FormatException("A time is expected.");

    /// <summary>Returns a text of ASCII characters that JSON does not escape, without its quotes.</summary>
    private static ReadOnlySpan<byte> TextOf(JsonElement text) =>
        JsonMarshal.GetRawUtf8Value(text) is [(byte)'"', .. var inner, (byte)'"'] ? inner : default;
}
