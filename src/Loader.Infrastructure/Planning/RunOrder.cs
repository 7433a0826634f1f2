using System.Buffers;
using Loader.Domain;

namespace Loader.Infrastructure.Planning;

/// <summary>Sorts the rows of each series by time and keeps one row for each time.</summary>
internal readonly ref struct RunOrder(MeasurementBatch batch)
{
    private readonly ReadOnlySpan<long> _times = batch.Times;
    private readonly ReadOnlySpan<long> _versions = batch.Versions;

    /// <summary>Orders every run and closes the gaps that removed duplicates leave.</summary>
    /// <param name="rowIndices">The rows, grouped by series, in file order within a series.</param>
    /// <param name="runEnds">Where the rows of each series end; updated to where they end afterwards.</param>
    /// <returns>The number of rows that are kept.</returns>
    public int OrderRuns(int[] rowIndices, Span<int> runEnds)
    {
        int start = 0;
        int written = 0;
        for (int run = 0; run < runEnds.Length; run++)
        {
            int end = runEnds[run];
            Span<int> runRows = rowIndices.AsSpan(start, end - start);
            int kept = IsAscending(runRows) ? runRows.Length : OrderRun(runRows);
            if (written != start)
            {
                runRows[..kept].CopyTo(rowIndices.AsSpan(written));
            }

            written += kept;
            runEnds[run] = written;
            start = end;
        }

        return written;
    }

    private bool IsAscending(ReadOnlySpan<int> runRows)
    {
        long last = MeasurementBatch.MissingTime;
        foreach (int row in runRows)
        {
            long time = _times[row];
            if (time <= last)
            {
                return false;
            }

            last = time;
        }

        return true;
    }

    private int OrderRun(Span<int> runRows)
    {
        long[] rented = ArrayPool<long>.Shared.Rent(runRows.Length);
        try
        {
            Span<long> times = rented.AsSpan(0, runRows.Length);
            for (int i = 0; i < runRows.Length; i++)
            {
                times[i] = _times[runRows[i]];
            }

            times.Sort(runRows);
            return KeepOneForEachTime(times, runRows);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    /// <summary>The sort is not stable, so among equal times the row numbers decide.</summary>
    private int KeepOneForEachTime(ReadOnlySpan<long> times, Span<int> runRows)
    {
        int kept = 0;
        for (int i = 0; i < runRows.Length; i++)
        {
            int row = runRows[i];
            if (kept > 0 && times[i] == times[i - 1])
            {
                runRows[kept - 1] = Winner(runRows[kept - 1], row);
            }
            else
            {
                runRows[kept++] = row;
            }
        }

        return kept;
    }

    /// <summary>
    /// Of two rows with the same series and time, the higher version wins; with equal versions, the later row of the file.
    /// </summary>
    private int Winner(int one, int other)
    {
        if (!_versions.IsEmpty && _versions[one] != _versions[other])
        {
            return _versions[one] > _versions[other] ? one : other;
        }

        return Math.Max(one, other);
    }
}
