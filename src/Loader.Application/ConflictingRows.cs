using System.Buffers;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Finds valid rows of one row group that have the same series and time, but different values.</summary>
/// <remarks>
/// Rows of most files ascend in time within each series, which one pass with one time for each series shows. Only other files are sorted.
/// </remarks>
internal static class ConflictingRows
{
    /// <summary>Finds two conflicting rows.</summary>
    /// <param name="batch">The rows, after validation.</param>
    /// <returns>The indexes of the two rows, or <see langword="null"/> if no rows conflict.</returns>
    public static (int First, int Second)? Find(MeasurementBatch batch)
    {
        (int, int)? found = null;
        Compare(batch, (stored, other) =>
        {
            found ??= (other, stored);
            return false;
        });
        return found;
    }

    /// <summary>Counts the rows whose value is not that of the row that is stored in their place.</summary>
    /// <param name="batch">The rows, after validation.</param>
    /// <returns>The number of rows.</returns>
    public static int Count(MeasurementBatch batch)
    {
        int count = 0;
        Compare(batch, (_, _) =>
        {
            count++;
            return true;
        });
        return count;
    }

    /// <summary>
    /// Compares every duplicate with the row that is stored: the one with the highest version, or the last one if versions are equal.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="onConflict">Receives the stored row and the other one; returns whether to go on.</param>
    private static void Compare(MeasurementBatch batch, Func<int, int, bool> onConflict)
    {
        if (Ascends(batch))
        {
            return;
        }

        int[] rows = ArrayPool<int>.Shared.Rent(batch.Count);
        try
        {
            int count = 0;
            for (int row = 0; row < batch.Count; row++)
            {
                if (batch.Verdicts[row] == RejectionReason.None)
                {
                    rows[count++] = row;
                }
            }

            rows.AsSpan(0, count).Sort((left, right) => Order(batch, left, right));
            for (int i = count - 2, stored = count - 1; i >= 0; i--)
            {
                if (!IsSame(batch, rows[i], rows[stored]))
                {
                    stored = i;
                }
                else if (!batch.Values[rows[i]].Equals(batch.Values[rows[stored]]) && !onConflict(rows[stored], rows[i]))
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rows);
        }
    }

    private static bool Ascends(MeasurementBatch batch)
    {
        int series = batch.SeriesById.Length;
        long[] last = ArrayPool<long>.Shared.Rent(series);
        try
        {
            last.AsSpan(0, series).Fill(long.MinValue);
            ReadOnlySpan<long> times = batch.Times;
            ReadOnlySpan<int> ids = batch.SeriesIds;
            ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
            for (int row = 0; row < times.Length; row++)
            {
                if (verdicts[row] != RejectionReason.None)
                {
                    continue;
                }

                ref long before = ref last[ids[row]];
                if (times[row] <= before)
                {
                    return false;
                }

                before = times[row];
            }

            return true;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(last);
        }
    }

    private static int Order(MeasurementBatch batch, int left, int right)
    {
        int order = batch.SeriesIds[left].CompareTo(batch.SeriesIds[right]);
        if (order == 0)
        {
            order = batch.Times[left].CompareTo(batch.Times[right]);
        }

        if (order == 0)
        {
            order = batch.VersionOf(left).CompareTo(batch.VersionOf(right));
        }

        return order == 0 ? left.CompareTo(right) : order;
    }

    private static bool IsSame(MeasurementBatch batch, int left, int right) =>
        batch.SeriesIds[left] == batch.SeriesIds[right] && batch.Times[left] == batch.Times[right];
}
