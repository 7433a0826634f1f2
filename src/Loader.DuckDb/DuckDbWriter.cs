using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>
/// Writes the batches of one load: each batch is staged, compared with the table, then updated and inserted in one transaction.
/// </summary>
/// <remarks>Has its own connection, because temporary tables belong to a connection.</remarks>
internal sealed class DuckDbWriter : IRecordWriter
{
    private readonly DuckDbDatabase _database;
    private readonly DuckDBConnection _connection;
    private readonly DatasetTable _table;
    private readonly StagingTables _staging;
    private readonly Action<TableChanges> _committed;

    /// <summary>Initializes a new instance of the <see cref="DuckDbWriter"/> class.</summary>
    /// <param name="database">The database.</param>
    /// <param name="connection">The writer's own connection; disposed with the writer.</param>
    /// <param name="table">The table to write to.</param>
    /// <param name="destination">The destination that <paramref name="table"/> is.</param>
    /// <param name="committed">Called after each commit, before the next write to the database starts.</param>
    public DuckDbWriter(
        DuckDbDatabase database,
        DuckDBConnection connection,
        DatasetTable table,
        Destination destination,
        Action<TableChanges> committed)
    {
        _database = database;
        _connection = connection;
        _table = table;
        Destination = destination;
        _staging = new StagingTables(connection);
        _committed = committed;
    }

    /// <inheritdoc/>
    public Destination Destination { get; }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            return await _database.RunAsync(() => Write(batch, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested
            && (exception is OperationCanceledException || DuckDbErrors.IsDuckDbError(exception)))
        {
            // An interrupted statement fails with the type of an interrupt or of a failed transaction, depending on what it was doing.
            return new WriteOutcome { Unsettled = CountValid(batch) };
        }
        catch (Exception exception) when (DuckDbErrors.IsDuckDbError(exception))
        {
            return new WriteOutcome { Unsettled = CountValid(batch), Failure = DuckDbErrors.FromStatement(_database.Path, exception) };
        }
        catch (LoadException failure)
        {
            return new WriteOutcome { Unsettled = CountValid(batch), Failure = failure };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static int CountValid(MeasurementBatch batch) => batch.Verdicts.Count(RejectionReason.None);

    private WriteOutcome Write(MeasurementBatch batch, CancellationToken abandon)
    {
        // A transaction that is disposed before Commit is rolled back.
        using DuckDBTransaction transaction = _connection.BeginTransaction();
        using CancellationTokenRegistration interrupt = abandon.Register(
            () => NativeMethods.Startup.DuckDBInterrupt(_connection.NativeConnection));

        StagedRows staged = _staging.Stage(batch);
        int duplicates = staged.MayRepeat ? _connection.Execute(DatasetTable.DeleteDuplicates) : 0;
        int distinct = staged.Count - duplicates;
        abandon.ThrowIfCancellationRequested();

        ComparisonCounts counts;
        if (distinct > 0 && HasRowsBetween(staged.Earliest, staged.Latest))
        {
            counts = Compare(distinct);
            abandon.ThrowIfCancellationRequested();
            Apply(counts);
        }
        else
        {
            counts = new ComparisonCounts().AddNew(distinct);
            _connection.Execute(_table.InsertAll);
        }

        List<RejectedRow> rejected = counts.Conflicts == 0 ? [] : ReadConflicts(batch);
        abandon.ThrowIfCancellationRequested();
        transaction.Commit();

        TableChanges changes = counts.Changes;
        _committed(changes);
        return new WriteOutcome
        {
            Written = (int)(changes.Inserted + changes.Updated + changes.Unchanged),
            Superseded = counts.Superseded,
            Duplicate = counts.Duplicates + duplicates,
            Rejected = rejected,
            Effort = new WriteEffort { Requests = 1 },
        };
    }

    private bool HasRowsBetween(long earliest, long latest)
    {
        using DuckDBCommand command = _connection.CreateCommand(_table.HasRowsBetween);
        command.Parameters.Add(new DuckDBParameter("from", earliest));
        command.Parameters.Add(new DuckDBParameter("to", latest));
        return command.ExecuteScalar() is true;
    }

    private ComparisonCounts Compare(int staged)
    {
        _connection.Execute(_table.Compare);
        using DuckDBCommand command = _connection.CreateCommand(DatasetTable.CountCompared);
        using DuckDBDataReader reader = command.ExecuteReader();
        var counts = new ComparisonCounts();
        while (reader.Read())
        {
            int count = (int)reader.GetInt64(5);
            counts = reader.GetBoolean(0)
                ? counts.AddNew(count)
                : counts.AddExisting(reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3), reader.GetBoolean(4), count);
        }

        return counts.Count == staged
            ? counts
            : throw new DestinationRefusedException(
                $"Table '{_table.Dataset.Name}' in {PlainText.Escape(_database.Path)} has several rows with the same series and time. "
                + "The loader never writes such rows: "
                + $"delete the extra rows, or {DuckDbErrors.ChooseAnotherFile}.");
    }

    private void Apply(ComparisonCounts counts)
    {
        if (counts.UnitsToUpdate > 0)
        {
            _connection.Execute(_table.UpdateUnits);
        }

        if (counts.ToUpdate > 0)
        {
            _connection.Execute(_table.Update);
        }

        if (counts.Changes.Inserted > 0)
        {
            _connection.Execute(_table.InsertNew);
        }
    }

    private List<RejectedRow> ReadConflicts(MeasurementBatch batch)
    {
        var rejected = new List<RejectedRow>();
        string? detail = null;
        long detailVersion = 0;
        using DuckDBCommand command = _connection.CreateCommand(DatasetTable.SelectConflicts);
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            int row = reader.GetInt32(0);
            long version = batch.VersionOf(row);
            if (detail is null || version != detailVersion)
            {
                (detail, detailVersion) = ($"Another value is stored under the same version {version}.", version);
            }

            rejected.Add(new RejectedRow(row, RejectionReason.VersionConflict, detail));
        }

        return rejected;
    }
}
