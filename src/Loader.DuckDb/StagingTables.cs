using System.Buffers;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Copies batches into the temporary tables of one connection: one for rows and one for series.</summary>
/// <remarks>The strings of a series are copied into the database once per series, not per row.</remarks>
internal sealed class StagingTables
{
    private readonly DuckDBConnection _connection;
    private int _stagedSeries;

    public StagingTables(DuckDBConnection connection)
    {
        _connection = connection;
        connection.Execute(DatasetTable.CreateStaging);
        connection.Execute(DatasetTable.CreateSeries);
    }

    /// <summary>Replaces the staged rows with the valid rows of a batch.</summary>
    public StagedRows Stage(MeasurementBatch batch)
    {
        _connection.Execute(DatasetTable.EmptyStaging);
        StageSeries(batch.SeriesById);
        using var appender = new ChunkAppender(
            _connection,
            DatasetTable.StagingTable,
            [DuckDBType.Integer, DuckDBType.Integer, DuckDBType.TimestampNs, DuckDBType.Double, DuckDBType.BigInt]);
        StagedRows staged = StageRows(batch, appender);
        appender.Complete();
        return staged;
    }

    private void StageSeries(ReadOnlySpan<Series> series)
    {
        // Row groups may be written in another order than they were read, so that an earlier one knows fewer series.
        if (_stagedSeries >= series.Length)
        {
            return;
        }

        using var appender = new ChunkAppender(
            _connection,
            DatasetTable.SeriesTable,
            [DuckDBType.Integer, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar, DuckDBType.Varchar]);
        int id = _stagedSeries;
        while (id < series.Length)
        {
            int filled = 0;
            Span<int> ids = appender.Column<int>(0);
            for (; filled < ChunkAppender.Capacity && id < series.Length; id++)
            {
                if (series[id].Fault != RejectionReason.None)
                {
                    continue;
                }

                SeriesKey key = series[id].Key;
                ids[filled] = id;
                appender.Write(1, filled, key.Region);
                appender.Write(2, filled, key.Subject);
                appender.Write(3, filled, key.MeasurementType);
                appender.Write(4, filled, key.QualityFlag);
                appender.Write(5, filled, key.Unit);
                filled++;
            }

            appender.Append(filled);
        }

        appender.Complete();
        _stagedSeries = series.Length;
    }

    private static StagedRows StageRows(MeasurementBatch batch, ChunkAppender appender)
    {
        long[] lastTimes = ArrayPool<long>.Shared.Rent(batch.SeriesById.Length);
        lastTimes.AsSpan(0, batch.SeriesById.Length).Fill(long.MinValue);
        try
        {
            return StageRows(batch, appender, lastTimes);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lastTimes);
        }
    }

    /// <summary>Appends the valid rows with the columns <c>row, series, time, value, version</c>.</summary>
    private static StagedRows StageRows(MeasurementBatch batch, ChunkAppender appender, Span<long> lastTimes)
    {
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> seriesIds = batch.SeriesIds;
        ReadOnlySpan<long> versions = batch.Versions;
        long nanoseconds = TimeUnit.Nanoseconds.PerSecond() / batch.TimeUnit.PerSecond();
        int count = 0;
        long earliest = long.MaxValue;
        long latest = long.MinValue;
        bool mayRepeat = false;

        int row = 0;
        while (row < verdicts.Length)
        {
            Span<int> rowColumn = appender.Column<int>(0);
            Span<int> seriesColumn = appender.Column<int>(1);
            Span<long> timeColumn = appender.Column<long>(2);
            Span<double> valueColumn = appender.Column<double>(3);
            Span<long> versionColumn = appender.Column<long>(4);
            int filled = 0;
            for (; row < verdicts.Length && filled < ChunkAppender.Capacity; row++)
            {
                if (verdicts[row] != RejectionReason.None)
                {
                    continue;
                }

                // Rows outside the writer's limits are invalid and are not here. If a batch was not checked, fail rather than store a wrong
                // time.
                long time = checked(times[row] * nanoseconds);
                int series = seriesIds[row];
                rowColumn[filled] = row;
                seriesColumn[filled] = series;
                timeColumn[filled] = time;
                valueColumn[filled] = values[row];
                versionColumn[filled] = versions.IsEmpty ? batch.Version : versions[row];
                filled++;
                earliest = Math.Min(earliest, time);
                latest = Math.Max(latest, time);
                mayRepeat |= time <= lastTimes[series];
                lastTimes[series] = time;
            }

            appender.Append(filled);
            count += filled;
        }

        return new StagedRows(count, earliest, latest, mayRepeat);
    }
}

/// <summary>Describes the rows that were staged.</summary>
/// <param name="Count">The number of rows.</param>
/// <param name="Earliest">The earliest time, in nanoseconds since the Unix epoch.</param>
/// <param name="Latest">The latest time, in nanoseconds since the Unix epoch.</param>
/// <param name="MayRepeat">Whether the times of a series do not strictly ascend, so that a time may occur twice.</param>
internal readonly record struct StagedRows(int Count, long Earliest, long Latest, bool MayRepeat);
