using System.Buffers.Binary;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>
/// The local times of each row group according to the statistics, which say where local times that occur twice can be. Not thread-safe.
/// </summary>
internal sealed class LocalTimeRanges
{
    private readonly LocalClock _clock;
    private readonly Range[] _ranges;
    private readonly Dictionary<Overlap, int> _lastRowGroups = [];

    /// <summary>For each row group, the earliest time that the row groups after it can have.</summary>
    private readonly long[] _earliestAfter;

    private LocalTimeRanges(LocalClock clock, Range[] ranges)
    {
        _clock = clock;
        _ranges = ranges;
        _earliestAfter = new long[ranges.Length];
        long earliest = long.MaxValue;
        for (int rowGroup = ranges.Length - 1; rowGroup >= 0; rowGroup--)
        {
            _earliestAfter[rowGroup] = earliest;
            earliest = Math.Min(earliest, ranges[rowGroup].First);
        }
    }

    /// <summary>Reads the ranges of a file.</summary>
    /// <param name="metadata">The file's footer.</param>
    /// <param name="plan">The columns to read.</param>
    /// <param name="clock">The clock of the zone of times without one.</param>
    /// <param name="int96IsUtc">Whether INT96 times are in UTC, and not in the zone.</param>
    /// <returns>The ranges, or <see langword="null"/> if no time of the file can occur twice.</returns>
    public static LocalTimeRanges? Read(FileMetadata metadata, ColumnPlan plan, LocalClock clock, bool int96IsUtc)
    {
        if (plan.Time is not { } time)
        {
            return null;
        }

        SchemaElement column = time.Element;
        bool isLocal = column.Type switch
        {
            _ when plan.Mapped?.Time.Of == TimePart.Period => false,
            PhysicalType.Int32 when plan.Mapped?.Time.Of == TimePart.TimeOfDay => true,
            PhysicalType.Int64 => !column.LogicalType.IsAdjustedToUtc || plan.Mapped?.Time.IgnoresUtcFlag is true,
            PhysicalType.Int96 => !int96IsUtc,
            PhysicalType.Int32 => false,
            _ => true,
        };
        if (clock.IsUtc || !isLocal)
        {
            return null;
        }

        var ranges = new Range[metadata.RowGroups.Count];
        for (int rowGroup = 0; rowGroup < ranges.Length; rowGroup++)
        {
            RowGroupMetadata group = metadata.RowGroups[rowGroup];
            ranges[rowGroup] = group.RowCount == 0 ? Range.None
                : plan.Mapped?.Time.Second is not null ? Range.Unknown
                : ReadRange(group.Chunks[time.LeafIndex], column);
        }

        return new LocalTimeRanges(clock, ranges);
    }

    /// <summary>Finds the last row group that can hold local times of an overlap.</summary>
    /// <param name="overlap">The overlap.</param>
    /// <returns>The index of the row group, or -1 if no row group can hold any.</returns>
    public int FindLast(Overlap overlap)
    {
        if (!_lastRowGroups.TryGetValue(overlap, out int last))
        {
            last = Array.FindLastIndex(_ranges, range => range.Touches(overlap, margin: 0));
            _lastRowGroups.Add(overlap, last);
        }

        return last;
    }

    /// <summary>Returns whether a later row group can hold times before a given one.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="localSeconds">The local time in seconds.</param>
    /// <returns>Whether it can.</returns>
    public bool HasEarlierAfter(int rowGroup, long localSeconds) => _earliestAfter[rowGroup] < localSeconds;

    /// <summary>Finds the row groups before a given one that the meaning of times in it, or after it, can depend on.</summary>
    /// <param name="fromRowGroup">The index of the row group.</param>
    /// <returns>For each earlier row group, whether it is needed.</returns>
    public bool[] FindNeeded(int fromRowGroup)
    {
        var needed = new bool[fromRowGroup];
        List<Overlap> overlaps = ListOverlaps();
        overlaps.RemoveAll(overlap => FindLast(overlap) < fromRowGroup);

        // Without statistics, the overlaps are not known before the rows are read.
        bool mayHaveOthers = _ranges.AsSpan(fromRowGroup).Contains(Range.Unknown);
        for (int rowGroup = 0; rowGroup < fromRowGroup; rowGroup++)
        {
            Range range = _ranges[rowGroup];
            needed[rowGroup] = range == Range.Unknown
                ? mayHaveOthers || overlaps.Count > 0
                : IsNearAny(overlaps, range);
        }

        return needed;
    }

    /// <summary>Checks by binary search whether a range is near one of the overlaps, which are in the order of time.</summary>
    private static bool IsNearAny(List<Overlap> overlaps, Range range)
    {
        int low = 0;
        int high = overlaps.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (overlaps[middle].End + Overlap.Margin <= range.First)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < overlaps.Count && range.Touches(overlaps[low], Overlap.Margin);
    }

    private List<Overlap> ListOverlaps()
    {
        Range all = Range.None;
        foreach (Range range in _ranges)
        {
            if (range != Range.Unknown)
            {
                all = new Range(Math.Min(all.First, range.First), Math.Max(all.Last, range.Last));
            }
        }

        return all == Range.None ? [] : _clock.ListOverlaps(all.First, all.Last);
    }

    /// <summary>
    /// Reads the statistics of a column chunk. Those of INT96 have no defined order, and those of text follow the spelling and not the
    /// time.
    /// </summary>
    private static Range ReadRange(ColumnChunkMetadata chunk, SchemaElement column)
    {
        if (column.Type != PhysicalType.Int64
            || chunk.Min is not { Length: sizeof(long) } min
            || chunk.Max is not { Length: sizeof(long) } max)
        {
            return Range.Unknown;
        }

        long perSecond = column.LogicalType.Unit switch
        {
            TimestampUnit.Milliseconds => 1_000,
            TimestampUnit.Microseconds => 1_000_000,
            _ => 1_000_000_000,
        };
        return new Range(
            LocalClock.FloorDivide(BinaryPrimitives.ReadInt64LittleEndian(min.Span), perSecond),
            LocalClock.FloorDivide(BinaryPrimitives.ReadInt64LittleEndian(max.Span), perSecond));
    }

    /// <summary>A range of local time in seconds, both ends included.</summary>
    private readonly record struct Range(long First, long Last)
    {
        /// <summary>Gets the range of a row group without rows.</summary>
        public static Range None => new(long.MaxValue, long.MinValue);

        /// <summary>Gets the range of a row group without statistics.</summary>
        public static Range Unknown => new(long.MinValue, long.MaxValue);

        public bool Touches(Overlap overlap, long margin) =>
            First <= Last && (this == Unknown || overlap.Touches(First - margin, Last + margin));
    }
}
