using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb;

/// <summary>Databases and tables of engine 3 by the API (InfluxDB reference, section 2, "Health, version, preflight").</summary>
internal sealed class Configure3(InfluxStore store, LocalInfluxOptions options)
{
    /// <summary><c>GET /api/v3/configure/database</c>; only <c>format=json</c>.</summary>
    public Reply ListDatabases(InfluxRequest request)
    {
        if (request.Query("format") is not "json")
        {
            return InfluxReply.Untyped(400, "serde error: missing field `format`");
        }

        return InfluxReply.Json(200, store.Buckets.Select(bucket => bucket.Name).Append("_internal").Order(StringComparer.Ordinal)
            .Select(name => new Dictionary<string, string>(StringComparer.Ordinal) { ["iox::database"] = name }));
    }

    /// <summary><c>POST /api/v3/configure/database {db, retention_period}</c>.</summary>
    public Reply CreateDatabase(InfluxRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        var name = body.RootElement.GetProperty("db").GetString()!;
        if (DatabaseName.Fault(name) is { } fault)
        {
            return InfluxReply.UntypedJson(400, new { error = fault });
        }

        var retention = body.RootElement.TryGetProperty("retention_period", out var period) && period.GetString() is { } text ? Duration(text) : (TimeSpan?)null;
        lock (store.Gate)
        {
            if (store.Find(name) is not null)
            {
                return InfluxReply.Untyped(409, "attempted to create a resource that already exists");
            }

            try
            {
                store.RequireRoom();
            }
            catch (CatalogException limit)
            {
                return InfluxReply.UntypedJson(422, new { error = limit.Message });
            }

            store.Add(new(name, retention));
            return InfluxReply.Untyped(200, string.Empty);
        }
    }

    /// <summary>
    /// <c>POST /api/v3/configure/table {db, table, tags[], fields[{name, type}]}</c>. The order of the tags is the order of the table for ever; later tags go last.
    /// </summary>
    public Reply CreateTable(InfluxRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        var root = body.RootElement;
        var database = root.GetProperty("db").GetString()!;
        var table = root.GetProperty("table").GetString()!;
        var columns = new InfluxColumns();
        lock (store.Gate)
        {
            // A missing database is made, as by a write (Catalog::create_table begins the same transaction).
            var bucket = store.Find(database);
            if (bucket?.FindTable(table) is not null)
            {
                return InfluxReply.Untyped(409, "attempted to create a resource that already exists");
            }

            try
            {
                if (bucket is null)
                {
                    store.RequireRoom();
                }

                if (store.TableCount >= options.MaxTables)
                {
                    throw new CatalogException(
                        $"Update to schema would exceed number of tables limit: attempted to create table but already have {store.TableCount} table(s) (limit: {options.MaxTables})");
                }

                foreach (var tag in root.GetProperty("tags").EnumerateArray())
                {
                    columns.Require(new(tag.GetString()!, null), options);
                }

                foreach (var field in root.GetProperty("fields").EnumerateArray())
                {
                    columns.Require(new(field.GetProperty("name").GetString()!, FieldType(field.GetProperty("type").GetString()!)), options);
                }

                columns.Require(new(InfluxColumn.TimeName, null), options);
            }
            catch (CatalogException limit)
            {
                return limit.Message.StartsWith("invalid", StringComparison.Ordinal)
                    ? InfluxReply.Untyped(400, limit.Message)
                    : InfluxReply.UntypedJson(422, new { error = limit.Message });
            }

            (bucket ?? store.Add(new(database))).GetOrAdd(table).Catalog = columns;
            return InfluxReply.Untyped(200, string.Empty);
        }
    }

    private static InfluxType FieldType(string name) => name switch
    {
        "utf8" => InfluxType.Text,
        "int64" => InfluxType.Integer,
        "uint64" => InfluxType.Unsigned,
        "float64" => InfluxType.Float,
        "bool" => InfluxType.Boolean,
        _ => throw new JsonException($"unknown variant `{name}`, expected one of `utf8`, `int64`, `uint64`, `float64`, `bool`"),
    };

    /// <summary>Durations as the server takes them: <c>30d</c>, <c>1h 30m</c>, <c>3600s</c>.</summary>
    private static TimeSpan Duration(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                throw new JsonException($"'{text}' is no duration");
            }

            var number = double.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..].TrimStart();
            var end = rest.IndexOfAnyInRange('0', '9') is var next and >= 0 ? next : rest.Length;
            total += rest[..end].Trim() switch
            {
                "w" or "week" or "weeks" => TimeSpan.FromDays(7 * number),
                "d" or "day" or "days" => TimeSpan.FromDays(number),
                "h" or "hr" or "hour" or "hours" => TimeSpan.FromHours(number),
                "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(number),
                "s" or "sec" or "second" or "seconds" => TimeSpan.FromSeconds(number),
                _ => throw new JsonException($"'{text}' is no duration"),
            };
            rest = rest[end..];
        }

        return total;
    }
}
