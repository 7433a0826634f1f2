using System.Text;
using Loader.Domain;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads the column of values as doubles: the nearest double for each value, and NaN for null.</summary>
internal abstract class ValueReader
{
    /// <summary>Reads the values of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Receives the values.</param>
    /// <param name="firstRow">The row of the batch that receives the first value.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public abstract void Read(ColumnChunk chunk, MeasurementBatchBuilder builder, int firstRow, CancellationToken cancellationToken);
}

/// <summary>Reads values whose physical type has a fixed width, and converts them page by page.</summary>
/// <typeparam name="T">The type with the bits of the physical type.</typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="convert">Converts the values of a page.</param>
internal sealed class NumberValueReader<T>(SchemaColumn column, ColumnBuffers buffers, NumberConversion<T> convert) : ValueReader
    where T : unmanaged
{
    private readonly NumberColumnReader<T> _reader = new(column.Element, buffers.Pages);

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, MeasurementBatchBuilder builder, int firstRow, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        while (_reader.TryReadPage(out NumberPage<T> page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> values = builder.Values.Slice(firstRow + page.FirstRow, page.RowCount);
            convert(page.Values, values);
            Nulls.Spread(values, page.DefinitionLevels, page.Values.Length, double.NaN);
        }
    }
}

/// <summary>
/// Reads values that are stored as byte arrays: decimals and half-precision numbers. Each entry of a dictionary is converted once.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="convert">Converts a value.</param>
internal sealed class ByteArrayValueReader(SchemaColumn column, ColumnBuffers buffers, ByteArrayConversion convert) : ValueReader
{
    private readonly ByteArrayColumnReader _reader = new(column.Element, buffers.Pages);
    private double[] _entries = [];

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, MeasurementBatchBuilder builder, int firstRow, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        ReadOnlySpan<double> entries = ConvertDictionary();
        while (_reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> values = builder.Values.Slice(firstRow + page.FirstRow, page.RowCount);
            if (!page.UsesDictionary)
            {
                Convert(page.Values, values);
            }
            else
            {
                for (int i = 0; i < page.ValueCount; i++)
                {
                    values[i] = entries[page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[i]];
                }
            }

            Nulls.Spread(values, page.DefinitionLevels, page.ValueCount, double.NaN);
        }
    }

    private ReadOnlySpan<double> ConvertDictionary()
    {
        ByteArrayList dictionary = _reader.Dictionary;
        if (_entries.Length < dictionary.Count)
        {
            _entries = new double[dictionary.Count];
        }

        Convert(dictionary, _entries);
        return _entries;
    }

    private void Convert(in ByteArrayList source, Span<double> destination)
    {
        for (int i = 0; i < source.Count; i++)
        {
            destination[i] = convert(source[i]);
        }
    }
}

/// <summary>
/// Reads values that are numbers in text. Each entry of a dictionary is read once. Text that is not a number makes its row invalid.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="parser">Reads one text.</param>
internal sealed class TextValueReader(SchemaColumn column, ColumnBuffers buffers, NumberTextParser parser) : ValueReader
{
    /// <summary>The number of bytes of a text that a message shows.</summary>
    private const int MaxShownBytes = 60;

    private readonly ByteArrayColumnReader _reader = new(column.Element, buffers.Pages);
    private double[] _entries = [];
    private bool[] _isReadable = [];

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, MeasurementBatchBuilder builder, int firstRow, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        bool areReadable = ParseDictionary();
        while (_reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> values = builder.Values.Slice(firstRow + page.FirstRow, page.RowCount);
            int row = -1;
            for (int i = 0; i < page.ValueCount; i++)
            {
                row = NextRow(page, row);
                int entry = page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[i];
                bool isReadable;
                if (page.UsesDictionary)
                {
                    values[i] = _entries[entry];
                    isReadable = areReadable || _isReadable[entry];
                }
                else
                {
                    isReadable = parser.TryParse(page.Values[i], out values[i]);
                }

                if (!isReadable)
                {
                    Reject(builder, firstRow + page.FirstRow + row, page.UsesDictionary ? _reader.Dictionary[entry] : page.Values[i]);
                }
            }

            Nulls.Spread(values, page.DefinitionLevels, page.ValueCount, double.NaN);
        }
    }

    /// <summary>Returns the row of the page that has the next value: nulls take rows, but no values.</summary>
    private static int NextRow(in ByteArrayPage page, int row)
    {
        row++;
        while (!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0)
        {
            row++;
        }

        return row;
    }

    private static void Reject(MeasurementBatchBuilder builder, int row, ReadOnlySpan<byte> text)
    {
        builder.Verdicts[row] = RejectionReason.UnreadableValue;
        string shown = Encoding.UTF8.GetString(text.Length <= MaxShownBytes ? text : text[..MaxShownBytes]);
        builder.KeepDetail(row, $"'{shown}' is not a number.");
    }

    private bool ParseDictionary()
    {
        ByteArrayList dictionary = _reader.Dictionary;
        if (_entries.Length < dictionary.Count)
        {
            _entries = new double[dictionary.Count];
            _isReadable = new bool[dictionary.Count];
        }

        bool areReadable = true;
        for (int i = 0; i < dictionary.Count; i++)
        {
            _isReadable[i] = parser.TryParse(dictionary[i], out _entries[i]);
            areReadable &= _isReadable[i];
        }

        return areReadable;
    }
}
