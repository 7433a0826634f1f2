using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb.Queries;

/// <summary>
/// <c>/api/v3/query_sql</c> of engine 3 (InfluxDB reference, section 2), JSON only. It knows these forms and no others:
/// <list type="bullet">
/// <item><c>SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'T'</c>, also with <c>AND table_schema = 'iox'</c>.</item>
/// <item><c>SELECT retention_period_ns FROM system.databases WHERE database_name = 'D'</c> (or <c>database_name</c> too).</item>
/// <item>Queries over the points of a table: <see cref="PointQuery"/>.</item>
/// </list>
/// Null members are left out of rows, and times have no zone, as the server's JSON writer does (influxdata/influxdb, influxdb3/tests/cli/mod.rs).
/// </summary>
internal sealed class SqlQueries(InfluxStore store)
{
    // Texts are ordered by their characters, nulls come first.
    private static readonly Comparer<object?> InOrder = Comparer<object?>.Create((left, right) => (left, right) is (string one, string other)
        ? string.CompareOrdinal(one, other)
        : Comparer<object?>.Default.Compare(left, right));

    public Reply Handle(InfluxRequest request)
    {
        if (Parameters(request) is not ({ } database, { } text, var format))
        {
            return InfluxReply.Untyped(400, "missing query parameters 'db' and 'q'");
        }

        if (format is not (null or "json"))
        {
            throw new UnknownQueryException($"The format {format} is unknown.");
        }

        var tokens = new QueryTokens(text);
        tokens.Require("SELECT");
        lock (store.Gate)
        {
            // Section 2: 404 for a missing database.
            return store.Find(database) is { } bucket
                ? Answer(bucket, tokens)
                : InfluxReply.UntypedJson(404, new { error = $"query error: database not found: {database}" });
        }
    }

    private static (string? Database, string? Text, string? Format) Parameters(InfluxRequest request)
    {
        if (request.Method == "GET")
        {
            return (request.Query("db"), request.Query("q"), request.Query("format"));
        }

        using var body = JsonDocument.Parse(request.Body);
        return (Member("db"), Member("q"), Member("format"));

        string? Member(string name) => body.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private Reply Answer(InfluxBucket bucket, QueryTokens tokens)
    {
        if (tokens.Take("column_name", ",", "data_type", "FROM", "information_schema", ".", "columns", "WHERE"))
        {
            return Columns(bucket, tokens);
        }

        if (tokens.Take("retention_period_ns", "FROM", "system", ".", "databases", "WHERE")
            || tokens.Take("database_name", ",", "retention_period_ns", "FROM", "system", ".", "databases", "WHERE"))
        {
            return Retention(tokens);
        }

        var query = PointQuery.Parse(tokens);
        return bucket.FindTable(query.Table) is { } table
            ? InfluxReply.Json(200, query.IsAggregate ? Grouped(query, table) : Rows(query, table))
            : InfluxReply.Untyped(400, $"Error during planning: table 'public.iox.{query.Table}' not found");
    }

    // A table that does not exist has no columns.
    private static Reply Columns(InfluxBucket bucket, QueryTokens tokens)
    {
        string? name = null;
        do
        {
            if (tokens.Take("table_schema", "="))
            {
                if (tokens.Text() is var schema and not "iox")
                {
                    throw new UnknownQueryException($"The schema {schema} is unknown.");
                }

                continue;
            }

            tokens.Require("table_name");
            tokens.Require("=");
            name = tokens.Text();
        }
        while (tokens.Take("AND"));

        _ = tokens.Take("ORDER", "BY", "ordinal_position");
        tokens.RequireEnd();
        var columns = bucket.FindTable(name ?? throw new UnknownQueryException("A table is not named."))?.Columns ?? [];
        return InfluxReply.Json(200, columns.Select(column => new { column_name = column.Name, data_type = column.DataType }));
    }

    private Reply Retention(QueryTokens tokens)
    {
        _ = tokens.Take("system", ".", "databases", ".");
        tokens.Require("database_name");
        tokens.Require("=");
        var name = tokens.Text();
        tokens.RequireEnd();
        var rows = new List<Dictionary<string, object>>();
        if (store.Find(name) is { } database)
        {
            var row = new Dictionary<string, object>(StringComparer.Ordinal) { ["database_name"] = name };
            if (database.Retention is { } retention)
            {
                row["retention_period_ns"] = retention.Ticks * 100;
            }

            rows.Add(row);
        }

        return InfluxReply.Json(200, rows);
    }

    private static List<Dictionary<string, object>> Rows(PointQuery query, InfluxTable table)
    {
        var items = query.Items.SelectMany(item => item.Column == "*"
            ? table.Columns.Select(column => column.Name).Order(StringComparer.Ordinal).Select(column => new SelectItem(null, column, column))
            : [item]).ToList();
        RequireColumns(table, items.Select(item => item.Column).Concat(query.ConditionColumns));
        var rows = Ordered(query, query.Select(table)).Select(point => Row(items.Select(item => (item.Name, Aggregates.Value(point, item.Column)))));
        return [.. query.Limit is { } limit ? rows.Take(limit) : rows];
    }

    private static List<Dictionary<string, object>> Grouped(PointQuery query, InfluxTable table)
    {
        RequireColumns(table, query.GroupBy.Concat(query.ConditionColumns));
        if (query.Items.Any(item => item.Function is null && !query.GroupBy.Contains(item.Column, StringComparer.Ordinal)))
        {
            throw new UnknownQueryException("A column is neither grouped nor in a function.");
        }

        var points = query.Select(table);
        if (query.GroupBy.Count == 0)
        {
            return [Row(query.Items.Select(item => (item.Name, Aggregates.Of(item, points))))];
        }

        var groups = points.GroupBy(point => string.Join('\0', query.GroupBy.Select(column => Aggregates.Value(point, column))), StringComparer.Ordinal);
        return [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Row(query.Items.Select(item =>
            (item.Name, item.Function is null ? Aggregates.Value(group.First(), item.Column) : Aggregates.Of(item, [.. group])))))];
    }

