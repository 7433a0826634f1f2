using System.Globalization;

namespace Loader.DuckDb.Comparing;

/// <summary>The statements of a comparison. They contain only the loader's own names and numbers.</summary>
internal static class ComparisonSql
{
    public const string FileRows = "file_rows";

    public const string StoredRows = "stored_rows";

    public const string CreateFileRows =
        $"""
        CREATE OR REPLACE TABLE {FileRows} (series INTEGER, "time" BIGINT, "value" DOUBLE, version BIGINT, "position" BIGINT)
        """;

    public const string CreateStoredRows =
        $"""
        CREATE OR REPLACE TEMP TABLE {StoredRows} (
            series INTEGER, "time" BIGINT, "value" DOUBLE, version BIGINT, fingerprint BIGINT, other_unit BOOLEAN)
        """;

    public const string CountBySeries =
        """
        SELECT series,
            count(*) FILTER (state = 'stored'), count(*) FILTER (state = 'missing'), count(*) FILTER (state = 'different'),
            count(*) FILTER (state = 'superseded'), (count(*) FILTER (state = 'foreign') + sum(extra))::BIGINT,
            count(*) FILTER (state = 'stored' AND stored_version < version), count(*) FILTER (two_sources),
            sum("rows" - 1)::BIGINT
        FROM compared GROUP BY series
        """;

    /// <summary>Returns the query for the number of rows at each time.</summary>
    public static string CountByTime(int firstSeries, int lastSeries) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT "time", count(*) FROM {FileRows} WHERE series BETWEEN {firstSeries} AND {lastSeries} GROUP BY "time" ORDER BY "time"
        """);

    /// <summary>Returns the statement that compares the rows of a slice with what is stored.</summary>
    /// <remarks>
    /// Of several rows of the file with one series and time the highest version counts, then the last row, as in a load. Of several stored
    /// records the highest version counts, then the highest fingerprint, as for readers of InfluxDB.
    /// </remarks>
    /// <param name="slice">The slice.</param>
    /// <param name="hasVersions">Whether stored versions are known.</param>
    /// <param name="keepsOlderVersions">Whether several versions of a record are stored.</param>
    public static string Compare(SliceBounds slice, bool hasVersions, bool keepsOlderVersions) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        CREATE OR REPLACE TEMP TABLE compared AS
        WITH ours AS (
            SELECT series, "time", arg_max("value", place) AS "value", max(version) AS version, arg_max("position", place) AS "position",
                count(*) AS "rows"
            FROM (
                SELECT *, version::HUGEINT * {1L << 62} + "position" AS place FROM {FileRows}
                WHERE series BETWEEN {slice.FirstSeries} AND {slice.LastSeries} AND "time" BETWEEN ({slice.From}) AND ({slice.To}))
            GROUP BY series, "time"),
        versions AS (
            SELECT series, "time", version, arg_max("value", coalesce(fingerprint, 0)) AS "value",
                arg_max(other_unit, coalesce(fingerprint, 0)) AS other_unit, count(*) AS "records", count(DISTINCT fingerprint) AS sources
            FROM {StoredRows} GROUP BY series, "time", version),
        held AS (
            SELECT series, "time", arg_max("value", version) AS "value", max(version) AS version,
                arg_max(other_unit, version) AS other_unit,
                sum("records")::BIGINT AS "records", max(sources) AS sources
            FROM versions GROUP BY series, "time")
        SELECT series, "time", o."value", o.version, o."position", coalesce(o."rows", 1) AS "rows", h."value" AS stored_value,
            {(hasVersions ? "h.version" : "NULL::BIGINT")} AS stored_version, coalesce(h.other_unit, FALSE) AS other_unit,
            CASE
                WHEN h."records" IS NULL THEN 'missing'
                WHEN o."rows" IS NULL THEN 'foreign'
                WHEN {(hasVersions ? "h.version > o.version" : "FALSE")} THEN 'superseded'
                WHEN h."value" = o."value" AND NOT h.other_unit THEN 'stored'
                ELSE 'different'
            END AS state,
            {(keepsOlderVersions ? "0" : "coalesce(h.\"records\" - 1, 0)")} AS extra,
            coalesce(h.sources > 1, FALSE) AS two_sources
        FROM ours o FULL JOIN held h USING (series, "time")
        """);

    /// <summary>Returns the query for examples.</summary>
    public static string Select(DifferenceKind kind, int max) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT series, "time", "value", version, "position", stored_value, stored_version, other_unit
        FROM compared
        WHERE {kind switch
        {
            DifferenceKind.Missing => "state = 'missing'",
            DifferenceKind.Different => "state = 'different'",
            DifferenceKind.Superseded => "state = 'superseded'",
            DifferenceKind.Foreign => "state = 'foreign' OR extra > 0",
            _ => "two_sources",
        }}
        ORDER BY "time", series LIMIT {max}
        """);
}
