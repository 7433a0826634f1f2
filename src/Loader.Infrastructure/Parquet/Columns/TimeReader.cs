using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes a time column, whatever its type, to counts of a unit since 1970-01-01T00:00:00Z.</summary>
internal abstract class TimeReader : IDisposable
{
    /// <summary>Decodes the times of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="times">Where the times go; it has been begun, and its unit is set here.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>A task that ends when all are decoded.</returns>
    public abstract ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Makes UTC of local times, in place. Local times that do not exist, or do not fit when moved, are judged so.</summary>
    /// <param name="times">The times of the row group, in their unit.</param>
    /// <param name="firstRow">The first row to convert.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="clock">The zone's clock.</param>
    protected static void ToUtc(DecodedTimes times, int firstRow, int rows, LocalClock clock)
    {
        if (clock.IsUtc)
        {
            return;
        }

        long perSecond = times.Unit.PerSecond();
        Span<long> span = times.Times;
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            long local = span[row];
            if (local == MeasurementBatch.MissingTime)
            {
                continue;
            }

            if (!clock.TryGetOffset(LocalClock.FloorDivide(local, perSecond), out int offset))
            {
                times.Refuse(row, RejectionReason.NonexistentLocalTime, DecodedTimes.Describe(local, times.Unit, ""));
                continue;
            }

            long shift = offset * perSecond;
            long utc = unchecked(local - shift);
            if (((local ^ shift) & (local ^ utc)) < 0 || utc == MeasurementBatch.MissingTime)
            {
                times.Refuse(row, RejectionReason.TimeOutOfRange, DecodedTimes.Describe(local, times.Unit, ""));
            }
            else
            {
                span[row] = utc;
            }
        }
    }
}
