using System.Buffers;
using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The times of one row group while they are decoded, with what is wrong with some of them.</summary>
/// <remarks>Owns pooled arrays; kept for all row groups of a file.</remarks>
internal sealed class DecodedTimes : IDisposable
{
    private readonly Dictionary<int, Fault> _faults = [];
    private long[] _times = [];
    private int _rows;

    /// <summary>Gets or sets the unit of <see cref="Times"/>.</summary>
    public TimeUnit Unit { get; set; }

    /// <summary>Gets the times to fill; <see cref="MeasurementBatch.MissingTime"/> where there is none.</summary>
    public Span<long> Times => _times.AsSpan(0, _rows);

    /// <summary>Makes room for a row group.</summary>
    /// <param name="rows">Its rows.</param>
    public void Begin(int rows)
    {
        if (_times.Length < rows)
        {
            Dispose();
            _times = ArrayPool<long>.Shared.Rent(rows);
        }

        _rows = rows;
        _faults.Clear();
    }

    /// <summary>Judges a row whose time is not null and still no time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="reason">The verdict.</param>
    /// <param name="text">The time as the file has it.</param>
    public void Refuse(int row, RejectionReason reason, string text)
    {
        Times[row] = MeasurementBatch.MissingTime;
        _faults[row] = new Fault(reason, text);
    }

    /// <summary>Goes over to a finer unit. Times that it does not hold are judged so.</summary>
    /// <param name="finer">The unit.</param>
    /// <param name="before">The rows that have been decoded so far: those below this one.</param>
    public void Refine(TimeUnit finer, int before)
    {
        long factor = finer.PerSecond() / Unit.PerSecond();
        long most = long.MaxValue / factor;
        Span<long> times = Times;
        for (int row = 0; row < before; row++)
        {
            long time = times[row];
            if (time == MeasurementBatch.MissingTime)
            {
                continue;
            }

            if (time > most || time < -most)
            {
                Refuse(row, RejectionReason.TimeOutOfRange, Describe(time, Unit, "Z"));
            }
            else
            {
                times[row] = time * factor;
            }
        }

        Unit = finer;
    }

    /// <summary>Makes UTC of local times, in place. Local times that do not exist, or do not fit when moved, are judged so.</summary>
    /// <param name="firstRow">The first row to convert.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="clock">The zone's clock.</param>
    public void ToUtc(int firstRow, int rows, LocalClock clock)
    {
        long perSecond = Unit.PerSecond();
        Span<long> times = Times;
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            long local = times[row];
            if (local == MeasurementBatch.MissingTime)
            {
                continue;
            }

            if (!clock.TryGetOffset(LocalClock.FloorDivide(local, perSecond), out int offset))
            {
                Refuse(row, RejectionReason.NonexistentLocalTime, Describe(local, Unit, ""));
                continue;
            }

            // A difference overflows where its sign differs from that of the minuend, and the operands' signs differ too.
            long shift = offset * perSecond;
            long utc = unchecked(local - shift);
            if (((local ^ shift) & (local ^ utc)) < 0 || utc == MeasurementBatch.MissingTime)
            {
                Refuse(row, RejectionReason.TimeOutOfRange, Describe(local, Unit, ""));
            }
            else
            {
                times[row] = utc;
            }
        }
    }

    /// <summary>Writes a time as ISO 8601 text.</summary>
    /// <param name="time">The count of the unit since 1970.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="suffix"><c>Z</c> for UTC, nothing for local time.</param>
    /// <returns>The text.</returns>
    public static string Describe(long time, TimeUnit unit, string suffix)
    {
        long perSecond = unit.PerSecond();
        long seconds = LocalClock.FloorDivide(time, perSecond);
        return IsoTime.Format(seconds, (int)((time - (seconds * perSecond)) * (1_000_000_000 / perSecond)), suffix);
    }

    /// <summary>Moves times and verdicts to the batch that is built.</summary>
    /// <param name="builder">The builder, of the same row group.</param>
    public void CopyTo(MeasurementBatchBuilder builder)
    {
        Times.CopyTo(builder.Times);
        foreach ((int row, Fault fault) in _faults)
        {
            builder.Verdicts[row] = fault.Reason;
            builder.KeepOriginalTime(row, fault.Text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_times.Length > 0)
        {
            ArrayPool<long>.Shared.Return(_times);
            _times = [];
        }
    }

    private readonly record struct Fault(RejectionReason Reason, string Text);
}
