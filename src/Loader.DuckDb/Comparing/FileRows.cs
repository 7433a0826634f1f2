using DuckDB.NET.Native;
using Loader.Domain;

namespace Loader.DuckDb.Comparing;

/// <summary>The valid rows of one file, in a table of the temporary database.</summary>
internal sealed class FileRows : IDisposable
{
    /// <summary>The number of bits of a row's index in its row group, in the position of a row.</summary>
    private const int RowBits = 32;

    private readonly ComparisonDatabase _database;
    private ChunkAppender? _appender;
    private int _buffered;
    private long[] _rowsOfSeries = [];
    private long _from = long.MaxValue;
    private long _to = long.MinValue;

    /// <summary>Initializes a new instance of the <see cref="FileRows"/> class, which replaces the rows of the file before it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public FileRows(ComparisonDatabase database, CancellationToken cancellationToken)
    {
        _database = database;
        database.Run(() => database.Connection.Execute(ComparisonSql.CreateFileRows), cancellationToken);
    }

    /// <summary>Returns the row group and the row of a position in the table.</summary>
    public static (int RowGroup, int Row) Locate(long position) => ((int)(position >> RowBits), (int)(position & uint.MaxValue));

    /// <summary>Adds the valid rows of a row group.</summary>
    /// <param name="batch">The row group, after validation: its valid times fit into nanoseconds.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public void Add(MeasurementBatch batch, CancellationToken cancellationToken) => _database.Run(
        () =>
        {
            _appender ??= new ChunkAppender(
                _database.Connection,
                isTemporary: false,
                ComparisonSql.FileRows,
                DuckDBType.Integer,
                DuckDBType.BigInt,
                DuckDBType.Double,
                DuckDBType.BigInt,
                DuckDBType.BigInt);
            Append(_appender, batch);
            return 0;
        },
        cancellationToken);

    /// <summary>Ends adding rows.</summary>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public void Complete(CancellationToken cancellationToken) => _database.Run(
        () =>
        {
            using ChunkAppender? appender = _appender;
            if (_buffered > 0)
            {
                appender!.Append(_buffered);
            }

            appender?.Complete();
            _appender = null;
            return 0;
        },
        cancellationToken);

    /// <summary>Divides the file into slices. Together they cover each of its series from its first to its last time.</summary>
    /// <param name="maxRows">The number of rows of the file that a slice may have, unless they all have the same time.</param>
    /// <param name="maxSeries">The number of series that a slice may have.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    /// <returns>The slices; none if the file has no valid row.</returns>
    public IReadOnlyList<SliceBounds> Divide(long maxRows, int maxSeries, CancellationToken cancellationToken)
    {
        var slices = new List<SliceBounds>();
        int[] series = [.. Enumerable.Range(0, _rowsOfSeries.Length).Where(id => _rowsOfSeries[id] > 0)];
        foreach (int[] chunk in maxSeries >= series.Length ? [series] : series.Chunk(maxSeries))
        {
            long rows = chunk.Sum(id => _rowsOfSeries[id]);
            if (rows == 0)
            {
                continue;
            }

            var all = new SliceBounds(chunk[0], chunk[^1], _from, _to, rows);
            slices.AddRange(rows <= maxRows ? [all] : _database.Run(() => DivideByTime(all, maxRows), cancellationToken));
        }

        return slices;
    }

    /// <summary>Returns whether the file has valid rows of a series.</summary>
    public bool HasRows(int seriesId) => seriesId < _rowsOfSeries.Length && _rowsOfSeries[seriesId] > 0;

    /// <inheritdoc/>
    public void Dispose() => _appender?.Dispose();

    private void Append(ChunkAppender appender, MeasurementBatch batch)
    {
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<long> versions = batch.Versions;
        long nanoseconds = TimeUnit.Nanoseconds.PerSecond() / batch.TimeUnit.PerSecond();
        long position = (long)batch.RowGroup << RowBits;
        Array.Resize(ref _rowsOfSeries, Math.Max(_rowsOfSeries.Length, batch.SeriesById.Length));
        for (int row = 0; row < verdicts.Length;)
        {
            Span<int> series = appender.Column<int>(0);
            Span<long> chunkTimes = appender.Column<long>(1);
            Span<double> chunkValues = appender.Column<double>(2);
            Span<long> chunkVersions = appender.Column<long>(3);
            Span<long> positions = appender.Column<long>(4);
            for (; row < verdicts.Length && _buffered < ChunkAppender.Capacity; row++)
            {
                if (verdicts[row] != RejectionReason.None)
                {
                    continue;
                }

                long time = checked(times[row] * nanoseconds);
                series[_buffered] = ids[row];
                chunkTimes[_buffered] = time;
                chunkValues[_buffered] = values[row];
                chunkVersions[_buffered] = versions.IsEmpty ? batch.Version : versions[row];
                positions[_buffered] = position + row;
                _buffered++;
                _rowsOfSeries[ids[row]]++;
                _from = Math.Min(_from, time);
                _to = Math.Max(_to, time);
            }

            if (_buffered == ChunkAppender.Capacity)
            {
                appender.Append(_buffered);
                _buffered = 0;
            }
        }
    }

    private unsafe List<SliceBounds> DivideByTime(SliceBounds all, long maxRows)
    {
        var slices = new List<SliceBounds>();
        long start = all.From;
        long rows = 0;
        using var scan = new RowScan(_database.Connection, ComparisonSql.CountByTime(all.FirstSeries, all.LastSeries));
        while (scan.MoveNext())
        {
            long* times = scan.Column<long>(0);
            long* counts = scan.Column<long>(1);
            for (int i = 0; i < scan.Count; i++)
            {
                if (rows > 0 && rows + counts[i] > maxRows)
                {
                    slices.Add(all with { From = start, To = times[i] - 1, Rows = rows });
                    (start, rows) = (times[i], 0);
                }

                rows += counts[i];
            }
        }

        slices.Add(all with { From = start, Rows = rows });
        return slices;
    }
}
