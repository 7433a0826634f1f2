using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Compares rows with the table, updates those that are in it and appends those that are not.</summary>
/// <param name="connection">The connection, in a transaction.</param>
/// <param name="path">The path of the database, for messages.</param>
internal sealed unsafe class RowWriter(DuckDBConnection connection, string path)
{
    /// <summary>Writes the rows of a set, and counts what becomes of them in their batches.</summary>
    /// <param name="rows">The rows.</param>
    public void Write(RowSet rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Compare(rows);
        int inserted = 0;
        int updated = 0;
        int withUnit = 0;
        foreach (RowState state in rows.States)
        {
            inserted += state == RowState.New ? 1 : 0;
            updated += state is RowState.Update or RowState.UpdateWithUnit ? 1 : 0;
            withUnit += state == RowState.UpdateWithUnit ? 1 : 0;
        }

        if (updated > 0)
        {
            Update(rows, withUnit > 0);
        }

        if (inserted > 0)
        {
            Append(rows);
        }
    }

    /// <summary>Compares each row with the row of the same identity in the table, and counts the result.</summary>
    private void Compare(RowSet rows)
    {
        using (var scan = new RowScan(connection, rows.Table.SelectBetween(rows.Earliest, rows.Latest)))
        {
            var series = stackalloc DuckDbText[SeriesTexts.Count];
            var texts = stackalloc DuckDbText*[SeriesTexts.Count];
            var hasText = stackalloc ulong*[SeriesTexts.Count];
            int guess = 0;
            while (scan.MoveNext())
            {
                long* targets = scan.Column<long>(0);
                long* times = scan.Column<long>(1);
                for (int text = 0; text < SeriesTexts.Count; text++)
                {
                    texts[text] = scan.Column<DuckDbText>(2 + text);
                    hasText[text] = scan.ValidityOf(2 + text);
                }

                double* values = scan.Column<double>(7);
                ulong* hasValue = scan.ValidityOf(7);
                long* versions = scan.Column<long>(8);
                ulong* hasVersion = scan.ValidityOf(8);
                for (int stored = 0; stored < scan.Count; stored++)
                {
                    for (int text = 0; text < SeriesTexts.Count; text++)
                    {
                        series[text] = IsValid(hasText[text], stored) ? texts[text][stored] : DuckDbText.Null;
                    }

                    int row = rows.Find(series, times[stored], guess);
                    if (row >= 0)
                    {
                        guess = row + 1;
                        Compare(
                            rows,
                            row,
                            targets[stored],
                            IsValid(hasVersion, stored) ? versions[stored] : 0,
                            IsValid(hasValue, stored) ? values[stored] : double.NaN,
                            series[SeriesTexts.IdentityCount]);
                    }
                }
            }
        }

        for (int row = 0; row < rows.Count; row++)
        {
            if (rows.States[row] == RowState.New)
            {
                rows.BatchOf(row).Inserted++;
            }
        }
    }

    /// <summary>Returns whether a value of a chunk is not null.</summary>
    private static bool IsValid(ulong* validity, int row) => validity is null || (validity[row / 64] >> (row % 64) & 1) != 0;

    /// <summary>Compares a row with the row of the same identity in the table.</summary>
    private void Compare(RowSet rows, int row, long target, long existing, double value, in DuckDbText unit)
    {
        ref RowState state = ref rows.States[row];
        if (state != RowState.New)
        {
            throw new DestinationRefusedException(
                $"Table '{rows.Table.Dataset.Name}' in {PlainText.Escape(path)} has several rows with the same series and time. "
                + "The loader never writes such rows: "
                + $"delete the extra rows, or {DuckDbErrors.ChooseAnotherFile}.");
        }

        state = RowState.Kept;
        PendingBatch batch = rows.BatchOf(row);
        long version = rows.Versions[row];
        bool isSameUnit = rows.TextsOf(row)[SeriesTexts.IdentityCount].EqualsText(unit);
        bool isSame = isSameUnit && value.Equals(rows.Values[row]);
        switch (ObjectVersion.CompareStored(version, existing))
        {
            case null:
                state = isSameUnit ? RowState.Update : RowState.UpdateWithUnit;
                rows.Targets[row] = target;
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
                    batch.AddConflict(rows.RowInBatch(row));
                }

                break;
        }
    }

    private void Update(RowSet rows, bool withUnits)
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
            while (row < rows.Count)
            {
                Span<long> targets = appender.Column<long>(0);
                Span<double> values = appender.Column<double>(1);
                Span<long> versions = appender.Column<long>(2);
                Span<DuckDbText> units = appender.Column<DuckDbText>(3);
                int filled = 0;
                for (; row < rows.Count && filled < ChunkAppender.Capacity; row++)
                {
                    RowState state = rows.States[row];
                    if (state is not (RowState.Update or RowState.UpdateWithUnit))
                    {
                        continue;
                    }

                    targets[filled] = rows.Targets[row];
                    values[filled] = rows.Values[row];
                    versions[filled] = rows.Versions[row];
                    if (state == RowState.UpdateWithUnit)
                    {
                        units[filled] = rows.TextsOf(row)[SeriesTexts.IdentityCount];
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

        connection.Execute(rows.Table.Update);
        if (withUnits)
        {
            connection.Execute(rows.Table.UpdateUnits);
        }
    }

    private void Append(RowSet rows)
    {
        DatasetTable table = rows.Table;
        if (table.TakesAppends)
        {
            Append(rows, isTemporary: false, table.Dataset.Name);
            return;
        }

        connection.Execute(DatasetTable.CreateNewRows);
        connection.Execute(DatasetTable.EmptyNewRows);
        Append(rows, isTemporary: true, DatasetTable.NewRowsTable);
        connection.Execute(table.InsertNewRows);
    }

    private void Append(RowSet rows, bool isTemporary, string table)
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
        ReadOnlySpan<RowState> states = rows.States;
        ReadOnlySpan<long> times = rows.Times;
        ReadOnlySpan<double> values = rows.Values;
        ReadOnlySpan<long> versions = rows.Versions;
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

                DuckDbText* texts = rows.TextsOf(row);
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
}
