using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Loader.DuckDb;

/// <summary>
/// The table <c>loader_files</c>: which files were loaded into this database. It is part of the file, so it can say nothing of rows that a
/// deleted or restored database does not hold.
/// </summary>
/// <remarks>
/// A file is recorded in a later transaction than its last row group: its outcome is known only when its invalid and rejected rows are
/// kept, which happens after the rows are committed. If the process ends in between, the file is loaded again, which changes nothing.
/// </remarks>
internal static class LoadedFilesTable
{
    private const string Create =
        """
        CREATE TABLE IF NOT EXISTS loader_files (source VARCHAR NOT NULL, settings VARCHAR NOT NULL, dataset VARCHAR NOT NULL,
            etag VARCHAR NOT NULL, version_id VARCHAR, version BIGINT NOT NULL, row_group INTEGER)
        """;

    private const string Exists =
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = current_schema() "
        + "AND table_name = 'loader_files'";

    private const string Select =
        """
        SELECT source, dataset, etag, version_id, version, row_group FROM loader_files
        WHERE settings = $settings AND source IN (SELECT unnest($sources)) ORDER BY rowid
        """;

    private const string CreateRecorded =
        """
        CREATE TEMP TABLE IF NOT EXISTS loader_recorded (source VARCHAR, settings VARCHAR, dataset VARCHAR, etag VARCHAR,
            version_id VARCHAR, version BIGINT, row_group INTEGER)
        """;

    private const string EmptyRecorded = "TRUNCATE loader_recorded";

    private const string DeleteEarlier =
        "DELETE FROM loader_files USING loader_recorded r WHERE loader_files.source = r.source AND loader_files.settings = r.settings";

    private const string Insert =
        "INSERT INTO loader_files (source, settings, dataset, etag, version_id, version, row_group) FROM loader_recorded";

    /// <summary>Finds files.</summary>
    /// <returns>The files that are recorded, by source.</returns>
    public static IReadOnlyDictionary<string, LoadedFile> Find(
        DuckDBConnection connection, IReadOnlyCollection<string> sources, string settings)
    {
        var found = new Dictionary<string, LoadedFile>(StringComparer.Ordinal);
        using DuckDBCommand exists = connection.CreateCommand(Exists);
        if (exists.ExecuteScalar() is not 1L)
        {
            return found;
        }

        using DuckDBCommand command = connection.CreateCommand(Select);
        command.Parameters.Add(new DuckDBParameter("sources", sources.ToList()));
        command.Parameters.Add(new DuckDBParameter("settings", settings));
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            string source = reader.GetString(0);

            // The last one counts.
            found[source] = new LoadedFile(
                source,
                settings,
                reader.GetString(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetInt32(5));
        }

        return found;
    }

    /// <summary>Creates the table, and what a connection needs to write to it.</summary>
    public static void Prepare(DuckDBConnection connection)
    {
        connection.Execute(Create);
        connection.Execute(CreateRecorded);
    }

    /// <summary>Records files in the transaction of a connection that <see cref="Prepare"/> was called for. An earlier
    /// entry of the same file and settings is replaced.</summary>
    public static void Record(DuckDBConnection connection, IEnumerable<LoadedFile> files)
    {
        LoadedFile[] last = [.. files.Reverse().DistinctBy(file => (file.Source, file.Settings)).Reverse()];
        connection.Execute(EmptyRecorded);
        using (var appender = new ChunkAppender(
            connection,
            isTemporary: true,
            "loader_recorded",
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.BigInt,
            DuckDBType.Integer))
        {
            foreach (LoadedFile[] chunk in last.Chunk(ChunkAppender.Capacity))
            {
                Append(appender, chunk);
            }

            appender.Complete();
        }

        connection.Execute(DeleteEarlier);
        connection.Execute(Insert);
    }

    private static void Append(ChunkAppender appender, LoadedFile[] files)
    {
        for (int row = 0; row < files.Length; row++)
        {
            LoadedFile file = files[row];
            appender.Write(0, row, file.Source);
            appender.Write(1, row, file.Settings);
            appender.Write(2, row, file.Dataset);
            appender.Write(3, row, file.ETag);
            appender.Write(4, row, file.VersionId);
            appender.Column<long>(5)[row] = file.Version;
            if (file.RowGroup is { } rowGroup)
            {
                appender.Column<int>(6)[row] = rowGroup;
            }
            else
            {
                appender.SetNull(6, row);
            }
        }

        appender.Append(files.Length);
    }
}
