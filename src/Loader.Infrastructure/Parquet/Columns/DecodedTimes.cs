using Loader.Domain;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The times of one row group while they are read, and the rows among them whose time is invalid.</summary>
/// <remarks>One instance serves all row groups of a file.</remarks>
internal sealed class DecodedTimes : IDisposable
{
    private readonly Dictionary<int, Rejection> _rejections = [];
    private readonly PooledBuffer<long> _times = new();
    private int _rowCount;

    /// <summary>Gets or sets the unit of <see cref="Times"/>.</summary>
    public TimeUnit Unit { get; set; }

    /// <summary>Gets the times, one for each row; <see cref="MeasurementBatch.MissingTime"/> where there is none.</summary>
    public Span<long> Times => _times.Reserved(_rowCount);

    /// <summary>Starts a row group.</summary>
    /// <param name="rowCount">The number of rows.</param>
    public void Begin(int rowCount)
    {
        _times.Reserve(rowCount);
        _rowCount = rowCount;
        _rejections.Clear();
    }

    /// <summary>Marks a row as invalid because of its time, which is not null.</summary>
    /// <param name="row">The row.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="text">The time as text.</param>
    public void Reject(int row, RejectionReason reason, string text)
    {
        Times[row] = MeasurementBatch.MissingTime;
        _rejections[row] = new Rejection(reason, text);
    }

    /// <summary>Switches to a finer unit; times that overflow it are rejected as <see cref="RejectionReason.TimeOutOfRange"/>.</summary>
    /// <param name="unit">The finer unit.</param>
    /// <param name="rowCount">The number of rows read so far.</param>
    public void ChangeUnit(TimeUnit unit, int rowCount)
    {
        long factor = unit.PerSecond() / Unit.PerSecond();
        long max = long.MaxValue / factor;
        Span<long> times = Times;
        for (int row = 0; row < rowCount; row++)
        {
            long time = times[row];
            if (time == MeasurementBatch.MissingTime)
            {
                continue;
            }

            if (time > max || time < -max)
            {
                Reject(row, RejectionReason.TimeOutOfRange, IsoTime.Format(time, Unit, "Z"));
            }
            else
            {
                times[row] = time * factor;
            }
        }

        Unit = unit;
    }

    /// <summary>Converts local times to UTC in place. Local times that do not exist, or overflow, are rejected.</summary>
    /// <param name="firstRow">The first row to convert.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="clock">The clock of the zone.</param>
    public void ConvertToUtc(int firstRow, int rowCount, LocalClock clock)
    {
        long perSecond = Unit.PerSecond();
        Span<long> times = Times;
        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            long local = times[row];
            if (local == MeasurementBatch.MissingTime)
            {
                continue;
            }

            if (!clock.TryGetOffset(LocalClock.FloorDivide(local, perSecond), out int offset))
            {
                Reject(row, RejectionReason.NonexistentLocalTime, IsoTime.Format(local, Unit, ""));
                continue;
            }

            // A difference has overflowed if its sign and the sign of the subtrahend both differ from the sign of the minuend.
            long shift = offset * perSecond;
            long utc = unchecked(local - shift);
            if (((local ^ shift) & (local ^ utc)) < 0 || utc == MeasurementBatch.MissingTime)
            {
                Reject(row, RejectionReason.TimeOutOfRange, IsoTime.Format(local, Unit, ""));
            }
            else
            {
                times[row] = utc;
            }
        }
    }

    /// <summary>Copies times and rejections to a batch.</summary>
    /// <param name="builder">The builder of the row group's batch.</param>
    public void CopyTo(MeasurementBatchBuilder builder)
    {
        Times.CopyTo(builder.Times);
        foreach ((int row, Rejection rejection) in _rejections)
        {
            builder.Verdicts[row] = rejection.Reason;
            builder.KeepOriginalTime(row, rejection.Text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _times.Dispose();

    private readonly record struct Rejection(RejectionReason Reason, string Text);
}
