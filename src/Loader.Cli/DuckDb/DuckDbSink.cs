using System.Collections.Concurrent;
using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>Writes records into a DuckDB file: a table per dataset, made when it is first needed, with Timestream's rules of identity and version.</summary>
/// <remarks>
/// A higher version replaces; the same value with a higher version only raises the version; the same value with the same version is accepted and changes
/// nothing; a lower version is superseded or a duplicate; another value, or another unit, with the same version is rejected. One transaction holds one batch, so
/// a process that is killed leaves whole batches. Writers of all loads take turns. Times are stored in nanoseconds (<c>TIMESTAMP_NS</c>, UTC); what its 64 bits
/// do not hold, before 1677-09-22 or after 2262-04-10, is invalid by <see cref="IRecordWriter.Limits"/>. The file stays open until disposal.
/// </remarks>
/// <param name="path">The database file; made when it does not exist, in a folder that does.</param>
public sealed class DuckDbSink(string path) : IRecordSink, IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<DatasetType, TableChanges> _changes = new();
    private readonly string _connectionString = ConnectionStringOf(path);
    private DuckDBConnection? _root;

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // DuckDB's client only works synchronously.
            return await Task.Run(() => Open(new DatasetTable(dataset)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says what the tables that were written to now hold, and what this sink's loads did to them.</summary>
    /// <param name="cancellationToken">Ends the wait for loads that are under way.</param>
    /// <returns>A summary for each dataset that a load was opened for.</returns>
    /// <exception cref="LoadException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<TableSummary>> SummarizeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(Summarize, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_root is not null)
        {
            // The last connection writes the log into the file as it closes.
            await _root.DisposeAsync().ConfigureAwait(false);
        }

        _turn.Dispose();
    }

    /// <summary>Writes one batch when its turn has come.</summary>
    internal async Task<WriteOutcome> WriteAsync(DatasetTable table, Func<(WriteOutcome Outcome, TableChanges Changes)> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (WriteOutcome outcome, TableChanges changes) = await Task.Run(write, cancellationToken).ConfigureAwait(false);
            _changes[table.Dataset] = _changes.GetValueOrDefault(table.Dataset) + changes;
            return outcome;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string ConnectionStringOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // A full path, so that a file called ':memory:' is one. Extensions are neither needed nor fetched.
        return new DuckDBConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(path),
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,

            // The thread that waits for a statement works, too, and spins when it finds no work: a thread fewer than cores
            // leaves that core to decoding (on 2 cores, inserting took 2.6 us of CPU a row with one thread and 4.8 us with two).
            Threads = Math.Max(1, Environment.ProcessorCount - 1),
        }.ConnectionString;
    }

    private DuckDbRecordWriter Open(DatasetTable table)
    {
        _root ??= Connect();
        DuckDBConnection connection = Connect();
        try
        {
            connection.Execute(table.Create);
            CheckColumns(connection, table);
            _changes.TryAdd(table.Dataset, default);
            return new DuckDbRecordWriter(this, table, connection, path);
        }
        catch (DuckDBException exception) when (exception.ErrorType == DuckDB.NET.Native.DuckDBErrorType.Catalog)
        {
            connection.Dispose();
            throw Foreign(table, $"it is no table ({PlainText.Escape(exception.Message)})", exception);
        }
        catch (DuckDBException exception)
        {
            connection.Dispose();
            throw DuckDbFailures.InUse(path, exception);
        }
        catch (LoadException)
        {
            connection.Dispose();
            throw;
        }
    }

    private DuckDBConnection Connect()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new ConfigurationException($"The folder of {PlainText.Escape(path)} does not exist. Make it, or name another file with --duckdb.");
        }

        var connection = new DuckDBConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (DuckDBException exception)
        {
            connection.Dispose();
            throw DuckDbFailures.OnOpening(path, exception);
        }
    }

    private void CheckColumns(DuckDBConnection connection, DatasetTable table)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using (DuckDBCommand command = connection.CreateCommand())
        {
            command.CommandText = "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = current_schema() AND table_name = $name";
            command.Parameters.Add(new DuckDBParameter("name", table.Dataset.Name));
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                found.Add(reader.GetString(0), reader.GetString(1));
            }
        }

        string[] wrong = [.. table.Columns.Where(column => !string.Equals(found.GetValueOrDefault(column.Name), column.Type, StringComparison.Ordinal))
            .Select(column => $"{column.Name} {column.Type}")];
        if (wrong.Length > 0)
        {
            throw Foreign(table, $"it lacks {string.Join(", ", wrong)}", cause: null);
        }
    }

    private ConfigurationException Foreign(DatasetTable table, string why, Exception? cause) =>
        new($"{PlainText.Escape(path)} holds a '{table.Dataset.Name}' that was not made by the loader: {why}. Rename it, or name another file with --duckdb.", cause);

    private List<TableSummary> Summarize()
    {
        var summaries = new List<TableSummary>();
        try
        {
            foreach (DatasetType dataset in DatasetType.All)
            {
                if (_changes.TryGetValue(dataset, out TableChanges changes))
                {
                    summaries.Add(Summarize(new DatasetTable(dataset), changes));
                }
            }
        }
        catch (DuckDBException exception)
        {
            throw DuckDbFailures.InUse(path, exception);
        }

        return summaries;
    }

    private TableSummary Summarize(DatasetTable table, TableChanges changes)
    {
        using DuckDBCommand command = _root!.CreateCommand();
        command.CommandText = table.Summary;
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        return new TableSummary
        {
            Dataset = table.Dataset,
            Changes = changes,
            Rows = reader.GetInt64(0),
            Earliest = reader.IsDBNull(1) ? null : TimeUnit.Nanoseconds.ToInstant(reader.GetInt64(1)),
            Latest = reader.IsDBNull(2) ? null : TimeUnit.Nanoseconds.ToInstant(reader.GetInt64(2)),
            Series = reader.GetInt64(3),
            Regions = reader.IsDBNull(4) ? [] : reader.GetFieldValue<List<string>>(4),
        };
    }
}
