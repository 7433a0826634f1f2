using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>
/// Makes the rows of a batch from a row group of a file with a mapping: one for each row, or for each cell of several columns.
/// </summary>
internal sealed class MappedRows : IDisposable
{
    /// <summary>The series of a row that is left out, which shares no series with a row that is not.</summary>
    public const int NoSeries = -1;

    private const double SecondsPerHour = 3_600;

    private readonly MappedPlan _plan;
    private readonly ColumnBuffers _buffers;
    private readonly LocalClock _clock;
    private readonly ValueReader?[] _values;
    private readonly SecondTimeReader? _second;
    private readonly PooledBuffer<RejectionReason> _leftOut = new();
    private bool _leavesOut;

    /// <summary>Initializes a new instance of the <see cref="MappedRows"/> class.</summary>
    /// <param name="plan">The mapping for this file.</param>
    /// <param name="buffers">The buffers of the file.</param>
    /// <param name="clock">The clock of the zone of times without one.</param>
    public MappedRows(MappedPlan plan, ColumnBuffers buffers, LocalClock clock)
    {
        _plan = plan;
        _buffers = buffers;
        _clock = clock;
        _values = [.. plan.Values.Select(
            value => value.Column is null ? null : ColumnReaders.ForValues(value.Column, buffers, plan.Value.Text))];
        _second = plan.Time.Second is null ? null : new SecondTimeReader(plan.Time, plan.StepSeconds, buffers, clock);
        ColumnNames = plan.Unpivot is null ? [] : [.. plan.Values.Select(value => value.Name)];
    }

    /// <summary>Gets the names of the columns that become rows; empty if there is one column of values.</summary>
    public ImmutableArray<string> ColumnNames { get; }

    /// <summary>Creates the reader of the column of times, or of the dates that a second column completes.</summary>
    public TimeReader CreateTimeReader(SchemaColumn column, bool int96IsUtc)
    {
        // Dates stay local until the second column completes them.
        LocalClock clock = _second is null ? _clock : new LocalClock(TimeZoneInfo.Utc);
        return ColumnReaders.ForTimes(column, _buffers, clock, int96IsUtc, _plan.Time.Formats, _plan.Time.IgnoresUtcFlag);
    }

    /// <summary>Completes dates by times of day, or by periods.</summary>
    public void ReadSecondTimes(ColumnChunk chunk, DecodedTimes times, int rowCount, CancellationToken cancellationToken) =>
        _second!.Read(chunk, times, rowCount, cancellationToken);

    /// <summary>Finds the series of each row of the file, and the rows that the mapping leaves out.</summary>
    /// <param name="builder">Has the codes of all columns.</param>
    /// <param name="seriesIds">
    /// Receives the series of each row in the first column of values; <see cref="NoSeries"/> for rows that are left out.
    /// </param>
    /// <param name="times">
    /// The times, which forget the faults of rows that are left out; <see langword="null"/> if they are not read.
    /// </param>
    public void FindSeries(SeriesIdBuilder builder, Span<int> seriesIds, DecodedTimes? times)
    {
        Span<RejectionReason> verdicts = _leftOut.Reserve(seriesIds.Length)[..seriesIds.Length];
        verdicts.Clear();
        builder.Finish(0, seriesIds, verdicts);
        _leavesOut = MemoryMarshal.AsBytes(verdicts).ContainsAnyExcept((byte)RejectionReason.None);
        if (times is null || !_leavesOut)
        {
            return;
        }

        times.LeaveOut(verdicts);
        for (int row = 0; row < verdicts.Length; row++)
        {
            if (verdicts[row] != RejectionReason.None)
            {
                seriesIds[row] = NoSeries;
            }
        }
    }

    /// <summary>Moves times that are the ends of intervals to their beginnings.</summary>
    public void ShiftTimes(DecodedTimes times)
    {
        if (_plan.Time.IsEnd)
        {
            times.Shift(-_plan.StepSeconds);
        }
    }

    /// <summary>Starts a column of values.</summary>
    public void BeginColumn(MeasurementBatchBuilder builder, int rowCount, int column)
    {
        _leftOut.Reserved(rowCount).CopyTo(builder.Verdicts[(column * rowCount)..]);
        builder.Values.Slice(column * rowCount, rowCount).Fill(double.NaN);
    }

    /// <summary>Reads a column of values.</summary>
    public void ReadValues(
        ColumnChunk chunk, MeasurementBatchBuilder builder, int rowCount, int column, CancellationToken cancellationToken)
    {
        _values[column]!.Read(chunk, builder, column * rowCount, cancellationToken);
        Scale(builder.Values.Slice(column * rowCount, rowCount));
    }

    /// <summary>Ends a column of values: its cells get their times, series and verdicts.</summary>
    public void EndColumn(MeasurementBatchBuilder builder, SeriesIdBuilder series, DecodedTimes times, int rowCount, int column)
    {
        int first = column * rowCount;
        Span<double> values = builder.Values.Slice(first, rowCount);
        Span<RejectionReason> verdicts = builder.Verdicts.Slice(first, rowCount);
        ReadOnlySpan<RejectionReason> leftOut = _leftOut.Reserved(rowCount);
        bool skipsNulls = _plan.Unpivot is { NullsAreInvalid: false };
        int filtered = 0;
        bool canLeaveOut = _leavesOut || (skipsNulls && HasNull(values));
        for (int row = 0; canLeaveOut && row < verdicts.Length; row++)
        {
            if (leftOut[row] != RejectionReason.None)
            {
                // A text that is no number may have got another verdict.
                verdicts[row] = leftOut[row];
                filtered++;
            }
            else if (skipsNulls && double.IsNaN(values[row]) && verdicts[row] == RejectionReason.None)
            {
                verdicts[row] = RejectionReason.EmptyCell;
                filtered++;
            }
        }

        series.Finish(column, builder.SeriesIds.Slice(first, rowCount), verdicts);
        times.CopyTo(builder, first);
        builder.Filtered += filtered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leftOut.Dispose();
        _second?.Dispose();
    }

    private static bool HasNull(ReadOnlySpan<double> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var some = new Vector<double>(values[i..]);
            if (!Vector.EqualsAll(some, some))
            {
                return true;
            }
        }

        for (; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Dividing rounds once; multiplying by the inverse would round twice (9 ÷ 1000 ≠ 9 × 0.001).</summary>
    private void Scale(Span<double> values)
    {
        if (_plan.Value.DivideBy != 1)
        {
            foreach (ref double value in values)
            {
                value /= _plan.Value.DivideBy;
            }
        }

        if (_plan.Value.PerHour && _plan.StepSeconds != SecondsPerHour)
        {
            foreach (ref double value in values)
            {
                value = SecondsPerHour % _plan.StepSeconds == 0
                    ? value * (SecondsPerHour / _plan.StepSeconds)
                    : value * SecondsPerHour / _plan.StepSeconds;
            }
        }
    }
}
