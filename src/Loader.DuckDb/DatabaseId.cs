using DuckDB.NET.Data;

namespace Loader.DuckDb;

/// <summary>The identity of a database file: a random id in the table <c>loader_database</c>, created with the first table.</summary>
/// <remarks>A file that was deleted and created again has another id. A copy has the same id, and the same rows.</remarks>
internal static class DatabaseId
{
    private const string Exists =
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = current_schema() "
        + "AND table_name = 'loader_database'";

    /// <summary>Reads the id.</summary>
    /// <returns>The id, or <see langword="null"/> if the file has none: version 0.1 wrote it, or no table was created yet.</returns>
    public static string? TryRead(DuckDBConnection connection)
    {
        using DuckDBCommand exists = connection.CreateCommand(Exists);
        if (exists.ExecuteScalar() is not 1L)
        {
            return null;
        }

        using DuckDBCommand read = connection.CreateCommand("SELECT id::VARCHAR FROM loader_database LIMIT 1");
        return read.ExecuteScalar() as string;
    }

    /// <summary>Reads the id, and creates it if the file has none.</summary>
    public static string Ensure(DuckDBConnection connection)
    {
        if (TryRead(connection) is { } id)
        {
            return id;
        }

        // One statement, so that no other process sees the table without a row.
        connection.Execute("CREATE TABLE loader_database AS SELECT uuid() AS id");
        return TryRead(connection)!;
    }
}
