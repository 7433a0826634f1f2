using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>The table of one dataset and the statements on it. Only our own identifiers are in them: whatever a file says is appended or a parameter.</summary>
/// <remarks>
/// A row's identity is <c>(time, region, subject, measurement_type, quality_flag)</c>. It cannot be a key, for a null flag belongs to it and keys hold
/// nulls to be different; <c>IS NOT DISTINCT FROM</c> does not. Statements name tables without a schema: a database file may be called <c>main.duckdb</c>,
/// and then <c>main.generation</c> would be ambiguous.
/// </remarks>
internal sealed class DatasetTable(DatasetType dataset)
{
    /// <summary>The rows of a batch that are written, one for each identity once <see cref="DropDuplicates"/> ran; a temporary table.</summary>
    public const string Staging = "loader_staging";

    /// <summary>The series of the file so far, by id; a temporary table.</summary>
    public const string Series = "loader_series";

    public const string CreateStaging =
        $"""CREATE TEMP TABLE {Staging} ("row" INTEGER, series INTEGER, "time" TIMESTAMP_NS, "value" DOUBLE, version BIGINT)""";

    public const string CreateSeries =
        $"CREATE TEMP TABLE {Series} (id INTEGER, region VARCHAR, subject VARCHAR, measurement_type VARCHAR, quality_flag VARCHAR, unit VARCHAR)";

    public const string EmptyStaging = $"TRUNCATE {Staging}";

    /// <summary>Leaves of several rows with one series and time that with the highest version, or the last; says how many went.</summary>
    public const string DropDuplicates =
        $"""
        DELETE FROM {Staging} WHERE "row" IN (
            SELECT "row" FROM {Staging} QUALIFY row_number() OVER (PARTITION BY series, "time" ORDER BY version DESC, "row" DESC) > 1)
        """;

    /// <summary>How many rows share a version, what the table holds for them, and whether it is the same: few groups, whatever the batch.</summary>
    public const string CountJudged =
        $"SELECT target IS NULL, version, existing, same_value, same_unit, count(*) FROM {Judged} GROUP BY ALL";

    public const string Conflicts =
        $"""SELECT "row" FROM {Judged} WHERE version = existing AND NOT (same_value AND same_unit) ORDER BY "row" """;

    private const string Judged = "loader_judged";

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; } = dataset;

    /// <summary>Gets the columns with their types, as <c>duckdb_columns()</c> spells them.</summary>
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
            "time" TIMESTAMP_NS NOT NULL, region VARCHAR NOT NULL, {dataset.SubjectColumn} VARCHAR NOT NULL, measurement_type VARCHAR NOT NULL,
            quality_flag VARCHAR, unit VARCHAR NOT NULL, "value" DOUBLE NOT NULL, version BIGINT NOT NULL)
        """;

    /// <summary>Whether the table holds any row in a span of time: a look at zone maps, where loads follow the calendar.</summary>
    public string HoldsSpan { get; } =
        $"""SELECT EXISTS (FROM {dataset.Name} WHERE "time" BETWEEN make_timestamp_ns($from::BIGINT) AND make_timestamp_ns($to::BIGINT))""";

    /// <summary>Finds for each staged row the row of its identity. Values are compared as numbers; a second row of one identity would show as one row too many.</summary>
    public string Judge { get; } =
        $"""
        CREATE OR REPLACE TEMP TABLE {Judged} AS
        SELECT s."row", s.series, s."time", s."value", s.version, t.rowid AS target, t.version AS existing,
            t."value" = s."value" AS same_value, t.unit = r.unit AS same_unit
        FROM {Staging} s
        JOIN {Series} r ON r.id = s.series
        LEFT JOIN {dataset.Name} t
            ON t."time" = s."time" AND t.region = r.region AND t.{dataset.SubjectColumn} = r.subject
            AND t.measurement_type = r.measurement_type AND t.quality_flag IS NOT DISTINCT FROM r.quality_flag
        """;

    public string Update { get; } =
        $"""
        UPDATE {dataset.Name} SET "value" = j."value", version = j.version FROM {Judged} j
        WHERE {dataset.Name}.rowid = j.target AND j.version > j.existing
        """;

    /// <summary>Apart from <see cref="Update"/>, for texts cost more to update than numbers and units hardly ever change.</summary>
    public string UpdateUnits { get; } =
        $"""
        UPDATE {dataset.Name} SET unit = r.unit FROM {Judged} j JOIN {Series} r ON r.id = j.series
        WHERE {dataset.Name}.rowid = j.target AND j.version > j.existing AND NOT j.same_unit
        """;

    public string InsertNew { get; } = Insert(dataset, $"{Judged} s", "WHERE s.target IS NULL");

    public string InsertAll { get; } = Insert(dataset, $"{Staging} s", "");

    /// <summary>Counts series by series, so that a large table is read once.</summary>
    public string Summary { get; } =
        $"""
        SELECT coalesce(sum("rows"), 0)::BIGINT, epoch_ns(min(earliest)), epoch_ns(max(latest)), count(*), list_sort(list(DISTINCT region))
        FROM (SELECT region, count(*) AS "rows", min("time") AS earliest, max("time") AS latest
            FROM {dataset.Name} GROUP BY region, {dataset.SubjectColumn}, measurement_type, quality_flag)
        """;

    private static string Insert(DatasetType dataset, string from, string where) =>
        $"""
        INSERT INTO {dataset.Name} ("time", region, {dataset.SubjectColumn}, measurement_type, quality_flag, unit, "value", version)
        SELECT s."time", r.region, r.subject, r.measurement_type, r.quality_flag, r.unit, s."value", s.version
        FROM {from} JOIN {Series} r ON r.id = s.series {where}
        """;
}
