using DuckDB.NET.Data;

namespace Loader.DuckDb;

/// <summary>
/// The table <c>loader_files</c>: which files were loaded into this database. It is part of the file, so it can say nothing of rows that a
/// deleted or restored database does not hold.
/// </summary>
/// <remarks>
/// A file is recorded in a transaction of its own, after its last row group: its outcome is known only when its invalid and rejected rows
/// are kept, which happens after the rows are committed. If the process ends in between, the file is loaded again, which changes nothing.
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
        SELECT dataset, etag, version_id, version, row_group FROM loader_files
        WHERE source = $source AND settings = $settings ORDER BY rowid DESC LIMIT 1
        """;

    private const string Delete = "DELETE FROM loader_files WHERE source = $source AND settings = $settings";

    private const string Insert =
        "INSERT INTO loader_files VALUES ($source, $settings, $dataset, $etag, $version_id, $version, $row_group)";

    /// <summary>Finds a file.</summary>
    /// <returns>The file, or <see langword="null"/> if it is not recorded.</returns>
    public static LoadedFile? Find(DuckDBConnection connection, string source, string settings)
    {
        using DuckDBCommand exists = connection.CreateCommand(Exists);
        if (exists.ExecuteScalar() is not 1L)
        {
            return null;
        }

        using DuckDBCommand command = connection.CreateCommand(Select);
        command.Parameters.Add(new DuckDBParameter("source", source));
        command.Parameters.Add(new DuckDBParameter("settings", settings));
        using DuckDBDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? new LoadedFile(
                source,
                settings,
                reader.GetString(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4))
            : null;
    }

    /// <summary>Records files, in one transaction. An earlier entry of the same file and settings is replaced.</summary>
    public static void Record(DuckDBConnection connection, IReadOnlyList<LoadedFile> files)
    {
        using DuckDBTransaction transaction = connection.BeginTransaction();
        connection.Execute(Create);
        foreach (LoadedFile file in files)
        {
            using DuckDBCommand delete = connection.CreateCommand(Delete);
            delete.Parameters.Add(new DuckDBParameter("source", file.Source));
            delete.Parameters.Add(new DuckDBParameter("settings", file.Settings));
            delete.ExecuteNonQuery();
            using DuckDBCommand insert = connection.CreateCommand(Insert);
            insert.Parameters.Add(new DuckDBParameter("source", file.Source));
            insert.Parameters.Add(new DuckDBParameter("settings", file.Settings));
            insert.Parameters.Add(new DuckDBParameter("dataset", file.Dataset));
            insert.Parameters.Add(new DuckDBParameter("etag", file.ETag));
            insert.Parameters.Add(new DuckDBParameter("version_id", file.VersionId));
            insert.Parameters.Add(new DuckDBParameter("version", file.Version));
            insert.Parameters.Add(new DuckDBParameter("row_group", file.RowGroup));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
