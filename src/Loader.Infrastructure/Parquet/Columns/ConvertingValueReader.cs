using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes values of one physical type and converts them a slice at a time.</summary>
/// <typeparam name="T">The type that holds the physical type's bits.</typeparam>
/// <param name="column">The column.</param>
/// <param name="convert">Converts a slice; the nearest double for each value.</param>
/// <param name="canaries">Two values that stand where nothing has been decoded.</param>
internal sealed class ConvertingValueReader<T>(SourceColumn column, ValueConversion<T> convert, T[] canaries) : ValueReader
    where T : struct
{
    private readonly ChunkDecoder<T> _decoder = new(column.Element, canaries);
    private MeasurementBatchBuilder? _builder;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _builder = builder;
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (ConvertingValueReader<T> me, in ColumnSlice<T> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<T> slice)
    {
        Span<double> rows = _builder!.Values.Slice(slice.FirstRow, slice.Rows);
        convert(slice.Values, rows);
        Nulls.Spread(rows, slice.Levels, slice.Values.Length, double.NaN);
    }
}
