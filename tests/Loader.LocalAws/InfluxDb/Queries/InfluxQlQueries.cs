using System.Globalization;
using System.Text;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace Loader.LocalAws.InfluxDb.Queries;

/// <summary>
/// <c>/query</c> of engine 2, InfluxQL with <c>db</c> = the bucket (InfluxDB reference, sections 4 C and 8). This language is chosen rather than Flux because
/// influxd 1.6.7 answers it too, so that a query can be tried on a real storage engine. It knows these forms and no others:
/// <list type="bullet">
/// <item>
/// Section 4 C step 2, the rows that are newer than ours: <c>SELECT "value", "version" FROM "T" WHERE "version" &gt; N AND time &gt;= A AND time &lt; B GROUP BY *</c>.
/// </item>
/// <item>Counts for verification: <c>SELECT count("value") FROM "T" WHERE "version" = N AND time …</c>; for a tag <c>"version" = 'text'</c>.</item>
/// <item>The points of some series: <c>SELECT "value" FROM "T" WHERE time &gt;= A AND time &lt;= B AND ("region" = 'SE' OR "region" = 'S') GROUP BY *</c>.</item>
/// <item>In general: queries over points, <see cref="PointQuery"/>.</item>
/// <item><c>SHOW FIELD KEYS [FROM "T"]</c>, <c>SHOW TAG KEYS [FROM "T"]</c>, <c>SHOW MEASUREMENTS</c>.</item>
/// </list>
/// With <c>epoch=ns</c>, <c>ms</c> or <c>s</c> times are numbers, else texts.
/// </summary>
internal sealed class InfluxQlQueries(InfluxStore store)
{
    public Reply Handle(InfluxRequest request)
    {
        var form = request.Method == "POST" && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body.Span)).ToDictionary(item => item.Key, item => item.Value.ToString(), StringComparer.Ordinal)
            : [];
        string? Parameter(string name) => request.Query(name) ?? form.GetValueOrDefault(name);

        if (Parameter("q") is not { Length: > 0 } text)
        {
            return InfluxReply.Json(400, new { code = "invalid", message = "missing required parameter \"q\"" });
        }

        var unit = Parameter("epoch") switch
        {
            null or "" => 0L,
            "ns" => 1L,
            "ms" => 1_000_000L,
            "s" => 1_000_000_000L,
            var epoch => throw new UnknownQueryException($"The epoch {epoch} is unknown."),
        };
        lock (store.Gate)
        {
            return store.Find(Parameter("db") ?? string.Empty) is { } bucket
                ? Result(new { statement_id = 0, series = Answer(bucket, new QueryTokens(text, isInfluxQl: true), unit) })
                : Result(new { statement_id = 0, error = $"database not found: {Parameter("db")}" });
        }
    }

    private static Reply Result(object result) => InfluxReply.Json(200, new { results = new[] { Trimmed(result) } });

    /// <summary>A result without series has no member of that name.</summary>
    private static object Trimmed(object result) =>
        result.GetType().GetProperty("series")?.GetValue(result) is List<Dictionary<string, object>> { Count: 0 } ? new { statement_id = 0 } : result;

    private static List<Dictionary<string, object>> Answer(InfluxBucket bucket, QueryTokens tokens, long unit)
    {
        if (tokens.Take("SHOW", "FIELD", "KEYS"))
        {
            return Keys(bucket, tokens, ["fieldKey", "fieldType"], table => table.FieldTypes().Select(field => new object[] { field.Field, Write2.TypeName(field.Type) }));
        }

        if (tokens.Take("SHOW", "TAG", "KEYS"))
        {
            return Keys(bucket, tokens, ["tagKey"], table => table.TagKeys().Select(key => new object[] { key }));
        }

        if (tokens.Take("SHOW", "MEASUREMENTS"))
        {
            tokens.RequireEnd();
            return bucket.Tables.Count == 0 ? [] : [Series("measurements", ["name"], bucket.Tables.Select(table => new object?[] { table.Name }))];
        }

        tokens.Require("SELECT");
        var query = PointQuery.Parse(tokens);
        return bucket.FindTable(query.Table) is { } table ? Select(query, table, unit) : [];
    }

    private static List<Dictionary<string, object>> Keys(InfluxBucket bucket, QueryTokens tokens, string[] columns, Func<InfluxTable, IEnumerable<object[]>> keys)
    {
        var only = tokens.Take("FROM") ? tokens.Name() : null;
        tokens.RequireEnd();
        return [.. bucket.Tables.Where(table => only is null || table.Name == only).Select(table => (table.Name, Rows: keys(table).ToList()))
            .Where(table => table.Rows.Count > 0).Select(table => Series(table.Name, columns, table.Rows))];
    }

    private static List<Dictionary<string, object>> Select(PointQuery query, InfluxTable table, long unit)
    {
        var points = query.Select(table);
        var keys = query.GroupBy.Contains("*", StringComparer.Ordinal) ? [.. table.TagKeys()] : query.GroupBy.ToArray();
        var result = new List<Dictionary<string, object>>();
        foreach (var group in points.GroupBy(point => string.Join('\0', keys.Select(key => point.Tag(key))), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var rows = query.IsAggregate ? Function(query, [.. group], unit) : Rows(query, table, group, keys, unit);
            if (rows.Values.Count == 0)
            {
                continue;
            }

            var tags = keys.ToDictionary(key => key, key => group.First().Tag(key) ?? string.Empty, StringComparer.Ordinal);
            result.Add(Series(table.Name, rows.Columns, rows.Values, tags));
        }

        return result;
    }

    // InfluxQL gives a function's row the start of the time range, or the epoch without one.
    private static Table Function(PointQuery query, IReadOnlyList<InfluxPoint> points, long unit)
    {
        var start = query.Conditions.Where(condition => condition is { Column: InfluxColumn.TimeName, Comparison: ">" or ">=" })
            .Select(condition => (long)condition.Value + (condition.Comparison == ">" ? 1 : 0)).DefaultIfEmpty(0).Max();
        return new(
            [InfluxColumn.TimeName, .. query.Items.Select(item => item.Name)],
            [[Time(start, unit), .. query.Items.Select(item => Aggregates.Of(item, points))]]);
    }

    // InfluxQL leaves out a row that has none of the selected fields; tags alone select nothing.
    private static Table Rows(PointQuery query, InfluxTable table, IEnumerable<InfluxPoint> points, string[] groupedBy, long unit)
    {
        var fields = table.FieldTypes().Select(field => field.Field).Distinct(StringComparer.Ordinal).ToList();
        string[] columns = [.. query.Items.SelectMany<SelectItem, string>(item => item.Column == "*"
            ? fields.Concat(table.TagKeys().Except(groupedBy, StringComparer.Ordinal)).Order(StringComparer.Ordinal)
            : [item.Column]).Where(column => column != InfluxColumn.TimeName)];
        var isDescending = query.OrderBy.Exists(order => order.Descending);
        var values = (isDescending ? points.Reverse() : points)
            .Where(point => columns.Any(column => point.Field(column) is not null))
            .Select(point => (object?[])[Time(point.TimeNanoseconds, unit), .. columns.Select(column => Aggregates.Value(point, column))]);
        return new([InfluxColumn.TimeName, .. columns], [.. query.Limit is { } limit ? values.Take(limit) : values]);
    }

    private static object Time(long nanoseconds, long unit) => unit > 0
        ? nanoseconds / unit
        : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static Dictionary<string, object> Series(string name, string[] columns, IEnumerable<object?[]> values, Dictionary<string, string>? tags = null)
    {
        var series = new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = name };
        if (tags is { Count: > 0 })
        {
            series["tags"] = tags;
        }

        series["columns"] = columns;
        series["values"] = values.ToList();
        return series;
    }

    private sealed record Table(string[] Columns, List<object?[]> Values);
}
