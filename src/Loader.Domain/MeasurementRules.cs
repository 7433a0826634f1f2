using System.Buffers;

namespace Loader.Domain;

/// <summary>Judges rows: one verdict each, before anything is sent. Nothing is removed.</summary>
public static class MeasurementRules
{
    /// <summary>
    /// Gives a verdict to every row that has none yet. Where several reasons hold, the first of time, value and series is given.
    /// </summary>
    /// <param name="batch">The rows; their <see cref="MeasurementBatch.Verdicts"/> are written.</param>
    /// <param name="limits">What the destination takes.</param>
    /// <returns>The number of rows that are not good, those that the reader had judged included.</returns>
    public static int Judge(MeasurementBatch batch, DestinationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(limits);

        ReadOnlySpan<Series> series = batch.Series;
        RejectionReason[] faults = ArrayPool<RejectionReason>.Shared.Rent(series.Length);
        try
        {
            for (int id = 0; id < series.Length; id++)
            {
                faults[id] = Judge(series[id], limits);
            }

            return JudgeRows(batch, limits, faults.AsSpan(0, series.Length));
        }
        finally
        {
            ArrayPool<RejectionReason>.Shared.Return(faults);
        }
    }

    private static RejectionReason Judge(Series series, DestinationLimits limits) =>
        series.Fault != RejectionReason.None ? series.Fault
        : series.DimensionBytes > limits.MaxDimensionBytes ? RejectionReason.DimensionsTooLong
        : RejectionReason.None;

    private static int JudgeRows(MeasurementBatch batch, DestinationLimits limits, ReadOnlySpan<RejectionReason> faults)
    {
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        Span<RejectionReason> verdicts = batch.Verdicts;
        long earliest = limits.Earliest is { } first ? CeilingOf(batch.TimeUnit, first) : long.MinValue + 1;
        long latest = limits.Latest is { } last ? batch.TimeUnit.FromInstant(last) : long.MaxValue;

        int bad = 0;
        for (int row = 0; row < verdicts.Length; row++)
        {
            RejectionReason verdict = verdicts[row];
            if (verdict == RejectionReason.None)
            {
                long time = times[row];
                double value = values[row];
                verdict = time >= earliest && time <= latest && double.IsFinite(value)
                    ? faults[ids[row]]
                    : JudgeTimeAndValue(time, value, earliest, latest);
                verdicts[row] = verdict;
            }

            if (verdict != RejectionReason.None)
            {
                bad++;
            }
        }

        return bad;
    }

    private static RejectionReason JudgeTimeAndValue(long time, double value, long earliest, long latest) =>
        time == MeasurementBatch.MissingTime ? RejectionReason.MissingTime
        : time < earliest ? RejectionReason.TimeTooOld
        : time > latest ? RejectionReason.TimeInFuture
        : double.IsNaN(value) ? RejectionReason.MissingValue
        : RejectionReason.InfiniteValue;

    /// <summary>A bound between two counts excludes the lower one, so an inclusive lower bound is rounded up.</summary>
    private static long CeilingOf(TimeUnit unit, DateTimeOffset instant)
    {
        long floor = unit.FromInstant(instant);
        return unit.ToInstant(floor) is { } exact && exact < instant ? floor + 1 : floor;
    }
}
