namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Opens data pages: definition levels, bytes of values, indexes into a dictionary.</summary>
/// <remarks>What one page gave is valid until the next is opened, of this column or of another that shares the room.</remarks>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class PageReader(SchemaElement column, PageBuffers buffers)
{
    private readonly bool _isOptional = column.Repetition == Repetition.Optional;
    private readonly PageBody _body = new(buffers, buffers.Page);
    private int _levelCount;

    /// <summary>Gets the number of values that are not null.</summary>
    public int Defined { get; private set; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty where no row is null.</summary>
    public ReadOnlySpan<int> Levels => buffers.Levels.Written(_levelCount);

    /// <summary>Gets the bytes of the values.</summary>
    public ReadOnlySpan<byte> Values => _body.Values;

    /// <summary>Opens a data page.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="page">The page.</param>
    public void Open(in ColumnChunk chunk, in PageHeader page)
    {
        _body.Open(chunk.Bytes, page, chunk.Codec, _isOptional);
        Defined = page.Values;
        _levelCount = 0;
        if (_isOptional && page.Values > 0 && !(HybridRle.IsOneRun(_body.Levels, 1, page.Values, out int level) && level == 1))
        {
            ReadLevels(page.Values);
        }

        if (page.Kind == PageKind.DataV2 && page.Values - Defined != page.Nulls)
        {
            throw new MalformedFileException("a page holds another number of nulls than it claims");
        }
    }

    /// <summary>Reads the values as indexes into a dictionary: a byte with their width, then the indexes.</summary>
    /// <param name="entries">The number of entries of the dictionary.</param>
    /// <param name="only">The index of all values, where none are given out.</param>
    /// <returns>The index of each value; empty where all are <paramref name="only"/>, or there is no value.</returns>
    public ReadOnlySpan<int> ReadIndexes(int entries, out int only)
    {
        only = 0;
        if (Defined == 0)
        {
            return default;
        }

        ReadOnlySpan<byte> data = _body.Values;
        int bitWidth = data.IsEmpty ? int.MaxValue : data[0];
        if (bitWidth > 32)
        {
            throw new MalformedFileException("a page has dictionary indexes of more than 32 bits");
        }

        if (HybridRle.IsOneRun(data[1..], bitWidth, Defined, out only))
        {
            RequireIndex((uint)only, entries);
            return default;
        }

        Span<int> indexes = buffers.Indexes.Take(Defined);
        HybridRle.Decode(data[1..], bitWidth, indexes);
        uint greatest = 0;
        foreach (int index in indexes)
        {
            greatest = Math.Max(greatest, (uint)index);
        }

        RequireIndex(greatest, entries);
        return indexes;
    }

    private void ReadLevels(int rows)
    {
        Span<int> levels = buffers.Levels.Take(rows);
        HybridRle.Decode(_body.Levels, 1, levels);
        int defined = 0;
        int seen = 0;
        foreach (int level in levels)
        {
            defined += level;
            seen |= level;
        }

        if (seen is not (0 or 1))
        {
            throw new MalformedFileException("its definition levels are beyond those of its column");
        }

        Defined = defined;
        _levelCount = defined == rows ? 0 : rows;
    }

    private static void RequireIndex(uint index, int entries)
    {
        if (index >= (uint)entries)
        {
            throw new MalformedFileException("a page refers to a dictionary entry that is not there");
        }
    }
}
