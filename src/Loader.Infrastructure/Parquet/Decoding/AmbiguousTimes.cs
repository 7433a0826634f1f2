using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>
/// Tells the two instants apart that one local time stands for when clocks are set back. Within a series, the first row with the local time
/// has the earlier instant and the second row the later one; if the series descends, it is the other way round. A single row has the
/// earlier one. What cannot be told apart is invalid.
/// </summary>
/// <remarks>
/// Row groups must come in file order, and all that <see cref="LocalTimeRanges.FindNeeded"/> names. What was found in one counts in the
/// next, so that results do not depend on where row groups begin, except in a series that descends, or that may descend: when its first
/// row of a pair is read, the second row is not known yet, if it is in a later row group.
/// </remarks>
/// <param name="ranges">The local times of each row group.</param>
/// <param name="isKept">
/// Whether the file holds rejected rows. They are not neighbours of each other, so that their order tells nothing.
/// </param>
internal sealed class AmbiguousTimes(LocalTimeRanges ranges, bool isKept)
{
    private readonly Dictionary<Overlap, SeriesInOverlap> _overlaps = [];

    /// <summary>Resolves the ambiguous times of one row group.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="times">The times, which are changed: ambiguous ones have been read as the earlier instant.</param>
    /// <param name="seriesIds">The series of each row.</param>
    /// <returns>The number of local times that occurred only once, in the overlaps that no later row group can have.</returns>
    public int Resolve(int rowGroup, DecodedTimes times, ReadOnlySpan<int> seriesIds)
    {
        ReadOnlySpan<OverlapRow> rows = times.OverlapRows;
        if (isKept)
        {
            RejectAll(times, rows);
            return 0;
        }

        foreach (ref readonly OverlapRow row in rows)
        {
            if (times.Times[row.Row] != MeasurementBatch.MissingTime)
            {
                StateOf(row.Overlap).Add(rowGroup, row, SecondsAndFraction(times, row.Row), seriesIds[row.Row]);
            }
        }

        AddDirections(times, seriesIds);
        foreach (ref readonly OverlapRow row in rows)
        {
            if (row.IsAmbiguous && times.Times[row.Row] != MeasurementBatch.MissingTime)
            {
                Resolve(rowGroup, times, row, seriesIds[row.Row]);
            }
        }

        return Close(rowGroup);
    }

    private static void RejectAll(DecodedTimes times, ReadOnlySpan<OverlapRow> rows)
    {
        foreach (ref readonly OverlapRow row in rows)
        {
            if (row.IsAmbiguous && times.Times[row.Row] != MeasurementBatch.MissingTime)
            {
                times.RejectNoted(row, RejectionReason.AmbiguousLocalTime);
            }
        }
    }

    /// <summary>
    /// Finds the directions of series that have only one row near an overlap, or rows with the same local time, by their other rows.
    /// </summary>
    private void AddDirections(DecodedTimes times, ReadOnlySpan<int> seriesIds)
    {
        Dictionary<int, (int First, int Last)>? ends = null;
        foreach (ref readonly OverlapRow row in times.OverlapRows)
        {
            if (IsUndirected(times, row, seriesIds))
            {
                (ends ??= []).TryAdd(seriesIds[row.Row], (row.Row, row.Row));
            }
        }

        if (ends is null)
        {
            return;
        }

        for (int row = 0; row < seriesIds.Length; row++)
        {
            ref (int First, int Last) end = ref CollectionsMarshal.GetValueRefOrNullRef(ends, seriesIds[row]);
            if (!Unsafe.IsNullRef(ref end) && times.Times[row] != MeasurementBatch.MissingTime)
            {
                end = (Math.Min(end.First, row), row);
            }
        }

        foreach (ref readonly OverlapRow row in times.OverlapRows)
        {
            if (IsUndirected(times, row, seriesIds))
            {
                (int first, int last) = ends[seriesIds[row.Row]];
                StateOf(row.Overlap).AddEnds(seriesIds[row.Row], SecondsAndFraction(times, first), SecondsAndFraction(times, last));
            }
        }
    }

    private bool IsUndirected(DecodedTimes times, in OverlapRow row, ReadOnlySpan<int> seriesIds) =>
        row.IsAmbiguous
        && times.Times[row.Row] != MeasurementBatch.MissingTime
        && StateOf(row.Overlap).IsUndirected(seriesIds[row.Row]);

    private void Resolve(int rowGroup, DecodedTimes times, in OverlapRow row, int series)
    {
        (long Seconds, long Nanoseconds) time = SecondsAndFraction(times, row.Row);
        bool mayContinue = ranges.FindLast(row.Overlap) > rowGroup;
        bool mayDescend = ranges.HasEarlierAfter(rowGroup, time.Seconds + row.Overlap.EarlierOffset);
        switch (StateOf(row.Overlap).Choose(time, series, mayContinue, mayDescend))
        {
            case Instant.Later:
                times.TakeLater(row);
                break;
            case Instant.Unknown:
                times.RejectNoted(row, RejectionReason.AmbiguousLocalTime);
                break;
        }
    }

    /// <summary>Forgets the overlaps that no later row group can have, and counts the local times in them that occurred once.</summary>
    private int Close(int rowGroup)
    {
        int lone = 0;
        foreach ((Overlap overlap, SeriesInOverlap state) in _overlaps)
        {
            if (ranges.FindLast(overlap) <= rowGroup)
            {
                lone += state.CountLone();
                _overlaps.Remove(overlap);
            }
        }

        return lone;
    }

    private SeriesInOverlap StateOf(Overlap overlap)
    {
        ref SeriesInOverlap? state = ref CollectionsMarshal.GetValueRefOrAddDefault(_overlaps, overlap, out _);
        return state ??= new SeriesInOverlap(overlap);
    }

    /// <summary>Row groups can have different units, in which counts of one time differ.</summary>
    private static (long Seconds, long Nanoseconds) SecondsAndFraction(DecodedTimes times, int row)
    {
        long perSecond = times.Unit.PerSecond();
        long seconds = LocalClock.FloorDivide(times.Times[row], perSecond);
        return (seconds, (times.Times[row] - (seconds * perSecond)) * (1_000_000_000 / perSecond));
    }
}
