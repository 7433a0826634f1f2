using System.Buffers;
using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>What is known of the valid rows of a batch once they are staged.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Earliest">The earliest time, in nanoseconds.</param>
/// <param name="Latest">The latest time, in nanoseconds.</param>
/// <param name="MayRepeat">Whether a series' times do not strictly ascend, so that one may come twice.</param>
internal readonly record struct StagedRows(int Count, long Earliest, long Latest, bool MayRepeat)
{
    /// <summary>Appends the valid rows as <c>row, series, time, value, version</c>.</summary>
    public static StagedRows Append(MeasurementBatch batch, ChunkAppender appender)
    {
        long[] lastTimes = ArrayPool<long>.Shared.Rent(batch.SeriesById.Length);
        lastTimes.AsSpan(0, batch.SeriesById.Length).Fill(long.MinValue);
        try
        {
            return Append(batch, appender, lastTimes);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lastTimes);
        }
    }

    private static StagedRows Append(MeasurementBatch batch, ChunkAppender appender, Span<long> lastTimes)
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

                // Judged by the writer's limits, so that this holds; a batch that was not would rather fail than be cut.
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
