using System.Runtime.InteropServices;
using Loader.Domain;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>A row whose local time occurs twice, or is near such times.</summary>
/// <param name="Row">The row.</param>
/// <param name="Overlap">The overlap that its local time is in or near to.</param>
/// <param name="IsAmbiguous">Whether its local time occurs twice. It has been read as the earlier instant.</param>
/// <param name="Text">The local time as the file spells it, or <see langword="null"/> if it is a number there.</param>
internal readonly record struct OverlapRow(int Row, Overlap Overlap, bool IsAmbiguous, string? Text);

/// <summary>The times of one row group while they are read, and the rows among them whose time is invalid.</summary>
/// <remarks>One instance serves all row groups of a file.</remarks>
internal sealed class DecodedTimes : IDisposable
{
    private readonly Dictionary<int, Rejection> _rejections = [];
    private readonly List<OverlapRow> _overlapRows = [];
    private readonly PooledBuffer<long> _times = new();
    private readonly PooledBuffer<RejectionReason> _missingOffsets = new();
    private bool _hasMissingOffsets;
    private int _rowCount;

    /// <summary>Gets or sets the unit of <see cref="Times"/>.</summary>
    public TimeUnit Unit { get; set; }

    /// <summary>Gets the times, one for each row; <see cref="MeasurementBatch.MissingTime"/> where there is none.</summary>
    public Span<long> Times => _times.Reserved(_rowCount);

    /// <summary>Gets the rows in or near overlaps, in the order of rows: few or none on most days of the year.</summary>
    public ReadOnlySpan<OverlapRow> OverlapRows => CollectionsMarshal.AsSpan(_overlapRows);

    /// <summary>Starts a row group.</summary>
    /// <param name="rowCount">The number of rows.</param>
    public void Begin(int rowCount)
    {
        _times.Reserve(rowCount);
        _rowCount = rowCount;
        _rejections.Clear();
        _overlapRows.Clear();
        _hasMissingOffsets = false;
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

    /// <summary>
    /// Starts to mark the rows of a file of rejected rows that have no valid time as long as their text has no offset, in whatever zone the
    /// file is loaded.
    /// </summary>
    /// <returns>
    /// One reason for each row, to fill: <see cref="RejectionReason.None"/>, or why the local time had no offset when it was first read.
    /// </returns>
    public Span<RejectionReason> BeginMissingOffsets()
    {
        _hasMissingOffsets = true;
        Span<RejectionReason> reasons = _missingOffsets.Reserve(_rowCount)[.._rowCount];
        reasons.Clear();
        return reasons;
    }

    /// <summary>Returns why a row has no valid time if its text has no offset.</summary>
    /// <param name="row">The row.</param>
    /// <returns>The reason; <see cref="RejectionReason.None"/> for all rows of other files.</returns>
    public RejectionReason MissingOffsetOf(int row) =>
        _hasMissingOffsets ? _missingOffsets.Reserved(_rowCount)[row] : RejectionReason.None;

    /// <summary>Notes a row in or near an overlap. Rows are noted in their order.</summary>
    /// <param name="row">The row and its overlap.</param>
    public void Note(in OverlapRow row) => _overlapRows.Add(row);

    /// <summary>Changes the time of a noted row, which has been read as the earlier instant, to the later one.</summary>
    /// <param name="row">The row.</param>
    public void TakeLater(in OverlapRow row)
    {
        long time = Times[row.Row];
        long shift = (row.Overlap.EarlierOffset - row.Overlap.LaterOffset) * Unit.PerSecond();
        if (time > long.MaxValue - shift)
        {
            RejectNoted(row, RejectionReason.TimeOutOfRange);
        }
        else
        {
            Times[row.Row] = time + shift;
        }
    }

    /// <summary>Marks a noted row as invalid, with its local time as text.</summary>
    /// <param name="row">The row.</param>
    /// <param name="reason">The reason.</param>
    public void RejectNoted(in OverlapRow row, RejectionReason reason) =>
        Reject(
            row.Row, reason, row.Text ?? IsoTime.Format(Times[row.Row] + (row.Overlap.EarlierOffset * Unit.PerSecond()), Unit, ""));

    /// <summary>
    /// Forgets why times of rows that are left out are invalid, and that they are near overlaps, so that no other row depends on them.
    /// Their times stay, because the range of time is judged before everything else.
    /// </summary>
    /// <param name="verdicts">One for each row; those of rows that are not left out are <see cref="RejectionReason.None"/>.</param>
    public void LeaveOut(ReadOnlySpan<RejectionReason> verdicts)
    {
        foreach (int row in _rejections.Keys)
        {
            if (verdicts[row] != RejectionReason.None)
            {
                // Removing keys while they are listed is allowed.
                _rejections.Remove(row);
            }
        }

        int kept = 0;
        foreach (ref readonly OverlapRow row in OverlapRows)
        {
            if (verdicts[row.Row] == RejectionReason.None)
            {
                _overlapRows[kept++] = row;
            }
        }

        _overlapRows.RemoveRange(kept, _overlapRows.Count - kept);
    }

    /// <summary>Adds to all times; those that overflow are rejected as <see cref="RejectionReason.TimeOutOfRange"/>.</summary>
    /// <param name="seconds">The seconds to add, less than a day.</param>
    public void Shift(long seconds)
    {
        long shift = seconds * Unit.PerSecond();
        Span<long> times = Times;
        for (int row = 0; row < times.Length; row++)
        {
            if (times[row] != MeasurementBatch.MissingTime)
            {
                Add(row, shift);
            }
        }
    }

    /// <summary>Adds to one time; if it overflows, it is rejected as <see cref="RejectionReason.TimeOutOfRange"/>.</summary>
    /// <param name="row">A row with a time.</param>
    /// <param name="shift">The number to add, in <see cref="Unit"/>.</param>
    public void Add(int row, long shift)
    {
        long time = Times[row];
        long sum = unchecked(time + shift);
        if (((time ^ sum) & (shift ^ sum)) < 0 || sum == MeasurementBatch.MissingTime)
        {
            Reject(row, RejectionReason.TimeOutOfRange, IsoTime.Format(time, Unit, "Z"));
        }
        else
        {
            Times[row] = sum;
        }
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

    /// <summary>
    /// Converts local times to UTC in place. Local times that do not exist, or overflow, are rejected. Those that occur twice become the
    /// earlier instant and are noted.
    /// </summary>
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

            long second = LocalClock.FloorDivide(local, perSecond);
            if (!clock.TryGetOffset(second, out int offset, out Overlap? near))
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
                if (near is not null)
                {
                    Note(new OverlapRow(row, near, near.Contains(second), Text: null));
                }
            }
        }
    }

    /// <summary>Copies times and rejections to a batch.</summary>
    /// <param name="builder">The builder of the row group's batch.</param>
    /// <param name="firstRow">The row of the batch that receives the first time. Its filtered rows stay filtered.</param>
    public void CopyTo(MeasurementBatchBuilder builder, int firstRow = 0)
    {
        Times.CopyTo(builder.Times[firstRow..]);
        foreach ((int row, Rejection rejection) in _rejections)
        {
            if (!builder.Verdicts[firstRow + row].IsFiltered())
            {
                builder.Verdicts[firstRow + row] = rejection.Reason;
                builder.KeepOriginalTime(firstRow + row, rejection.Text);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _times.Dispose();
        _missingOffsets.Dispose();
    }

    private readonly record struct Rejection(RejectionReason Reason, string Text);
}
