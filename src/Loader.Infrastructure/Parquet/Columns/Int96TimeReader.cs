using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;
using Parquet.File.Values.Primitives;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes timestamps of 96 bits, a Julian day and nanoseconds of the day, to ns. They say no zone, so that of the source counts.</summary>
/// <param name="column">The column.</param>
/// <param name="clock">The zone's clock.</param>
internal sealed class Int96TimeReader(SourceColumn column, LocalClock clock) : TimeReader
{
    private const int JulianDayOfEpoch = 2_440_588;
    private const long SecondsPerDay = 86_400;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly ChunkDecoder<Interval> _decoder = new(column.Element, new Interval(0x5D39_A1C6, 0x0B7E_F284, 0x2C84_17E9), new Interval(1, 2, 3));
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Nanoseconds;
        _times = times;
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (Int96TimeReader me, in ColumnSlice<Interval> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<Interval> slice)
    {
        Span<long> rows = _times!.Times.Slice(slice.FirstRow, slice.Rows);
        bool refused = false;
        for (int i = 0; i < slice.Values.Length; i++)
        {
            refused |= !TryConvert(slice.Values[i], out rows[i]);
        }

        Nulls.Spread(rows, slice.Levels, slice.Values.Length, MeasurementBatch.MissingTime);
        if (refused)
        {
            RefuseOutOfRange(slice);
        }

        ToUtc(_times, slice.FirstRow, slice.Rows, clock);
    }

    private void RefuseOutOfRange(in ColumnSlice<Interval> slice)
    {
        int next = 0;
        for (int row = 0; row < slice.Rows; row++)
        {
            if (!slice.Levels.IsEmpty && slice.Levels[row] == 0)
            {
                continue;
            }

            Interval value = slice.Values[next++];
            if (!TryConvert(value, out _))
            {
                long nanoseconds = NanosecondsOf(value);
                long seconds = LocalClock.FloorDivide(nanoseconds, NanosecondsPerSecond);
                _times!.Refuse(
                    slice.FirstRow + row,
                    RejectionReason.TimeOutOfRange,
                    IsoTime.Format((DaysOf(value) * SecondsPerDay) + seconds, (int)(nanoseconds - (seconds * NanosecondsPerSecond)), ""));
            }
        }
    }

    /// <summary>The decoder's type for 12 bytes names their three words after those of an interval.</summary>
    private static long NanosecondsOf(in Interval value) => (long)(((ulong)(uint)value.Days << 32) | (uint)value.Months);

    private static long DaysOf(in Interval value) => (long)(int)value.Millis - JulianDayOfEpoch;

    private static bool TryConvert(in Interval value, out long time)
    {
        Int128 total = ((Int128)DaysOf(value) * (SecondsPerDay * NanosecondsPerSecond)) + NanosecondsOf(value);
        bool fits = total > long.MinValue && total <= long.MaxValue;
        time = fits ? (long)total : MeasurementBatch.MissingTime;
        return fits;
    }
}
