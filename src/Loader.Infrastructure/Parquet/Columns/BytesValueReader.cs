using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes values that are byte arrays: decimals and half-precision numbers. Each entry of a dictionary is converted once.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="convert">Converts a value to the nearest double.</param>
internal sealed class BytesValueReader(SourceColumn column, PageBuffers buffers, BytesConversion convert) : ValueReader
{
    private readonly BytesPages _pages = new(column.Element, buffers);
    private double[] _entryValues = [];

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _pages.Begin(chunk);
        ReadOnlySpan<double> entries = ConvertDictionary();
        int firstRow = 0;
        foreach (PageHeader header in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BytesPage page = _pages.Read(header);
            Span<double> rows = builder.Values.Slice(firstRow, header.Values);
            if (!page.UsesDictionary)
            {
                Convert(page.Values, rows);
            }
            else
            {
                for (int i = 0; i < page.Defined; i++)
                {
                    rows[i] = entries[page.Indexes.IsEmpty ? page.OnlyIndex : page.Indexes[i]];
                }
            }

            Nulls.Spread(rows, page.Levels, page.Defined, double.NaN);
            firstRow += header.Values;
        }
    }

    private ReadOnlySpan<double> ConvertDictionary()
    {
        BytesList dictionary = _pages.Dictionary;
        if (_entryValues.Length < dictionary.Count)
        {
            _entryValues = new double[dictionary.Count];
        }

        Convert(dictionary, _entryValues);
        return _entryValues;
    }

    private void Convert(in BytesList values, Span<double> to)
    {
        for (int i = 0; i < values.Count; i++)
        {
            to[i] = convert(values[i]);
        }
    }
}
