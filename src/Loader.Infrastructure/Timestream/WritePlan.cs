using System.Buffers;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>The rows of a batch that are to be sent, ordered by series and then time, each series and time once.</summary>
/// <remarks>Owns pooled arrays until <see cref="Dispose"/>, and borrows the batch: it must not outlive it.</remarks>
internal sealed class WritePlan : IDisposable
{
    private readonly int[] _runSeries;
    private readonly int[] _runEnds;
    private readonly int _runs;
    private int[]? _rows;

    private WritePlan(MeasurementBatch batch, SeriesTable.Snapshot series, int[] rows, int count, int duplicates, int[] runSeries, int[] runEnds, int runs)
    {
        Batch = batch;
        Series = series.ById;
        _rows = rows;
        Count = count;
        Duplicates = duplicates;
        _runSeries = runSeries;
        _runEnds = runEnds;
        _runs = runs;
    }

    /// <summary>Gets the batch.</summary>
    public MeasurementBatch Batch { get; }

    /// <summary>Gets the prepared series, by id.</summary>
    public PreparedSeries[] Series { get; }

    /// <summary>Gets the number of rows to send.</summary>
    public int Count { get; }

    /// <summary>Gets the number of valid rows that are not sent, as another row of the batch has their series and time.</summary>
    public int Duplicates { get; }

    /// <summary>Gets the rows to send, as indices into the batch, in the order in which they are sent.</summary>
    public ReadOnlySpan<int> Rows
    {
        get
        {
            ObjectDisposedException.ThrowIf(_rows is null, this);
            return _rows.AsSpan(0, Count);
        }
    }

    /// <summary>Gets the series of each run of <see cref="Rows"/> that have one series.</summary>
    public ReadOnlySpan<int> RunSeries => _runSeries.AsSpan(0, _runs);

    /// <summary>Gets where in <see cref="Rows"/> each run ends, exclusive.</summary>
    public ReadOnlySpan<int> RunEnds => _runEnds.AsSpan(0, _runs);

    /// <summary>Plans a batch. Costs a few nanoseconds a row where every series' rows already stand in the order of time, as they mostly do.</summary>
    /// <param name="batch">The batch, judged.</param>
    /// <param name="series">The series of its load.</param>
    /// <returns>The plan; the caller disposes it before the batch.</returns>
    public static WritePlan Make(MeasurementBatch batch, SeriesTable series)
    {
        SeriesTable.Snapshot snapshot = series.Prepare(batch.SeriesById);
        int[] places = ArrayPool<int>.Shared.Rent(batch.SeriesById.Length + 1);
        int[] rows = ArrayPool<int>.Shared.Rent(batch.Count);
        try
        {
            int valid = CountRows(batch, places);
            int[] runSeries = ArrayPool<int>.Shared.Rent(snapshot.Order.Length + 1);
            int[] runEnds = ArrayPool<int>.Shared.Rent(snapshot.Order.Length + 1);
            int runs = LayOutRuns(snapshot.Order, batch.SeriesById.Length, places, runSeries, runEnds);
            Scatter(batch, places, rows);
            int count = new RunOrder(batch).OrderRuns(rows, runEnds.AsSpan(0, runs));
            return new WritePlan(batch, snapshot, rows, count, valid - count, runSeries, runEnds, runs);
        }
        catch
        {
            ArrayPool<int>.Shared.Return(rows);
            throw;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(places);
        }
    }

    /// <summary>Returns the run that a place in <see cref="Rows"/> belongs to.</summary>
    /// <param name="position">The place.</param>
    /// <returns>The index of the run.</returns>
    public int RunAt(int position)
    {
        int run = RunEnds.BinarySearch(position + 1);
        return run < 0 ? ~run : run;
    }

    /// <summary>Gives the pooled arrays back. Safe to call again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rows, null) is { } rows)
        {
            ArrayPool<int>.Shared.Return(rows);
            ArrayPool<int>.Shared.Return(_runSeries);
            ArrayPool<int>.Shared.Return(_runEnds);
        }
    }

    /// <summary>Counts the valid rows of each series.</summary>
    private static int CountRows(MeasurementBatch batch, int[] counts)
    {
        Array.Clear(counts, 0, batch.SeriesById.Length);
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        int valid = 0;
        for (int row = 0; row < ids.Length; row++)
        {
            if (verdicts[row] == RejectionReason.None)
            {
                counts[ids[row]]++;
                valid++;
            }
        }

        return valid;
    }

    /// <summary>Turns the counts of series into the place where each series' rows begin.</summary>
    private static int LayOutRuns(int[] order, int seriesCount, int[] places, int[] runSeries, int[] runEnds)
    {
        int next = 0;
        int runs = 0;
        foreach (int id in order)
        {
            // The order may know series that later row groups brought.
            int count = id < seriesCount ? places[id] : 0;
            if (count == 0)
            {
                continue;
            }

            places[id] = next;
            next += count;
            runSeries[runs] = id;
            runEnds[runs++] = next;
        }

        return runs;
    }

    /// <summary>Puts each row where its series goes on; rows of one series stay in the order of the file.</summary>
    private static void Scatter(MeasurementBatch batch, int[] places, int[] rows)
    {
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        for (int row = 0; row < ids.Length; row++)
        {
            if (verdicts[row] == RejectionReason.None)
            {
                rows[places[ids[row]]++] = row;
            }
        }
    }
}
