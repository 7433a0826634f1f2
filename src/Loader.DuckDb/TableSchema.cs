using DuckDB.NET.Data;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Compares the columns of an existing table with those that the loader writes.</summary>
internal static class TableSchema
{
    /// <summary>Throws if columns are missing.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">The table, which exists.</param>
    /// <param name="path">The path of the file, for messages.</param>
    /// <returns>Whether there are no others, and the order is the loader's.</returns>
    /// <exception cref="ConfigurationException">The loader cannot write to the table.</exception>
    public static bool Check(DuckDBConnection connection, DatasetTable table, string path)
    {
        bool isOurs = true;
        IReadOnlyDictionary<string, string> found = Read(connection, table, (index, name) =>
            isOurs &= index < table.Columns.Count
                && string.Equals(table.Columns[index].Name, name, StringComparison.OrdinalIgnoreCase));
        string[] missing = [.. table.Columns.Where(
            column => !string.Equals(found.GetValueOrDefault(column.Name), column.Type, StringComparison.Ordinal))
            .Select(column => $"{column.Name} {column.Type}")];
        return missing.Length == 0 ? isOurs : throw NotOurTable(table, path, $"it lacks {string.Join(", ", missing)}", cause: null);
    }

    /// <summary>Returns whether a table has columns: it exists.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">The table.</param>
    /// <returns>Whether it exists.</returns>
    public static bool Exists(DuckDBConnection connection, DatasetTable table) =>
        Read(connection, table, static (_, _) => { }).Count > 0;

    /// <summary>Creates the failure for a table that the loader cannot write to.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cause">The exception of DuckDB, or <see langword="null"/>.</param>
    /// <returns>The failure.</returns>
    public static ConfigurationException NotOurTable(DatasetTable table, string path, string reason, Exception? cause) => new(
        $"'{table.Dataset.Name}' in {PlainText.Escape(path)} was not created by the loader: {reason}. Rename it, or "
        + $"{DuckDbErrors.ChooseAnotherFile}.", cause);

    private static Dictionary<string, string> Read(DuckDBConnection connection, DatasetTable table, Action<int, string> each)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using DuckDBCommand command = connection.CreateCommand(DatasetTable.SelectColumns);
        command.Parameters.Add(new DuckDBParameter("name", table.Dataset.Name));
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            each(found.Count, reader.GetString(0));
            found.Add(reader.GetString(0), reader.GetString(1));
        }

        return found;
    }
}
