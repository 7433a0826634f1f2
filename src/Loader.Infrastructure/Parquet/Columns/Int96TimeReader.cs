using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes timestamps of 96 bits, a Julian day and nanoseconds of the day, to ns. They say no zone, so that of the source counts.</summary>
/// <param name="column">The column.</param>
/// <param name="clock">The zone's clock.</param>
internal sealed class Int96TimeReader(SourceColumn column, LocalClock clock) : TimeReader
{
    private const int JulianDayOfEpoch = 2_440_588;
    private const long SecondsPerDay = 86_400;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly ChunkDecoder<Int96> _decoder = new(column.Element, new Int96(-1, -1), new Int96(-2, -2));
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Nanoseconds;
        _times = times;
        return _decoder.DecodeAsync(chunk.Bytes, chunk.Codec, chunk.Pages, this, static (Int96TimeReader me, in ColumnSlice<Int96> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<Int96> slice)
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

    private void RefuseOutOfRange(in ColumnSlice<Int96> slice)
    {
        int next = 0;
        for (int row = 0; row < slice.Rows; row++)
        {
            if (!slice.Levels.IsEmpty && slice.Levels[row] == 0)
            {
                continue;
            }

            Int96 value = slice.Values[next++];
            if (!TryConvert(value, out _))
            {
                long seconds = LocalClock.FloorDivide(value.NanosecondsOfDay, NanosecondsPerSecond);
                int below = (int)(value.NanosecondsOfDay - (seconds * NanosecondsPerSecond));
                _times!.Refuse(
                    slice.FirstRow + row, RejectionReason.TimeOutOfRange, IsoTime.Format((DaysOf(value) * SecondsPerDay) + seconds, below, ""));
            }
        }
    }

    private static long DaysOf(in Int96 value) => (long)value.JulianDay - JulianDayOfEpoch;

    private static bool TryConvert(in Int96 value, out long time)
    {
        Int128 total = ((Int128)DaysOf(value) * (SecondsPerDay * NanosecondsPerSecond)) + value.NanosecondsOfDay;
        bool fits = total > long.MinValue && total <= long.MaxValue;
        time = fits ? (long)total : MeasurementBatch.MissingTime;
        return fits;
    }
}
