using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Options;

namespace Loader.DuckDb;

/// <summary>
/// Writes records into a DuckDB file, with Timestream's rules of identity and version. Each dataset has its own table, created on first
/// use.
/// </summary>
/// <remarks>
/// <para>A record whose identity is in the table already: a higher version replaces the value, or only raises the version if the value is
/// the same; the same version
/// with the same value and unit is accepted and changes nothing; the same version with another value or unit is rejected; a lower version
/// is superseded or a duplicate.</para>
/// <para>Batches are written in transactions, so a killed process leaves only whole batches. Batches of concurrent loads that are ready at
/// the same moment share a transaction, and each is settled when it is committed. Times are stored in nanoseconds
/// (<c>TIMESTAMP_NS</c>, UTC); rows before 1677-09-22 or after 2262-04-10 do not fit and are invalid, see
/// <see cref="Destination.Limits"/>. The file stays open until disposal.</para>
/// </remarks>
public sealed class DuckDbSink : IRecordSink, IDisposable
{
    /// <summary>The range of TIMESTAMP_NS in whole days: https://duckdb.org/docs/stable/sql/data_types/timestamp.</summary>
    internal static readonly DestinationLimits Limits = new()
    {
        Earliest = new DateTimeOffset(1677, 9, 22, 0, 0, 0, TimeSpan.Zero),
        Latest = new DateTimeOffset(2262, 4, 11, 0, 0, 0, TimeSpan.Zero) - TimeSpan.FromTicks(1),
    };

    private readonly DuckDbDatabase _database;
    private readonly WriteQueue _queue;
    private readonly ConcurrentDictionary<DatasetType, TableChanges> _changes = new();
    private readonly ConcurrentDictionary<DatasetType, (DatasetTable Table, Destination Destination)> _prepared = new();

    /// <summary>Initializes a new instance of the <see cref="DuckDbSink"/> class. The file is opened by the first load.</summary>
    /// <param name="options">The options; <see cref="DuckDbOptions.Path"/> is required.</param>
    public DuckDbSink(IOptions<DuckDbOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _database = new DuckDbDatabase(options.Value.Path);
        _queue = new WriteQueue(
            _database, (dataset, changes) => _changes.AddOrUpdate(dataset, changes, (_, sum) => sum + changes));
    }

    /// <inheritdoc/>
    /// <remarks>A file that does not exist has no identity; it is not created.</remarks>
    public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) =>
        _database.RunAsync(() => DestinationOf(_database.Read(DatabaseId.TryRead)), cancellationToken);

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!_prepared.TryGetValue(dataset, out (DatasetTable Table, Destination Destination) prepared))
        {
            prepared = await _database.RunAsync(() => Prepare(dataset), cancellationToken).ConfigureAwait(false);
        }

        // A write may fail because the table was dropped or changed: the next load checks it again.
        return new DuckDbWriter(
            _queue, _database.Path, prepared.Table, prepared.Destination, failed: () => _prepared.TryRemove(dataset, out _));
    }

    /// <summary>Describes the tables that this sink opened: what they contain now, and how its loads changed them.</summary>
    /// <param name="cancellationToken">Cancels the wait for writes in progress.</param>
    /// <returns>One summary for each dataset that a load was opened for.</returns>
    /// <exception cref="LoadException">The database cannot be read.</exception>
    public Task<IReadOnlyList<TableSummary>> SummarizeAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(Summarize, cancellationToken);

    /// <summary>Finds how far files were loaded into this database. One call for many files costs little more than for one.</summary>
    /// <param name="sources">The names of the files, as they were recorded.</param>
    /// <param name="settings">The settings, as they were recorded.</param>
    /// <param name="cancellationToken">Cancels the wait for writes in progress.</param>
    /// <returns>
    /// The files that the database knows of, by <see cref="LoadedFile.Source"/>; none if it does not exist.
    /// </returns>
    /// <remarks>The database stays open for the loads that follow.</remarks>
    /// <exception cref="LoadException">The database cannot be read.</exception>
    public Task<IReadOnlyDictionary<string, LoadedFile>> FindFilesAsync(
        IReadOnlyCollection<string> sources, string settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(settings);
        return _database.RunAsync(
            () =>
            {
                _database.OpenIfExists();
                return _database.Read(connection => LoadedFilesTable.Find(connection, sources, settings))
                    ?? ReadOnlyDictionary<string, LoadedFile>.Empty;
            },
            cancellationToken);
    }

    /// <summary>Records how far files were loaded, in one transaction. Call it after their loads have ended.</summary>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Cancels the wait for writes in progress.</param>
    /// <returns>A task that completes when the files are recorded.</returns>
    /// <remarks>The transaction may also hold rows of loads that have not ended.</remarks>
    /// <exception cref="LoadException">The database cannot be written.</exception>
    public async Task RecordFilesAsync(IReadOnlyList<LoadedFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var work = new PendingRecords(_database.Path, files, cancellationToken);
        await _queue.WriteAsync(work).ConfigureAwait(false);
        await work.Completion.ConfigureAwait(false);
    }

    /// <summary>Closes the file. Dispose the writers first.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _database.Dispose();
    }

    private Destination DestinationOf(string? id) => new("duckdb", Path.GetFullPath(_database.Path), id, Limits);

    private (DatasetTable Table, Destination Destination) Prepare(DatasetType dataset)
    {
        var table = new DatasetTable(dataset);
        using DuckDBConnection connection = _database.Connect();
        try
        {
            connection.Execute(table.Create);
            bool takesAppends = TableSchema.Check(connection, table, _database.Path);
            _changes.TryAdd(dataset, default);
            var prepared = (
                takesAppends ? table : new DatasetTable(dataset) { TakesAppends = false }, DestinationOf(DatabaseId.Ensure(connection)));
            return _prepared.GetOrAdd(dataset, prepared);
        }
        catch (DuckDBException exception)
        {
            throw exception.ErrorType == DuckDBErrorType.Catalog
                ? TableSchema.NotOurTable(table, _database.Path, $"it is not a table ({PlainText.Escape(exception.Message)})", exception)
                : DuckDbErrors.FromStatement(_database.Path, exception);
        }
    }

    private IReadOnlyList<TableSummary> Summarize()
    {
        DatasetType[] opened = [.. DatasetType.All.Where(_changes.ContainsKey)];
        if (opened.Length == 0)
        {
            return [];
        }

        try
        {
            using DuckDBConnection connection = _database.Connect();
            return [.. opened.Select(dataset => Summarize(connection, new DatasetTable(dataset), _changes[dataset]))];
        }
        catch (DuckDBException exception)
        {
            throw DuckDbErrors.FromStatement(_database.Path, exception);
        }
    }

    private static TableSummary Summarize(DuckDBConnection connection, DatasetTable table, TableChanges changes)
    {
        using DuckDBCommand command = connection.CreateCommand(table.Summarize);
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        return new TableSummary
        {
            Dataset = table.Dataset,
            Changes = changes,
            RowCount = reader.GetInt64(0),
            Earliest = reader.IsDBNull(1) ? null : TimeUnit.Nanoseconds.ToInstant(reader.GetInt64(1)),
            Latest = reader.IsDBNull(2) ? null : TimeUnit.Nanoseconds.ToInstant(reader.GetInt64(2)),
            SeriesCount = reader.GetInt64(3),
            Regions = reader.IsDBNull(4) ? [] : reader.GetFieldValue<List<string>>(4),
        };
    }
}
