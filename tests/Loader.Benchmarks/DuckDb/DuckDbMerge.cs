using System.Globalization;
using DuckDB.NET.Data;
using Loader.Benchmarks.Input;
using Loader.Domain;

namespace Loader.Benchmarks.DuckDb;

/// <summary>
/// Loads files with a MERGE of DuckDB's own from <c>read_parquet</c>, on all cores: the same table, the same identity, and a higher version wins.
/// </summary>
/// <remarks>It counts nothing, checks no row, and expects that no identity occurs twice in the files.</remarks>
internal static class DuckDbMerge
{
    private const string Table = "generation";

    /// <summary>Loads all files of a folder in one statement.</summary>
    /// <param name="database">The path of the database, which is created if it does not exist.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="version">The version of the files.</param>
    public static void Run(string database, string folder, ObjectVersion version)
    {
        using DuckDBConnection connection = Open(database);
        Execute(
            connection,
            $"""
            CREATE TABLE IF NOT EXISTS {Table} (
                "time" TIMESTAMP_NS NOT NULL, region VARCHAR NOT NULL, energy_source VARCHAR NOT NULL, measurement_type VARCHAR NOT NULL,
                quality_flag VARCHAR, unit VARCHAR NOT NULL, "value" DOUBLE NOT NULL, version BIGINT NOT NULL)
            """);
        Execute(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                MERGE INTO {Table} t
                USING (
                    SELECT "timestamp" AS "time", region, energy_source, measurement_type, quality_flag, unit, "value",
                        {version.Value} * {1 << ObjectVersion.RowGroupBits} + file_row_number // {InputFolder.SmallRowGroup} AS version
                    FROM read_parquet('{folder}/*.parquet', file_row_number = true, hive_partitioning = false)) s
                ON t."time" = s."time" AND t.region = s.region AND t.energy_source = s.energy_source
                    AND t.measurement_type = s.measurement_type AND t.quality_flag IS NOT DISTINCT FROM s.quality_flag
                WHEN MATCHED AND s.version > t.version THEN UPDATE SET "value" = s."value", unit = s.unit, version = s.version
                WHEN NOT MATCHED THEN
                    INSERT ("time", region, energy_source, measurement_type, quality_flag, unit, "value", version)
                    VALUES (s."time", s.region, s.energy_source, s.measurement_type, s.quality_flag, s.unit, s."value", s.version)
                """));
    }

    /// <summary>Throws if two databases do not hold the same rows.</summary>
    /// <param name="left">The path of one database.</param>
    /// <param name="right">The path of the other one.</param>
    /// <param name="rows">The number of rows that each must have.</param>
    public static void CheckEqual(string left, string right, long rows)
    {
        using DuckDBConnection connection = Open(left);
        Execute(connection, $"ATTACH '{right}' AS other (READ_ONLY)");
        using DuckDBCommand command = CreateCommand(
            connection,
            $"SELECT count(*), (SELECT count(*) FROM (FROM {Table} EXCEPT ALL FROM other.{Table})), (SELECT count(*) FROM other.{Table}) FROM {Table}");
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        (long here, long onlyHere, long there) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        if (here != rows || there != rows || onlyHere != 0)
        {
            throw new InvalidOperationException(
                $"The tables differ, so the figures would tell of different work: {here} and {there} of {rows} rows, {onlyHere} only in {left}.");
        }
    }

    private static DuckDBConnection Open(string database)
    {
        var connection = new DuckDBConnection($"DataSource={database}");
        connection.Open();
        return connection;
    }

    private static void Execute(DuckDBConnection connection, string statement)
    {
        using DuckDBCommand command = CreateCommand(connection, statement);
        command.ExecuteNonQuery();
    }

    private static DuckDBCommand CreateCommand(DuckDBConnection connection, string statement)
    {
        DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements contain only paths that this program made.
        command.CommandText = statement;
#pragma warning restore CA2100
        return command;
    }
}
