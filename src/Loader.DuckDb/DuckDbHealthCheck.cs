using System.Globalization;
using DuckDB.NET.Data;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Checks whether an existing database file can be loaded into. It changes nothing: the file is opened for reading.</summary>
/// <param name="path">The path of the file.</param>
internal sealed class DuckDbHealthCheck(string path)
{
    private const string FileName = "database file";

    /// <summary>Checks the file and its tables.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(path).IsReadOnly)
        {
            return
            [
                CheckResult.Failed(
                    FileName,
                    $"{PlainText.Escape(path)} can only be read.",
                    $"Allow this user to write to it, or {DuckDbErrors.ChooseAnotherFile}."),
            ];
        }

        using var database = new DuckDbDatabase(path);
        try
        {
            return await database.RunAsync(() => database.Read(Check)!, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return [CheckResult.Failed(FileName, failure)];
        }
    }

    private IReadOnlyList<CheckResult> Check(DuckDBConnection connection)
    {
        long bytes = new FileInfo(path).Length;
        string id = DatabaseId.TryRead(connection) is null ? " No load has written to it yet." : "";
        return
        [
            CheckResult.Ok(
                FileName,
                string.Create(
                    CultureInfo.InvariantCulture, $"{PlainText.Escape(path)} is a DuckDB database of {bytes / 1e6:N1} MB.{id}")),
            .. DatasetType.All.Select(dataset => Check(connection, new DatasetTable(dataset))),
        ];
    }

    private CheckResult Check(DuckDBConnection connection, DatasetTable table)
    {
        string name = $"table {table.Dataset.Name}";
        try
        {
            if (!TableSchema.Exists(connection, table))
            {
                return CheckResult.Ok(name, "The table does not exist yet. The first load creates it.");
            }

            bool isOurs = TableSchema.Check(connection, table, path);
            (long rows, long series) = Count(connection, table);
            string content = string.Create(CultureInfo.InvariantCulture, $"The table has {rows:N0} rows of {series:N0} series.");
            return CheckResult.Ok(
                name, isOurs ? content : $"{content} It has columns of its own, so loads into it are slower.");
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(name, failure);
        }
    }

    private static (long Rows, long Series) Count(DuckDBConnection connection, DatasetTable table)
    {
        using DuckDBCommand command = connection.CreateCommand(table.Summarize);
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(3));
    }
}