    private static IEnumerable<InfluxPoint> Ordered(PointQuery query, IEnumerable<InfluxPoint> points)
    {
        foreach (var (column, isDescending) in query.OrderBy.AsEnumerable().Reverse())
        {
            points = isDescending
                ? points.OrderByDescending(point => Key(point, column), InOrder)
                : points.OrderBy(point => Key(point, column), InOrder);
        }

        return points;
    }

    private static object? Key(InfluxPoint point, string column) =>
        Aggregates.Value(point, column) is InfluxTime time ? time.Nanoseconds : Aggregates.Value(point, column);

    // A query that names a column that the table lacks is an error of planning, not an empty result.
    private static void RequireColumns(InfluxTable table, IEnumerable<string> columns)
    {
        var known = table.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        if (columns.FirstOrDefault(column => !known.Contains(column)) is { } missing)
        {
            throw new MissingColumnException($"Schema error: No field named {missing}.");
        }
    }

    private static Dictionary<string, object> Row(IEnumerable<(string Name, object? Value)> members)
    {
        var row = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                row[name] = value is InfluxTime time ? Text(time) : value;
            }
        }

        return row;
    }

    private static string Text(InfluxTime time)
    {
        var seconds = (long)Math.Floor(time.Nanoseconds / (decimal)1_000_000_000);
        var rest = time.Nanoseconds - (seconds * 1_000_000_000);
        var text = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return rest switch
        {
            0 => text,
            _ when rest % 1_000_000 == 0 => $"{text}.{(rest / 1_000_000).ToString("000", CultureInfo.InvariantCulture)}",
            _ when rest % 1_000 == 0 => $"{text}.{(rest / 1_000).ToString("000000", CultureInfo.InvariantCulture)}",
            _ => $"{text}.{rest.ToString("000000000", CultureInfo.InvariantCulture)}",
        };
    }
}

/// <summary>A query names a column that the table does not have.</summary>
internal sealed class MissingColumnException(string message) : Exception(message);
