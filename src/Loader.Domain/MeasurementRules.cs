using System.Buffers;

namespace Loader.Domain;

/// <summary>Checks rows before anything is sent: each gets a verdict, and none is removed.</summary>
public static class MeasurementRules
{
    /// <summary>
    /// Gives a verdict to every row that has none yet. If a row has several faults, a fault of the time comes first, then the value, then
    /// the series.
    /// </summary>
    /// <param name="batch">The rows; their <see cref="MeasurementBatch.Verdicts"/> are written.</param>
    /// <param name="limits">The limits of the destination.</param>
    /// <returns>
    /// The number of invalid rows, including those that the reader had already marked, but without filtered ones
    /// (<see cref="MeasurementBatch.Filtered"/>).
    /// </returns>
    public static int Validate(MeasurementBatch batch, DestinationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(limits);

        ReadOnlySpan<Series> series = batch.SeriesById;
        RejectionReason[] faults = ArrayPool<RejectionReason>.Shared.Rent(series.Length);
        try
        {
            for (int id = 0; id < series.Length; id++)
            {
                faults[id] = FindFault(series[id], limits);
            }

            return ValidateRows(batch, limits, faults.AsSpan(0, series.Length));
        }
        finally
        {
            ArrayPool<RejectionReason>.Shared.Return(faults);
        }
    }

    /// <summary>
    /// Filters the rows whose time is outside of a range. This is judged before everything else but the time, so that what becomes of a row
    /// outside of the range does not depend on its other columns, nor on a mapping. Rows without a valid time stay as they are.
    /// </summary>
    /// <param name="batch">The rows; their <see cref="MeasurementBatch.Verdicts"/> are written.</param>
    /// <param name="range">The range.</param>
    public static void Filter(MeasurementBatch batch, TimeRange range)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ReadOnlySpan<long> times = batch.Times;
        Span<RejectionReason> verdicts = batch.Verdicts;
        long from = range.From is { } first ? RoundUp(batch.TimeUnit, first) : long.MinValue + 1;
        long to = range.To is { } last ? RoundUp(batch.TimeUnit, last) : long.MaxValue;
        int filtered = 0;
        for (int row = 0; row < times.Length; row++)
        {
            long time = times[row];
            bool isOutside = time < from || (time >= to && range.To is not null);
            if (isOutside && time != MeasurementBatch.MissingTime)
            {
                filtered += verdicts[row].IsFiltered() ? 0 : 1;
                verdicts[row] = RejectionReason.OutsideTimeRange;
            }
        }

        batch.Filtered += filtered;
    }

    private static RejectionReason FindFault(Series series, DestinationLimits limits) =>
        series.Fault != RejectionReason.None ? series.Fault
        : series.DimensionBytes > limits.MaxDimensionBytes ? RejectionReason.DimensionsTooLong
        : (series.SpecialText & limits.UnwritableText) != SpecialText.None ? RejectionReason.UnwritableText
        : RejectionReason.None;

    private static int ValidateRows(MeasurementBatch batch, DestinationLimits limits, ReadOnlySpan<RejectionReason> faults)
    {
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        Span<RejectionReason> verdicts = batch.Verdicts;
        long earliest = limits.Earliest is { } first ? RoundUp(batch.TimeUnit, first) : long.MinValue + 1;
        long latest = limits.Latest is { } last ? batch.TimeUnit.FromInstant(last) : long.MaxValue;

        int refused = 0;
        for (int row = 0; row < verdicts.Length; row++)
        {
            RejectionReason verdict = verdicts[row];
            if (verdict == RejectionReason.None)
            {
                long time = times[row];
                double value = values[row];
                verdict = time >= earliest && time <= latest && double.IsFinite(value)
                    ? faults[ids[row]]
                    : FindFault(time, value, earliest, latest);
                verdicts[row] = verdict;
            }

            if (verdict != RejectionReason.None)
            {
                refused++;
            }
        }

        return refused - batch.Filtered;
    }

    private static RejectionReason FindFault(long time, double value, long earliest, long latest) =>
        time == MeasurementBatch.MissingTime ? RejectionReason.MissingTime
        : time < earliest ? RejectionReason.TimeTooOld
        : time > latest ? RejectionReason.TimeInFuture
        : double.IsNaN(value) ? RejectionReason.MissingValue
        : RejectionReason.InfiniteValue;

    /// <summary>Rounds an inclusive lower bound up: if it lies between two counts of the unit, the lower count is too early.</summary>
    private static long RoundUp(TimeUnit unit, DateTimeOffset instant)
    {
        long floor = unit.FromInstant(instant);
        return unit.ToInstant(floor) is { } exact && exact < instant ? floor + 1 : floor;
    }
}
