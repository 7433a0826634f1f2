using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes dates, as the beginning of the day in the zone of the source, in ms.</summary>
/// <param name="column">The column.</param>
/// <param name="clock">The zone's clock.</param>
internal sealed class DateReader(SourceColumn column, LocalClock clock) : TimeReader
{
    private const long MillisecondsPerDay = 86_400_000;

    private readonly ChunkDecoder<int> _decoder = new(column.Element, unchecked((int)0x8A5C_3E71), 0x7C31_E58A);
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Milliseconds;
        _times = times;
        return _decoder.DecodeAsync(chunk.Bytes, chunk.Codec, chunk.Pages, this, static (DateReader me, in ColumnSlice<int> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<int> slice)
    {
        Span<long> rows = _times!.Times.Slice(slice.FirstRow, slice.Rows);
        for (int i = 0; i < slice.Values.Length; i++)
        {
            rows[i] = slice.Values[i] * MillisecondsPerDay;
        }

        Nulls.Spread(rows, slice.Levels, slice.Values.Length, MeasurementBatch.MissingTime);
        ToUtc(_times, slice.FirstRow, slice.Rows, clock);
    }
}
