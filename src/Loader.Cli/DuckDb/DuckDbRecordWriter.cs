using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>Writes the batches of one load: staged, judged against the table, then updated and inserted, in one transaction each.</summary>
/// <remarks>Has a connection of its own, for temporary tables belong to a connection. Runs only in the sink's turn.</remarks>
internal sealed class DuckDbRecordWriter : IRecordWriter
{
    private readonly DuckDbSink _sink;
    private readonly DatasetTable _table;
    private readonly DuckDBConnection _connection;
    private readonly string _path;
    private int _seriesStaged;

    public DuckDbRecordWriter(DuckDbSink sink, DatasetTable table, DuckDBConnection connection, string path)
    {
        _sink = sink;
        _table = table;
        _connection = connection;
        _path = path;
        connection.Execute(DatasetTable.CreateStaging);
        connection.Execute(DatasetTable.CreateSeries);
    }

    /// <summary>Gets the span of TIMESTAMP_NS, whole days: https://duckdb.org/docs/stable/sql/data_types/timestamp.</summary>
    public DestinationLimits Limits { get; } = new()
    {
        Earliest = new DateTimeOffset(1677, 9, 22, 0, 0, 0, TimeSpan.Zero),
        Latest = new DateTimeOffset(2262, 4, 11, 0, 0, 0, TimeSpan.Zero) - TimeSpan.FromTicks(1),
    };

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            return await _sink.WriteAsync(_table, () => Write(batch, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested
            && (exception is OperationCanceledException || DuckDbFailures.IsInterrupt(exception)))
        {
            return new WriteOutcome { Unsettled = ValidRows(batch) };
        }
        catch (Exception exception) when (DuckDbFailures.IsOurs(exception))
        {
            return new WriteOutcome { Unsettled = ValidRows(batch), Failure = DuckDbFailures.InUse(_path, exception) };
        }
        catch (LoadException failure)
        {
            return new WriteOutcome { Unsettled = ValidRows(batch), Failure = failure };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static int ValidRows(MeasurementBatch batch) => batch.Verdicts.Count(RejectionReason.None);

    private (WriteOutcome Outcome, TableChanges Changes) Write(MeasurementBatch batch, CancellationToken abandon)
    {
        // Disposed without Commit, a transaction rolls back.
        using DuckDBTransaction transaction = _connection.BeginTransaction();
        using CancellationTokenRegistration interrupt = abandon.Register(() => NativeMethods.Startup.DuckDBInterrupt(_connection.NativeConnection));

        StagedRows staged = Stage(batch);
        int duplicates = staged.MayRepeat ? _connection.Execute(DatasetTable.DropDuplicates) : 0;
        int rows = staged.Count - duplicates;
        abandon.ThrowIfCancellationRequested();

        JudgedRows judged;
        if (rows > 0 && HoldsSpan(staged))
        {
            judged = Judge(rows);
            abandon.ThrowIfCancellationRequested();
            Apply(judged);
        }
        else
        {
            judged = new JudgedRows { Changes = new TableChanges(rows, 0, 0) };
            _connection.Execute(_table.InsertAll);
        }

        List<RejectedRow> rejected = judged.Conflicts == 0 ? [] : ReadConflicts(batch);
        abandon.ThrowIfCancellationRequested();
        transaction.Commit();

        TableChanges changes = judged.Changes;
        var outcome = new WriteOutcome
        {
            Written = (int)(changes.Inserted + changes.Updated + changes.Unchanged),
            Superseded = judged.Superseded,
            Duplicate = judged.Duplicates + duplicates,
            Rejected = rejected,
            Effort = new WriteEffort { Requests = 1 },
        };
        return (outcome, changes);
    }

    private StagedRows Stage(MeasurementBatch batch)
    {
        _connection.Execute(DatasetTable.EmptyStaging);
        StageSeries(batch.SeriesById);
        using var appender = new ChunkAppender(
            _connection, DatasetTable.Staging, [DuckDBType.Integer, DuckDBType.Integer, DuckDBType.TimestampNs, DuckDBType.Double, DuckDBType.BigInt]);
        StagedRows staged = StagedRows.Append(batch, appender);
        appender.Complete();
        return staged;
    }

    /// <summary>Texts cross into the database once per series, not per row.</summary>
    private void StageSeries(ReadOnlySpan<Series> series)
    {
        if (_seriesStaged == series.Length)
        {
            return;
        }

        using var appender = new ChunkAppender(
            _connection, DatasetTable.Series, [DuckDBType.Integer, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar]);
        int id = _seriesStaged;
        while (id < series.Length)
        {
            int rows = 0;
            Span<int> ids = appender.Column<int>(0);
            for (; rows < ChunkAppender.Capacity && id < series.Length; id++)
            {
                if (series[id].Fault != RejectionReason.None)
                {
                    continue;
                }

                SeriesKey key = series[id].Key;
                ids[rows] = id;
                appender.Write(1, rows, key.Region);
                appender.Write(2, rows, key.Subject);
                appender.Write(3, rows, key.MeasurementType);
                appender.Write(4, rows, key.QualityFlag);
                appender.Write(5, rows, key.Unit);
                rows++;
            }

            appender.Append(rows);
        }

        appender.Complete();
        _seriesStaged = series.Length;
    }

    private bool HoldsSpan(StagedRows staged)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = _table.HoldsSpan;
        command.Parameters.Add(new DuckDBParameter("from", staged.Earliest));
        command.Parameters.Add(new DuckDBParameter("to", staged.Latest));
        return command.ExecuteScalar() is true;
    }

    private JudgedRows Judge(int rows)
    {
        _connection.Execute(_table.Judge);
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = DatasetTable.CountJudged;
        using DuckDBDataReader reader = command.ExecuteReader();
        var judged = new JudgedRows();
        while (reader.Read())
        {
            int count = (int)reader.GetInt64(5);
            judged = reader.GetBoolean(0)
                ? judged.AddNew(count)
                : judged.AddFound(reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3), reader.GetBoolean(4), count);
        }

        return judged.Count == rows
            ? judged
            : throw new DestinationRefusedException(
                $"The table '{_table.Dataset.Name}' of {PlainText.Escape(_path)} holds the same series and time more than once, which the loader never writes. Remove the surplus rows, or name another file with --duckdb.");
    }

    private void Apply(JudgedRows judged)
    {
        if (judged.UnitsToUpdate > 0)
        {
            _connection.Execute(_table.UpdateUnits);
        }

        if (judged.ToUpdate > 0)
        {
            _connection.Execute(_table.Update);
        }

        if (judged.Changes.Inserted > 0)
        {
            _connection.Execute(_table.InsertNew);
        }
    }

    private List<RejectedRow> ReadConflicts(MeasurementBatch batch)
    {
        var rejected = new List<RejectedRow>();
        string? detail = null;
        long detailVersion = 0;
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = DatasetTable.Conflicts;
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
