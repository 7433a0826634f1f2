using System.Globalization;
using System.Text.Json;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Tables;

/// <summary>
/// Reads the retention of a database and the columns of a table on engine 3, and makes tables. Reading changes nothing.
/// </summary>
/// <param name="calls">Asks the server.</param>
/// <param name="database">The database.</param>
internal sealed class Inspection3(InfluxDbCalls calls, string database)
{
    /// <summary>Reads the database. Engine 3 would make a missing one when the first line arrives.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The database, and whether its retention is known: a server may refuse to tell it.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or has no such database.</exception>
    public async Task<(InfluxDbBucket Database, bool IsRetentionKnown)> GetDatabaseAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            body = await AskAsync(
                $"SELECT retention_period_ns FROM system.databases WHERE database_name = '{database}'",
                cancellationToken).ConfigureAwait(false);
        }
        catch (InfluxDbCallException failure)
            when (failure.Error.Kind is ServiceErrorKind.Validation or ServiceErrorKind.Refused || failure.Error.Status == 403)
        {
            // A token for one database may not see system tables. The columns are asked for next, which fails if the database does not
            // exist or the token is wrong.
            return (new InfluxDbBucket(database, null), false);
        }

        return (InfluxDbCalls.Parse(body, "the database", FindDatabase) ?? throw new InfluxDbCallException(
            new ServiceError { Kind = ServiceErrorKind.NotFound, Code = "DatabaseMissing", Message = "there is no such database" },
            attempts: 1), true);
    }

    /// <summary>Reads the columns of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The columns without the time; none if the table does not exist.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or has no such database.</exception>
    public async Task<IReadOnlyCollection<InfluxDbColumn>> GetColumnsAsync(string table, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = await AskAsync(
            $"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = 'iox'",
            cancellationToken).ConfigureAwait(false);
        return InfluxDbCalls.Parse(body, "the columns", static root => root.EnumerateArray()
            .Select(static row => (Name: row.GetProperty("column_name").GetString()!, Type: row.GetProperty("data_type").GetString()!))
            .Where(static column => column.Name != "time")
            .Select(static column => new InfluxDbColumn(column.Name, KindOf(column.Type), column.Type))
            .ToList());
    }

    /// <summary>
    /// Makes a table, so that its tags have the order of the lines: the first write would leave out a tag that its lines do not have, and
    /// the order is the physical sort order for ever (https://docs.influxdata.com/influxdb3/core/write-data/best-practices/schema-design/).
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>
    /// Whether the table is there now; <see langword="false"/> if the token may not make it, so that the first line does.
    /// </returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or refuses.</exception>
    public async Task<bool> TryCreateAsync(string table, DatasetType dataset, InfluxDbLayout layout, CancellationToken cancellationToken)
    {
        try
        {
            await calls.PostAsync(
                "/api/v3/configure/table",
                writer =>
                {
                    writer.WriteString("db"u8, database);
                    writer.WriteString("table"u8, table);
                    writer.WriteStartArray("tags"u8);
                    foreach (string tag in TableLayout.TagsOf(dataset, layout))
                    {
                        writer.WriteStringValue(tag);
                    }

                    writer.WriteEndArray();
                    writer.WriteStartArray("fields"u8);
                    foreach ((string name, InfluxDbColumnKind kind) in TableLayout.FieldsOf(InfluxDbEngine.Version3, layout))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name"u8, name);
                        writer.WriteString("type"u8, kind == InfluxDbColumnKind.Float ? "float64" : "utf8");
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (InfluxDbCallException failure) when (failure.Error.Status == 409)
        {
            // Another process made it in the meantime.
            return true;
        }
        catch (InfluxDbCallException failure) when (failure.Error.Kind == ServiceErrorKind.AccessDenied)
        {
            return false;
        }
    }

    private Task<ReadOnlyMemory<byte>> AskAsync(string query, CancellationToken cancellationToken) => calls.PostAsync(
        "/api/v3/query_sql",
        writer =>
        {
            writer.WriteString("db"u8, database);
            writer.WriteString("q"u8, query);
            writer.WriteString("format"u8, "json"u8);
        },
        cancellationToken);

    private InfluxDbBucket? FindDatabase(JsonElement rows) =>
        rows.GetArrayLength() == 0 ? null : new InfluxDbBucket(database, RetentionOf(rows[0]));

    private static TimeSpan? RetentionOf(JsonElement row) =>
        row.TryGetProperty("retention_period_ns", out JsonElement period) && period.ValueKind == JsonValueKind.Number
            && decimal.TryParse(period.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal nanoseconds)
            && nanoseconds is > 0 and <= long.MaxValue
            ? TimeSpan.FromTicks((long)(nanoseconds / 100))
            : null;

    /// <summary>Types of DataFusion's information schema: a tag is a dictionary of texts.</summary>
    private static InfluxDbColumnKind KindOf(string type) =>
        type.StartsWith("Dictionary(", StringComparison.Ordinal) ? InfluxDbColumnKind.Tag
        : type switch
        {
            "Float64" => InfluxDbColumnKind.Float,
            "Int64" => InfluxDbColumnKind.Integer,
            "Utf8" => InfluxDbColumnKind.Text,
            _ => InfluxDbColumnKind.Other,
        };
}
