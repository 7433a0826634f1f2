using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes timestamps of 64 bits in ms, µs or ns.</summary>
/// <param name="column">The column.</param>
/// <param name="clock">The clock of the zone that local timestamps are in.</param>
internal sealed class Int64TimeReader(SourceColumn column, LocalClock clock) : TimeReader
{
    private readonly ChunkDecoder<long> _decoder = new(column.Element, 0x5D39_A1C6_0B7E_F284, 0x2C84_17E9_D5A3_6B0F);
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = column.Element.Annotation.Unit;
        _times = times;
        return _decoder.DecodeAsync(chunk.Bytes, chunk.Codec, chunk.Pages, this, static (Int64TimeReader me, in ColumnSlice<long> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<long> slice)
    {
        Span<long> rows = _times!.Times.Slice(slice.FirstRow, slice.Rows);
        slice.Values.CopyTo(rows);
        int sentinel = slice.Values.IndexOf(MeasurementBatch.MissingTime);
        Nulls.Spread(rows, slice.Levels, slice.Values.Length, MeasurementBatch.MissingTime);
        if (sentinel >= 0)
        {
            RefuseSentinels(slice, rows);
        }

        if (!column.Element.Annotation.IsUtc)
        {
            ToUtc(_times, slice.FirstRow, slice.Rows, clock);
        }
    }

    /// <summary>The one count that stands for a missing time is, as a time of the file, out of range.</summary>
    private void RefuseSentinels(in ColumnSlice<long> slice, Span<long> rows)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] == MeasurementBatch.MissingTime && (slice.Levels.IsEmpty || slice.Levels[row] != 0))
            {
                _times!.Refuse(
                    slice.FirstRow + row, RejectionReason.TimeOutOfRange, DecodedTimes.Describe(rows[row], _times.Unit, column.Element.Annotation.IsUtc ? "Z" : ""));
            }
        }
    }
}
