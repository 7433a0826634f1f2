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
    /// <summary>
    /// The temporary table of the valid rows of one batch. After <see cref="DeleteDuplicates"/> it has one row per identity.
    /// </summary>
    public const string StagingTable = "loader_staging";

    /// <summary>The temporary table of the series of the file read so far, by id.</summary>
    public const string SeriesTable = "loader_series";

    public const string CreateStaging =
        $"""CREATE TEMP TABLE {StagingTable} ("row" INTEGER, series INTEGER, "time" TIMESTAMP_NS, "value" DOUBLE, version BIGINT)""";

    public const string CreateSeries =
        $"CREATE TEMP TABLE {SeriesTable} (id INTEGER, region VARCHAR, subject VARCHAR, measurement_type VARCHAR, quality_flag VARCHAR, "
        + "unit VARCHAR)";

    public const string EmptyStaging = $"TRUNCATE {StagingTable}";

    /// <summary>
    /// Keeps, of several staged rows with the same series and time, the one with the highest version, or the last one if versions are
    /// equal.
    /// </summary>
    public const string DeleteDuplicates =
        $"""
        DELETE FROM {StagingTable} WHERE "row" IN (
            SELECT "row" FROM {StagingTable} QUALIFY row_number() OVER (PARTITION BY series, "time" ORDER BY version DESC, "row" DESC) > 1)
        """;

    /// <summary>
    /// Counts the compared rows by version, the table's version, and equality of value and unit. The result has few rows, whatever the size
    /// of the batch.
    /// </summary>
    public const string CountCompared =
        $"SELECT target IS NULL, version, existing, same_value, same_unit, count(*) FROM {ComparedTable} GROUP BY ALL";

    /// <summary>Selects the rows whose version the table holds with another value or unit.</summary>
    public const string SelectConflicts =
        $"""SELECT "row" FROM {ComparedTable} WHERE version = existing AND NOT (same_value AND same_unit) ORDER BY "row" """;

    /// <summary>Selects the columns of the table <c>$name</c> with their types.</summary>
    public const string SelectColumns =
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = current_schema() "
        + "AND table_name = $name";

    private const string ComparedTable = "loader_compared";

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; } = dataset;

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

    /// <summary>
    /// Gets the query for whether the table has any row in a time range. DuckDB answers it from its zone maps if loads follow the calendar.
    /// </summary>
    public string HasRowsBetween { get; } =
        $"""SELECT EXISTS (FROM {dataset.Name} WHERE "time" BETWEEN make_timestamp_ns($from::BIGINT) AND make_timestamp_ns($to::BIGINT))""";

    /// <summary>
    /// Gets the statement that joins each staged row with the row of the same identity. If the table has an identity twice, the result has
    /// more rows than were staged.
    /// </summary>
    public string Compare { get; } =
        $"""
        CREATE OR REPLACE TEMP TABLE {ComparedTable} AS
        SELECT s."row", s.series, s."time", s."value", s.version, t.rowid AS target, t.version AS existing,
            t."value" = s."value" AS same_value, t.unit = r.unit AS same_unit
        FROM {StagingTable} s
        JOIN {SeriesTable} r ON r.id = s.series
        LEFT JOIN {dataset.Name} t
            ON t."time" = s."time" AND t.region = r.region AND t.{dataset.SubjectColumn} = r.subject
            AND t.measurement_type = r.measurement_type AND t.quality_flag IS NOT DISTINCT FROM r.quality_flag
        """;

    public string Update { get; } =
        $"""
        UPDATE {dataset.Name} SET "value" = c."value", version = c.version FROM {ComparedTable} c
        WHERE {dataset.Name}.rowid = c.target AND c.version > c.existing
        """;

    /// <summary>
    /// Gets the update of units. It is separate from <see cref="Update"/> because strings cost more to update than numbers and units rarely
    /// change.
    /// </summary>
    public string UpdateUnits { get; } =
        $"""
        UPDATE {dataset.Name} SET unit = r.unit FROM {ComparedTable} c JOIN {SeriesTable} r ON r.id = c.series
        WHERE {dataset.Name}.rowid = c.target AND c.version > c.existing AND NOT c.same_unit
        """;

    public string InsertNew { get; } = Insert(dataset, $"{ComparedTable} s", "WHERE s.target IS NULL");

    public string InsertAll { get; } = Insert(dataset, $"{StagingTable} s", "");

    /// <summary>
    /// Gets the query for a <see cref="TableSummary"/>. It aggregates by series first, so that a large table is scanned once.
    /// </summary>
    public string Summarize { get; } =
        $"""
        SELECT coalesce(sum("rows"), 0)::BIGINT, epoch_ns(min(earliest)), epoch_ns(max(latest)), count(*), list_sort(list(DISTINCT region))
        FROM (SELECT region, count(*) AS "rows", min("time") AS earliest, max("time") AS latest
            FROM {dataset.Name} GROUP BY region, {dataset.SubjectColumn}, measurement_type, quality_flag)
        """;

    private static string Insert(DatasetType dataset, string from, string where) =>
        $"""
        INSERT INTO {dataset.Name} ("time", region, {dataset.SubjectColumn}, measurement_type, quality_flag, unit, "value", version)
        SELECT s."time", r.region, r.subject, r.measurement_type, r.quality_flag, r.unit, s."value", s.version
        FROM {from} JOIN {SeriesTable} r ON r.id = s.series {where}
        """;
}
