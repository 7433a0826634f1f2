using System.Buffers.Binary;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>
/// Tells by the statistics which row groups are outside of a range of time. A row group is read unless they show that each of its rows has
/// a valid time outside: a null, a local time that clocks skipped, and a time that overflows are invalid, and not outside. Not thread-safe.
/// </summary>
internal sealed class TimeStatistics
{
    private const long SecondsPerDay = 86_400;

    private readonly FileMetadata _metadata;
    private readonly SchemaColumn? _column;
    private readonly LocalClock? _clock;
    private readonly long _shift;
    private readonly long _perSecond;

    /// <summary>Initializes a new instance of the <see cref="TimeStatistics"/> class.</summary>
    /// <param name="metadata">The file's footer.</param>
    /// <param name="plan">The columns to read.</param>
    /// <param name="zone">The zone of times without one.</param>
    public TimeStatistics(FileMetadata metadata, ColumnPlan plan, TimeZoneInfo zone)
    {
        _metadata = metadata;

        // Statistics of INT96 have no defined order, those of text follow the spelling, and those of dates do not have the time of day.
        if (plan.Time is not { Element.Type: PhysicalType.Int64 } time || plan.Mapped?.Time.Second is not null)
        {
            return;
        }

        _column = time;
        bool isLocal = !time.Element.LogicalType.IsAdjustedToUtc || plan.Mapped?.Time.IgnoresUtcFlag is true;
        _clock = isLocal ? new LocalClock(zone) : null;
        _shift = plan.Mapped is { Time.IsEnd: true } mapped ? mapped.StepSeconds : 0;
        _perSecond = time.Element.LogicalType.Unit switch
        {
            TimestampUnit.Milliseconds => 1_000,
            TimestampUnit.Microseconds => 1_000_000,
            _ => 1_000_000_000,
        };
    }

    /// <summary>Checks a row group.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether each of its rows has a valid time outside of the range.</returns>
    public bool IsOutside(int rowGroup, TimeRange range)
    {
        RowGroupMetadata group = _metadata.RowGroups[rowGroup];
        if (_column is not { } column || group.RowCount == 0)
        {
            return false;
        }

        ColumnChunkMetadata chunk = group.Chunks[column.LeafIndex];
        bool hasNoNulls = column.Element.Repetition == Repetition.Required || chunk.NullCount == 0;
        if (!hasNoNulls
            || chunk.Min is not { Length: sizeof(long) } smallest
            || chunk.Max is not { Length: sizeof(long) } largest)
        {
            return false;
        }

        long min = BinaryPrimitives.ReadInt64LittleEndian(smallest.Span);
        long max = BinaryPrimitives.ReadInt64LittleEndian(largest.Span);

        // The conversion to UTC and the shift of a label are each less than a day and must not overflow.
        long margin = 3 * SecondsPerDay * _perSecond;
        if (min > max || min < long.MinValue + margin || max > long.MaxValue - margin)
        {
            return false;
        }

        long first = LocalClock.FloorDivide(min, _perSecond);
        long last = LocalClock.FloorDivide(max, _perSecond);
        long from = range.From is { } start ? start.ToUnixTimeSeconds() : long.MinValue;
        long to = range.To is { } end ? CeilingSeconds(end) : long.MaxValue;

        // Most row groups are far from both ends, or in the range, so that the zone need not be asked.
        long reach = 3 * SecondsPerDay;
        bool mayBeOutside = (from > long.MinValue && last < from + reach) || (to < long.MaxValue && first >= to - reach);
        if (!mayBeOutside)
        {
            return false;
        }

        int offset = 0;
        if (_clock is { } clock && !clock.TryGetConstantOffset(first, last, out offset))
        {
            return false;
        }

        // The last second is not over at its beginning.
        long back = offset + _shift;
        return (from > long.MinValue && last + 1 - back <= from) || (to < long.MaxValue && first - back >= to);
    }

    private static long CeilingSeconds(DateTimeOffset instant)
    {
        long floor = instant.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(floor) < instant ? floor + 1 : floor;
    }
}
