using System.Buffers;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>Orders the rows of each series by time and leaves one row for each time.</summary>
internal readonly ref struct RunOrder(MeasurementBatch batch)
{
    private readonly ReadOnlySpan<long> _times = batch.Times;
    private readonly ReadOnlySpan<long> _versions = batch.Versions;

    /// <summary>Orders every run and closes the gaps that duplicates leave.</summary>
    /// <param name="rows">Rows by series, those of one series in the order of the file.</param>
    /// <param name="runEnds">Where each series' rows end; changed to where they end afterwards.</param>
    /// <returns>The rows that are left.</returns>
    public int OrderRuns(int[] rows, Span<int> runEnds)
    {
        int start = 0;
        int written = 0;
        for (int run = 0; run < runEnds.Length; run++)
        {
            int end = runEnds[run];
            Span<int> ofRun = rows.AsSpan(start, end - start);
            int left = IsAscending(ofRun) ? ofRun.Length : OrderRun(ofRun);
            if (written != start)
            {
                ofRun[..left].CopyTo(rows.AsSpan(written));
            }

            written += left;
            runEnds[run] = written;
            start = end;
        }

        return written;
    }

    private bool IsAscending(ReadOnlySpan<int> rows)
    {
        long last = MeasurementBatch.MissingTime;
        foreach (int row in rows)
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

    /// <summary>Sorts by time and leaves of each time the row that stays.</summary>
    private int OrderRun(Span<int> rows)
    {
        long[] keys = ArrayPool<long>.Shared.Rent(rows.Length);
        try
        {
            Span<long> times = keys.AsSpan(0, rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                times[i] = _times[rows[i]];
            }

            times.Sort(rows);
            return LeaveOneOfEachTime(times, rows);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(keys);
        }
    }

    /// <summary>The sort need not be stable: among equal times the choice looks at the rows' numbers.</summary>
    private int LeaveOneOfEachTime(ReadOnlySpan<long> times, Span<int> rows)
    {
        int left = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (left > 0 && times[i] == times[i - 1])
            {
                rows[left - 1] = Later(rows[left - 1], row);
            }
            else
            {
                rows[left++] = row;
            }
        }

        return left;
    }

    /// <summary>Of two rows with one series and time the one with the higher version stays; of equal versions the last in the file.</summary>
    private int Later(int one, int other)
    {
        if (!_versions.IsEmpty && _versions[one] != _versions[other])
        {
            return _versions[one] > _versions[other] ? one : other;
        }

        return Math.Max(one, other);
    }
}
