using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>A connection that writes: it runs one transaction at a time, with the batches and records of several loads.</summary>
/// <remarks>After an exception, dispose it: that rolls back.</remarks>
/// <param name="connection">The connection, disposed with this object.</param>
/// <param name="path">The path of the database, for messages.</param>
internal sealed unsafe class WriteConnection(DuckDBConnection connection, string path) : IDisposable
{
    private readonly RowSet _rows = new();
    private bool _canRecord;

    /// <summary>Writes work in one transaction, and commits it when no more work is ready.</summary>
    /// <param name="group">The work; it is completed by the caller.</param>
    /// <param name="takeMore">Adds work that has become ready to the group, and returns whether there was any.</param>
    public void Write(List<PendingWork> group, Func<bool> takeMore)
    {
        connection.Execute("BEGIN TRANSACTION");
        using var interrupt = new Interrupt(connection);
        var files = new List<LoadedFile>();
        _rows.Clear();
        int next = 0;
        do
        {
            for (; next < group.Count; next++)
            {
                interrupt.On(group[next].Abandon);
                group[next].Reset();
                if (group[next] is PendingBatch batch)
                {
                    Add(batch);
                    interrupt.ThrowIfRequested();
                }
                else if (group[next] is PendingRecords records)
                {
                    files.AddRange(records.Files);
                }
            }

            if (takeMore())
            {
                continue;
            }

            // More work may become ready in the meantime.
            WriteRows();
            interrupt.ThrowIfRequested();
        }
        while (next < group.Count || takeMore());

        if (files.Count > 0)
        {
            if (!_canRecord)
            {
                // If the transaction is rolled back, this connection is not used again.
                LoadedFilesTable.Prepare(connection);
                _canRecord = true;
            }

            LoadedFilesTable.Record(connection, files);
        }

        interrupt.ThrowIfRequested();
        connection.Execute("COMMIT");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        connection.Dispose();
    }

    private void Add(PendingBatch batch)
    {
        if (!_rows.TryAdd(batch))
        {
            WriteRows();
            if (!_rows.TryAdd(batch))
            {
                throw new InvalidOperationException("An empty set takes every batch.");
            }
        }
    }

    /// <summary>Writes the rows of the set, and empties it.</summary>
    private void WriteRows()
    {
        if (_rows.Count > 0)
        {
            Compare();
            int inserted = 0;
            int updated = 0;
            int withUnit = 0;
            foreach (RowState state in _rows.States)
            {
                inserted += state == RowState.New ? 1 : 0;
                updated += state is RowState.Update or RowState.UpdateWithUnit ? 1 : 0;
                withUnit += state == RowState.UpdateWithUnit ? 1 : 0;
            }

            if (updated > 0)
            {
                Update(withUnit > 0);
            }

            if (inserted > 0)
            {
                Append();
            }
        }

        _rows.Clear();
    }

    /// <summary>Compares each row with the row of the same identity in the table, and counts the result.</summary>
    private void Compare()
    {
        using (var scan = new RowScan(connection, _rows.Table.SelectBetween(_rows.Earliest, _rows.Latest)))
        {
            var series = stackalloc DuckDbText[SeriesTexts.Count];
            var columns = stackalloc DuckDbText*[SeriesTexts.Count];
            int guess = 0;
            while (scan.MoveNext())
            {
                long* targets = scan.Column<long>(0);
                long* times = scan.Column<long>(1);
                for (int text = 0; text < SeriesTexts.Count; text++)
                {
                    columns[text] = scan.Column<DuckDbText>(2 + text);
                }

                double* values = scan.Column<double>(7);
                long* versions = scan.Column<long>(8);
                ulong* hasFlag = scan.ValidityOf(5);
                for (int stored = 0; stored < scan.Count; stored++)
                {
                    for (int text = 0; text < SeriesTexts.Count; text++)
                    {
                        series[text] = columns[text][stored];
                    }

                    if (hasFlag is not null && (hasFlag[stored / 64] >> (stored % 64) & 1) == 0)
                    {
                        series[SeriesTexts.FlagIndex] = DuckDbText.Null;
                    }

                    int row = _rows.Find(series, times[stored], guess);
                    if (row >= 0)
                    {
                        guess = row + 1;
                        Compare(row, targets[stored], versions[stored], values[stored], series[SeriesTexts.IdentityCount]);
                    }
                }
            }
        }

        for (int row = 0; row < _rows.Count; row++)
        {
            if (_rows.States[row] == RowState.New)
            {
                _rows.BatchOf(row).Inserted++;
            }
        }
    }

    /// <summary>Compares a row with the row of the same identity in the table.</summary>
    private void Compare(int row, long target, long existing, double value, in DuckDbText unit)
    {
        ref RowState state = ref _rows.States[row];
        if (state != RowState.New)
        {
            throw new DestinationRefusedException(
                $"Table '{_rows.Table.Dataset.Name}' in {PlainText.Escape(path)} has several rows with the same series and time. "
                + "The loader never writes such rows: "
                + $"delete the extra rows, or {DuckDbErrors.ChooseAnotherFile}.");
        }

        state = RowState.Kept;
        PendingBatch batch = _rows.BatchOf(row);
        long version = _rows.Versions[row];
        bool isSameUnit = _rows.TextsOf(row)[SeriesTexts.IdentityCount].EqualsText(unit);
        bool isSame = isSameUnit && value.Equals(_rows.Values[row]);
        switch (ObjectVersion.CompareStored(version, existing))
        {
            case null:
                state = isSameUnit ? RowState.Update : RowState.UpdateWithUnit;
                _rows.Targets[row] = target;
                batch.Updated += isSame ? 0 : 1;
                batch.Unchanged += isSame ? 1 : 0;
                break;
            case StoredVersion.NewerObject:
                batch.Superseded++;
                break;
            case StoredVersion.LaterRowGroup:
                batch.Duplicates++;
                break;
            default:
                if (isSame)
                {
                    batch.Unchanged++;
                }
                else
                {
                    batch.AddConflict(_rows.RowInBatch(row));
                }

                break;
        }
    }

