using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes values of a physical type of fixed width and converts them a page at a time.</summary>
/// <typeparam name="T">The type that holds the physical type's bits.</typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="convert">Converts a page; the nearest double for each value.</param>
internal sealed class NumberValueReader<T>(SourceColumn column, PageBuffers buffers, ValueConversion<T> convert) : ValueReader
    where T : unmanaged
{
    private readonly NumberPages<T> _pages = new(column.Element, buffers);

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _pages.Begin(chunk);
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NumberPage<T> numbers = _pages.Read(page);
            Span<double> rows = builder.Values.Slice(firstRow, page.Values);
            convert(numbers.Values, rows);
            Nulls.Spread(rows, numbers.Levels, numbers.Values.Length, double.NaN);
            firstRow += page.Values;
        }
    }
}
