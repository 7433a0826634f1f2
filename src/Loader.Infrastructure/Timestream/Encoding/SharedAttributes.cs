using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Infrastructure.Timestream.Encoding;

/// <summary>What the records of one request share, and how large the request is.</summary>
internal struct SharedAttributes
{
    /// <summary>Gets the set of slots whose dimension is the same in all records.</summary>
    public uint Slots { get; private set; }

    /// <summary>Gets the coarsest unit that represents all times exactly.</summary>
    public TimeUnit TimeUnit { get; private set; }

    /// <summary>Gets the number by which a time of the batch is divided to get a time in <see cref="TimeUnit"/>.</summary>
    public long Divisor { get; private set; }

    /// <summary>Gets a value indicating whether all records have the same version.</summary>
    public bool HasOneVersion { get; private set; }

    /// <summary>Gets the version of the first record.</summary>
    public long Version { get; private set; }

    /// <summary>Gets the maximum number of bytes that all dimensions take in the request.</summary>
    public int MaxDimensionBytes { get; private set; }

    /// <summary>Gets the metered bytes of the request.</summary>
    public long MeteredBytes { get; private set; }

    /// <summary>Gets the metered bytes that the request would have without common attributes.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Analyses a slice of a plan. Compares dimensions once per series, not once per row.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="firstRun">The run that contains the slice's first row.</param>
    /// <param name="start">The position of the slice's first row in <see cref="WritePlan.RowIndices"/>.</param>
    /// <param name="times">The times of the slice's rows, at least one.</param>
    /// <returns>The result.</returns>
    public static SharedAttributes Find(WritePlan<PreparedSeries> plan, int firstRun, int start, ReadOnlySpan<long> times)
    {
        PreparedSeries first = plan.PreparedSeries[plan.RunSeriesIds[firstRun]];
        ReadOnlySpan<int> rowIndices = plan.RowIndices.Slice(start, times.Length);
        uint slots = SharedSlots(plan, firstRun, start, start + times.Length);
        var shared = new SharedAttributes
        {
            Slots = slots,
            Divisor = FindDivisor(plan.Batch.TimeUnit, times, out TimeUnit unit),
            TimeUnit = unit,
            HasOneVersion = AllEqual(plan.Batch.Versions, rowIndices),
            Version = plan.Batch.VersionOf(rowIndices[0]),
            MaxDimensionBytes = first.MaxBytes,
            MeteredBytes = first.MeteredBytesIn(slots) + RecordMetering.MeasureNameBytes,
        };
        shared.AddSizes(plan, firstRun, start, start + times.Length);
        return shared;
    }

    private static uint SharedSlots(WritePlan<PreparedSeries> plan, int firstRun, int start, int end)
    {
        PreparedSeries first = plan.PreparedSeries[plan.RunSeriesIds[firstRun]];
        uint slots = first.Present;
        for (int run = firstRun, from = start; from < end; run++)
        {
            PreparedSeries series = plan.PreparedSeries[plan.RunSeriesIds[run]];
            for (int slot = 0; slot < SeriesTable.MaxSlots; slot++)
            {
                if (series.ValueIds[slot] != first.ValueIds[slot])
                {
                    slots &= ~(1u << slot);
                }
            }

            from = plan.RunEnds[run];
        }

        return slots;
    }

    private void AddSizes(WritePlan<PreparedSeries> plan, int firstRun, int start, int end)
    {
        for (int run = firstRun, from = start; from < end; run++)
        {
            PreparedSeries series = plan.PreparedSeries[plan.RunSeriesIds[run]];
            int to = Math.Min(plan.RunEnds[run], end);
            int runRows = to - from;
            MaxDimensionBytes += runRows * series.MaxBytes;
            MeteredBytes += runRows * (RecordMetering.TimeBytes + RecordMetering.ValueBytes
                + series.MeteredBytesIn(series.Present & ~Slots));
            PlainBytes += runRows * (RecordMetering.FixedBytes + series.Series.DimensionBytes);
            from = to;
        }
    }

    private static long FindDivisor(TimeUnit batchUnit, ReadOnlySpan<long> times, out TimeUnit unit)
    {
        for (unit = TimeUnit.Milliseconds; unit < batchUnit; unit++)
        {
            long divisor = batchUnit.PerSecond() / unit.PerSecond();
            if (AllDivisible(times, divisor))
            {
                return divisor;
            }
        }

        return 1;
    }

    private static bool AllDivisible(ReadOnlySpan<long> times, long divisor)
    {
        foreach (long time in times)
        {
            if (time % divisor != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllEqual(ReadOnlySpan<long> versions, ReadOnlySpan<int> rowIndices)
    {
        if (versions.IsEmpty)
        {
            return true;
        }

        long first = versions[rowIndices[0]];
        foreach (int row in rowIndices)
        {
            if (versions[row] != first)
            {
                return false;
            }
        }

        return true;
    }
}