    private void Update(bool withUnits)
    {
        connection.Execute(DatasetTable.CreateUpdates);
        connection.Execute(DatasetTable.EmptyUpdates);
        using (var appender = new ChunkAppender(
            connection,
            isTemporary: true,
            DatasetTable.UpdatesTable,
            DuckDBType.BigInt,
            DuckDBType.Double,
            DuckDBType.BigInt,
            DuckDBType.Varchar))
        {
            int row = 0;
            while (row < _rows.Count)
            {
                Span<long> targets = appender.Column<long>(0);
                Span<double> values = appender.Column<double>(1);
                Span<long> versions = appender.Column<long>(2);
                Span<DuckDbText> units = appender.Column<DuckDbText>(3);
                int filled = 0;
                for (; row < _rows.Count && filled < ChunkAppender.Capacity; row++)
                {
                    RowState state = _rows.States[row];
                    if (state is not (RowState.Update or RowState.UpdateWithUnit))
                    {
                        continue;
                    }

                    targets[filled] = _rows.Targets[row];
                    values[filled] = _rows.Values[row];
                    versions[filled] = _rows.Versions[row];
                    if (state == RowState.UpdateWithUnit)
                    {
                        units[filled] = _rows.TextsOf(row)[SeriesTexts.IdentityCount];
                    }
                    else
                    {
                        units[filled] = default;
                        appender.SetNull(3, filled);
                    }

                    filled++;
                }

                appender.Append(filled);
            }

            appender.Complete();
        }

        connection.Execute(_rows.Table.Update);
        if (withUnits)
        {
            connection.Execute(_rows.Table.UpdateUnits);
        }
    }

    private void Append()
    {
        DatasetTable table = _rows.Table;
        if (table.TakesAppends)
        {
            Append(isTemporary: false, table.Dataset.Name);
            return;
        }

        connection.Execute(DatasetTable.CreateNewRows);
        connection.Execute(DatasetTable.EmptyNewRows);
        Append(isTemporary: true, DatasetTable.NewRowsTable);
        connection.Execute(table.InsertNewRows);
    }

    private void Append(bool isTemporary, string table)
    {
        using var appender = new ChunkAppender(
            connection,
            isTemporary,
            table,
            DuckDBType.TimestampNs,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Double,
            DuckDBType.BigInt);
        ReadOnlySpan<RowState> states = _rows.States;
        ReadOnlySpan<long> times = _rows.Times;
        ReadOnlySpan<double> values = _rows.Values;
        ReadOnlySpan<long> versions = _rows.Versions;
        int row = 0;
        while (row < states.Length)
        {
            Span<long> timeColumn = appender.Column<long>(0);
            Span<DuckDbText> regions = appender.Column<DuckDbText>(1);
            Span<DuckDbText> subjects = appender.Column<DuckDbText>(2);
            Span<DuckDbText> types = appender.Column<DuckDbText>(3);
            Span<DuckDbText> flags = appender.Column<DuckDbText>(4);
            Span<DuckDbText> units = appender.Column<DuckDbText>(5);
            Span<double> valueColumn = appender.Column<double>(6);
            Span<long> versionColumn = appender.Column<long>(7);
            int filled = 0;
            for (; row < states.Length && filled < ChunkAppender.Capacity; row++)
            {
                if (states[row] != RowState.New)
                {
                    continue;
                }

                DuckDbText* texts = _rows.TextsOf(row);
                timeColumn[filled] = times[row];
                regions[filled] = texts[0];
                subjects[filled] = texts[1];
                types[filled] = texts[2];
                units[filled] = texts[SeriesTexts.IdentityCount];
                valueColumn[filled] = values[row];
                versionColumn[filled] = versions[row];
                flags[filled] = texts[SeriesTexts.FlagIndex];
                if (flags[filled].IsNull)
                {
                    flags[filled] = default;
                    appender.SetNull(4, filled);
                }

                filled++;
            }

            appender.Append(filled);
        }

        appender.Complete();
    }

    /// <summary>Interrupts the statement of a connection when one of several tokens is cancelled.</summary>
    private sealed class Interrupt(DuckDBConnection connection) : IDisposable
    {
        private readonly Dictionary<CancellationToken, CancellationTokenRegistration> _tokens = [];

        public void On(CancellationToken token)
        {
            if (token.CanBeCanceled && !_tokens.ContainsKey(token))
            {
                _tokens.Add(token, token.Register(() => NativeMethods.Startup.DuckDBInterrupt(connection.NativeConnection)));
            }
        }

        /// <summary>Throws if a token is cancelled: an interrupt between two statements has no effect.</summary>
        public void ThrowIfRequested()
        {
            foreach (CancellationToken token in _tokens.Keys)
            {
                token.ThrowIfCancellationRequested();
            }
        }

        public void Dispose()
        {
            // Waits for an interrupt in progress, so that none hits the next transaction.
            foreach (CancellationTokenRegistration registration in _tokens.Values)
            {
                registration.Dispose();
            }
        }
    }
}
