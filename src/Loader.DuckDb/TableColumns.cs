using DuckDB.NET.Data;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Checks that the table of a dataset has the loader's columns.</summary>
internal static class TableColumns
{
    /// <summary>Throws if columns are missing.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="path">The path of the database, for messages.</param>
    /// <param name="table">The table. It exists.</param>
    /// <returns>Whether there are no others, and the order is the loader's.</returns>
    /// <exception cref="ConfigurationException">Columns are missing or have another type.</exception>
    public static bool Check(DuckDBConnection connection, string path, DatasetTable table)
    {
        Dictionary<string, string> found = Read(connection, table, out bool isOurs);
        string[] missing = [.. table.Columns.Where(
            column => !string.Equals(found.GetValueOrDefault(column.Name), column.Type, StringComparison.Ordinal))
            .Select(column => $"{column.Name} {column.Type}")];
        return missing.Length == 0 ? isOurs : throw NotOurTable(path, table, $"it lacks {string.Join(", ", missing)}", cause: null);
    }

    /// <summary>Reads the columns of a table with their types.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">The table.</param>
    /// <param name="isOurs">Whether they are the loader's columns in the loader's order.</param>
    /// <returns>The types by name; none if there is no such table.</returns>
    public static Dictionary<string, string> Read(DuckDBConnection connection, DatasetTable table, out bool isOurs)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        isOurs = true;
        using DuckDBCommand command = connection.CreateCommand(DatasetTable.SelectColumns);
        command.Parameters.Add(new DuckDBParameter("name", table.Dataset.Name));
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            isOurs &= found.Count < table.Columns.Count
                && string.Equals(table.Columns[found.Count].Name, reader.GetString(0), StringComparison.OrdinalIgnoreCase);
            found.Add(reader.GetString(0), reader.GetString(1));
        }

        return found;
    }

    /// <summary>Creates the failure of a table that was not created by the loader.</summary>
    public static ConfigurationException NotOurTable(string path, DatasetTable table, string reason, Exception? cause) => new(
        $"'{table.Dataset.Name}' in {PlainText.Escape(path)} was not created by the loader: {reason}. Rename it, or "
        + $"{DuckDbErrors.ChooseAnotherFile}.", cause);
}
