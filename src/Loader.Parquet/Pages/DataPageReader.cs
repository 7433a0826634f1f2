using Loader.Parquet.Encodings;
using Loader.Parquet.Metadata;

namespace Loader.Parquet.Pages;

/// <summary>
/// Steps through the data pages of a column chunk and decodes what all column types share: definition levels and dictionary indexes.
/// </summary>
/// <remarks>A page is valid until the next page is opened, of this column or of another one that shares the buffers.</remarks>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class DataPageReader(SchemaElement column, PageBuffers buffers)
{
    private readonly bool _isOptional = column.Repetition == Repetition.Optional;
    private readonly PageBody _body = new(buffers, buffers.Page);
    private ColumnChunk? _chunk;
    private int _next;
    private int _levelCount;

    /// <summary>Gets the encoding of the page.</summary>
    public PageEncoding Encoding { get; private set; }

    /// <summary>Gets the row of the page's first value, from 0 in each row group.</summary>
    public int FirstRow { get; private set; }

    /// <summary>Gets the number of rows in the page.</summary>
    public int RowCount { get; private set; }

    /// <summary>Gets the number of values that are not null.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty if no row is null.</summary>
    public ReadOnlySpan<int> DefinitionLevels => buffers.DefinitionLevels.Reserved(_levelCount);

    /// <summary>Gets the encoded values.</summary>
    public ReadOnlySpan<byte> ValueBytes => _body.ValueBytes;

    /// <summary>Gets a value indicating whether the values are indexes into the dictionary.</summary>
    public bool UsesDictionary => Encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;

    /// <summary>Starts a column chunk, before its first page.</summary>
    /// <param name="chunk">The chunk.</param>
    public void Begin(ColumnChunk chunk)
    {
        _chunk = chunk;
        _next = 0;
        FirstRow = RowCount = 0;
    }

    /// <summary>Opens the next page.</summary>
    /// <returns><see langword="false"/> after the last page.</returns>
    public bool MoveNext()
    {
        if (_chunk is null || _next == _chunk.DataPages.Count)
        {
            return false;
        }

        PageHeader page = _chunk.DataPages[_next++];
        _body.Open(_chunk.Bytes, page, _chunk.Codec, _isOptional);
        FirstRow += RowCount;
        RowCount = ValueCount = page.ValueCount;
        Encoding = page.Encoding;
        _levelCount = 0;
        if (_isOptional && RowCount > 0 && !(HybridRle.IsOneRun(_body.LevelBytes, 1, RowCount, out int level) && level == 1))
        {
            DecodeLevels();
        }

        return true;
    }

    /// <summary>Decodes the values as indexes into the dictionary: a byte with their width, then the indexes.</summary>
    /// <param name="entryCount">The number of entries in the dictionary.</param>
    /// <param name="repeatedIndex">The index of every value, if the result is empty.</param>
    /// <returns>The index of each value; empty if all are <paramref name="repeatedIndex"/>, or if there is no value.</returns>
    public ReadOnlySpan<int> ReadIndexes(int entryCount, out int repeatedIndex)
    {
        repeatedIndex = 0;
        if (ValueCount == 0)
        {
            return default;
        }

        ReadOnlySpan<byte> data = _body.ValueBytes;
        int bitWidth = data.IsEmpty ? int.MaxValue : data[0];
        if (bitWidth > 32)
        {
            throw new MalformedFileException("A page has dictionary indexes of more than 32 bits.");
        }

        if (HybridRle.IsOneRun(data[1..], bitWidth, ValueCount, out repeatedIndex))
        {
            RequireIndex((uint)repeatedIndex, entryCount);
            return default;
        }

        HybridRle.RequireCount(data[1..], bitWidth, ValueCount);
        Span<int> indexes = buffers.Indexes.Reserve(ValueCount);
        HybridRle.Decode(data[1..], bitWidth, indexes);
        uint max = 0;
        foreach (int index in indexes)
        {
            max = Math.Max(max, (uint)index);
        }

        RequireIndex(max, entryCount);
        return indexes;
    }

    private void DecodeLevels()
    {
        HybridRle.RequireCount(_body.LevelBytes, 1, RowCount);
        Span<int> levels = buffers.DefinitionLevels.Reserve(RowCount);
        HybridRle.Decode(_body.LevelBytes, 1, levels);
        int defined = 0;
        int seen = 0;
        foreach (int level in levels)
        {
            defined += level;
            seen |= level;
        }

        if (seen is not (0 or 1))
        {
            throw new MalformedFileException("A page has definition levels above the maximum of its column.");
        }

        ValueCount = defined;
        _levelCount = defined == RowCount ? 0 : RowCount;
    }

    private static void RequireIndex(uint index, int entryCount)
    {
        if (index >= (uint)entryCount)
        {
            throw new MalformedFileException("A page refers to a dictionary entry that does not exist.");
        }
    }
}
