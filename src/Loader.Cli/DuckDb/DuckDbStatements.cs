using DuckDB.NET.Data;

namespace Loader.Cli.DuckDb;

internal static class DuckDbStatements
{
    /// <summary>Runs one of our statements.</summary>
    /// <returns>The rows that it changed.</returns>
    public static int Execute(this DuckDBConnection connection, string statement)
    {
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements come from DatasetTable, which holds no text from outside.
        command.CommandText = statement;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }
}
