using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.DuckDb.Comparing;

/// <summary>Compares <see cref="FileRows"/> with the records that a destination holds, slice after slice.</summary>
/// <param name="database">The database that has the rows of the file.</param>
internal sealed class RowComparison(ComparisonDatabase database)
{
    private int _buffered;

    /// <summary>Compares the rows of one slice with the records that are stored in it.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="pages">The stored records of the slice.</param>
    /// <param name="table">The table that they are from.</param>
    /// <param name="maxExamples">The number of examples of each kind.</param>
    /// <param name="cancellationToken">Interrupts the statements.</param>
    /// <exception cref="LoadException">The records cannot be read, or the temporary database cannot be written.</exception>
    public async Task<SliceComparison> CompareAsync(
        SliceBounds slice,
        IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> pages,
        StoredTable table,
        int maxExamples,
        CancellationToken cancellationToken)
    {
        database.Run(() => database.Connection.Execute(ComparisonSql.CreateStoredRows), cancellationToken);
        using (var appender = new ChunkAppender(
            database.Connection,
            isTemporary: true,
            ComparisonSql.StoredRows,
            DuckDBType.Integer,
            DuckDBType.BigInt,
            DuckDBType.Double,
            DuckDBType.BigInt,
            DuckDBType.BigInt,
            DuckDBType.Boolean))
        {
            _buffered = 0;
            await foreach (ReadOnlyMemory<FoundRecord> page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                database.Run(() => Append(appender, page.Span), cancellationToken);
            }

            database.Run(
                () =>
                {
                    if (_buffered > 0)
                    {
                        appender.Append(_buffered);
                    }

                    appender.Complete();
                    return 0;
                },
                cancellationToken);
        }

        return database.Run(
            () =>
            {
                database.Connection.Execute(ComparisonSql.Compare(slice, table.HasVersions, table.KeepsOlderVersions));
                IReadOnlyList<(int SeriesId, ComparisonCounts Counts)> counts = Count();
                ComparisonCounts total = counts.Aggregate(default(ComparisonCounts), (sum, series) => sum + series.Counts);
                return new SliceComparison(
                    counts,
                    [
                        .. Select(DifferenceKind.Missing, total.Missing),
                        .. Select(DifferenceKind.Different, total.Different),
                        .. Select(DifferenceKind.Superseded, total.Superseded),
                        .. Select(DifferenceKind.Foreign, total.Foreign),
                        .. Select(DifferenceKind.TwoSources, total.TwoSources),
                    ]);
            },
            cancellationToken);

        IReadOnlyList<Difference> Select(DifferenceKind kind, long count) =>
            count == 0 || maxExamples == 0 ? [] : SelectDifferences(kind, maxExamples);
    }

    private int Append(ChunkAppender appender, ReadOnlySpan<FoundRecord> records)
    {
        for (int next = 0; next < records.Length;)
        {
            Span<int> series = appender.Column<int>(0);
            Span<long> times = appender.Column<long>(1);
            Span<double> values = appender.Column<double>(2);
            Span<long> versions = appender.Column<long>(3);
            Span<long> fingerprints = appender.Column<long>(4);
            Span<bool> otherUnits = appender.Column<bool>(5);
            for (; next < records.Length && _buffered < ChunkAppender.Capacity; next++, _buffered++)
            {
                ref readonly FoundRecord record = ref records[next];
                series[_buffered] = record.SeriesId;
                times[_buffered] = record.Time;
                values[_buffered] = record.Value;
                versions[_buffered] = record.Version;
                otherUnits[_buffered] = record.HasOtherUnit;
                if (record.Fingerprint is { } fingerprint)
                {
                    fingerprints[_buffered] = fingerprint;
                }
                else
                {
                    appender.SetNull(4, _buffered);
                }
            }

            if (_buffered == ChunkAppender.Capacity)
            {
                appender.Append(_buffered);
                _buffered = 0;
            }
        }

        return records.Length;
    }

    private List<(int SeriesId, ComparisonCounts Counts)> Count()
    {
        var series = new List<(int, ComparisonCounts)>();
        using DuckDBCommand command = database.Connection.CreateCommand(ComparisonSql.CountBySeries);
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            series.Add((
                reader.GetInt32(0),
                new ComparisonCounts(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))
                {
                    StoredByOlderVersion = reader.GetInt64(6),
                    TwoSources = reader.GetInt64(7),
                    Duplicates = reader.GetInt64(8),
                }));
        }

        return series;
    }

    private List<Difference> SelectDifferences(DifferenceKind kind, int max)
    {
        var differences = new List<Difference>();
        using DuckDBCommand command = database.Connection.CreateCommand(ComparisonSql.Select(kind, max));
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            differences.Add(new Difference(kind, reader.GetInt32(0), reader.GetInt64(1))
            {
                Row = reader.IsDBNull(4) ? null : RowAt(reader.GetInt64(4), reader.GetDouble(2), reader.GetInt64(3)),
                StoredValue = reader.IsDBNull(5) ? null : reader.GetDouble(5),
                StoredVersion = reader.IsDBNull(6) ? null : reader.GetInt64(6),
                HasOtherUnit = reader.GetBoolean(7),
            });
        }

        return differences;

        static FileRow RowAt(long position, double value, long version)
        {
            (int rowGroup, int row) = FileRows.Locate(position);
            return new FileRow(rowGroup, row, value, version);
        }
    }
}
