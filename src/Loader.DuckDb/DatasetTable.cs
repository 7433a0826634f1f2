using System.Globalization;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>
/// The table of one dataset and its SQL statements. They contain only the loader's own identifiers: text from a file is appended or passed
/// as a parameter.
/// </summary>
/// <remarks>
/// The identity of a row is <c>(time, region, subject, measurement_type, quality_flag)</c>. It cannot be a key: the flag may be null, and a
/// key treats nulls as
/// different, where <c>IS NOT DISTINCT FROM</c> treats them as equal. Statements name tables without a schema: in a database file called
/// <c>main.duckdb</c>, <c>main.generation</c> would be ambiguous.
/// </remarks>
internal sealed class DatasetTable(DatasetType dataset)
{
    /// <summary>The temporary table of the new values of rows that are in the table, by their row id.</summary>
    public const string UpdatesTable = "loader_updates";

    /// <summary>The temporary table of new rows, for a table that cannot take them directly.</summary>
    public const string NewRowsTable = "loader_new_rows";

    public const string CreateUpdates =
        $"""CREATE TEMP TABLE IF NOT EXISTS {UpdatesTable} (target BIGINT, "value" DOUBLE, version BIGINT, unit VARCHAR)""";

    public const string CreateNewRows =
        $"""
        CREATE TEMP TABLE IF NOT EXISTS {NewRowsTable} (
            "time" TIMESTAMP_NS, region VARCHAR, subject VARCHAR, measurement_type VARCHAR, quality_flag VARCHAR, unit VARCHAR,
            "value" DOUBLE, version BIGINT)
        """;

    /// <summary>The temporary table of the series to read, by their ids.</summary>
    public const string WantedTable = "loader_wanted";

    public const string CreateWanted =
        $"""
        CREATE OR REPLACE TEMP TABLE {WantedTable} (
            id INTEGER, region VARCHAR, subject VARCHAR, measurement_type VARCHAR, quality_flag VARCHAR, unit VARCHAR)
        """;

    public const string EmptyUpdates = $"TRUNCATE {UpdatesTable}";

    public const string EmptyNewRows = $"TRUNCATE {NewRowsTable}";

    /// <summary>Selects the columns of the table <c>$name</c> with their types, in order.</summary>
    public const string SelectColumns =
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = current_schema() "
        + "AND table_name = $name ORDER BY column_index";

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; } = dataset;

    /// <summary>
    /// Gets a value indicating whether rows can be appended to the table itself: it has exactly <see cref="Columns"/>, in their order.
    /// </summary>
    public bool TakesAppends { get; init; } = true;

    /// <summary>Gets the columns with their types, as <c>duckdb_columns()</c> names them.</summary>
    public IReadOnlyList<(string Name, string Type)> Columns { get; } =
    [
        ("time", "TIMESTAMP_NS"),
        (ColumnNames.Region, "VARCHAR"),
        (dataset.SubjectColumn, "VARCHAR"),
        (ColumnNames.MeasurementType, "VARCHAR"),
        (ColumnNames.QualityFlag, "VARCHAR"),
        (ColumnNames.Unit, "VARCHAR"),
        (ColumnNames.Value, "DOUBLE"),
        ("version", "BIGINT"),
    ];

    public string Create { get; } =
        $"""
        CREATE TABLE IF NOT EXISTS {dataset.Name} (
            "time" TIMESTAMP_NS NOT NULL, region VARCHAR NOT NULL, {dataset.SubjectColumn} VARCHAR NOT NULL,
            measurement_type VARCHAR NOT NULL,
            quality_flag VARCHAR, unit VARCHAR NOT NULL, "value" DOUBLE NOT NULL, version BIGINT NOT NULL)
        """;

    public string Update { get; } =
        $"""
        UPDATE {dataset.Name} SET "value" = u."value", version = u.version FROM {UpdatesTable} u WHERE {dataset.Name}.rowid = u.target
        """;

    /// <summary>
    /// Gets the update of units. It is separate from <see cref="Update"/> because strings cost more to update than numbers and units rarely
    /// change.
    /// </summary>
    public string UpdateUnits { get; } =
        $"""
        UPDATE {dataset.Name} SET unit = u.unit FROM {UpdatesTable} u WHERE {dataset.Name}.rowid = u.target AND u.unit IS NOT NULL
        """;

    public string InsertNewRows { get; } =
        $"""
        INSERT INTO {dataset.Name} ("time", region, {dataset.SubjectColumn}, measurement_type, quality_flag, unit, "value", version)
        FROM {NewRowsTable}
        """;

    /// <summary>
    /// Gets the query for a <see cref="TableSummary"/>. It aggregates by series first, so that a large table is scanned once.
    /// </summary>
    public string Summarize { get; } =
        $"""
        SELECT coalesce(sum("rows"), 0)::BIGINT, epoch_ns(min(earliest)), epoch_ns(max(latest)), count(*), list_sort(list(DISTINCT region))
        FROM (SELECT region, count(*) AS "rows", min("time") AS earliest, max("time") AS latest
            FROM {dataset.Name} GROUP BY region, {dataset.SubjectColumn}, measurement_type, quality_flag)
        """;

    /// <summary>Returns the query for the rows between two times, both included, in nanoseconds since 1970.</summary>
    /// <remarks>
    /// <para>The times are constants in the statement, not parameters: DuckDB compares constants with the zone maps of the table before it
    /// reads rows. If loads follow the calendar, a time span without rows costs next to nothing.</para>
    /// <para>Most of what is left is the time to plan the query, so that it has no expressions. A table that somebody else created may hold
    /// nulls where the loader's own has none: the reader has to expect them.</para>
    /// </remarks>
    public string SelectBetween(long earliest, long latest) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT rowid, "time", region, {Dataset.SubjectColumn}, measurement_type, quality_flag, unit, "value", version
        FROM {Dataset.Name}
        WHERE "time" BETWEEN make_timestamp_ns({earliest}) AND make_timestamp_ns({latest})
        """);

    /// <summary>
    /// Returns the query for the rows of the wanted series between two times, both included, in nanoseconds since 1970. The times are
    /// constants for the reason that <see cref="SelectBetween"/> names.
    /// </summary>
    public string SelectWanted(long earliest, long latest) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT w.id, epoch_ns(t."time"), coalesce(t."value", 'NaN'), coalesce(t.version, 0), t.unit IS DISTINCT FROM w.unit
        FROM {Dataset.Name} t
        JOIN {WantedTable} w ON t.region = w.region AND t.{Dataset.SubjectColumn} = w.subject AND t.measurement_type = w.measurement_type
            AND t.quality_flag IS NOT DISTINCT FROM w.quality_flag
        WHERE t."time" BETWEEN make_timestamp_ns(({earliest})::BIGINT) AND make_timestamp_ns(({latest})::BIGINT)
        """);
}
