using System.Buffers;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Opens data pages whose values are plain or indexes into a dictionary: levels, values, indexes.</summary>
/// <remarks>Owns pooled buffers that grow to the largest page. What one page gave is valid until the next is opened.</remarks>
/// <param name="column">The column.</param>
internal sealed class PageReader(SchemaElement column) : IDisposable
{
    private readonly bool _isOptional = column.Repetition == Repetition.Optional;
    private readonly PageBody _body = new();
    private int[] _levels = [];
    private int[] _indexes = [];
    private int _levelCount;

    /// <summary>Gets the number of values that are not null.</summary>
    public int Defined { get; private set; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty where no row is null.</summary>
    public ReadOnlySpan<int> Levels => _levels.AsSpan(0, _levelCount);

    /// <summary>Gets the bytes of the values.</summary>
    public ReadOnlySpan<byte> Values => _body.Values;

    /// <summary>Says whether a page is of an encoding that is decoded here.</summary>
    public static bool CanRead(in PageHeader page) => page.Encoding == PageEncoding.Plain || page.UsesDictionary;

    /// <summary>Opens a data page.</summary>
    /// <param name="chunk">The chunk's bytes.</param>
    /// <param name="page">The page.</param>
    /// <param name="codec">The chunk's codec.</param>
    public void Open(ReadOnlyMemory<byte> chunk, in PageHeader page, CompressionCodec codec)
    {
        _body.Open(chunk, page, codec, _isOptional);
        Defined = page.Values;
        _levelCount = 0;
        if (!_isOptional || (HybridRle.IsOneRun(_body.Levels, 1, page.Values, out int level) && level == 1))
        {
            RequireNulls(page);
            return;
        }

        Grow(ref _levels, page.Values);
        Span<int> levels = _levels.AsSpan(0, page.Values);
        HybridRle.Decode(_body.Levels, 1, levels);
        Defined = 0;
        int seen = 0;
        foreach (int l in levels)
        {
            Defined += l;
            seen |= l;
        }

        if (seen > 1)
        {
            throw new MalformedFileException("its definition levels are beyond those of its column");
        }

        RequireNulls(page);
        _levelCount = Defined == page.Values ? 0 : page.Values;
    }

    /// <summary>Reads the values as indexes into a dictionary: a byte with their width, then the indexes.</summary>
    /// <param name="entries">The entries of the dictionary.</param>
    /// <param name="only">The index of all values, where none are given out.</param>
    /// <returns>The index of each value; empty where all are <paramref name="only"/>.</returns>
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

        Grow(ref _indexes, Defined);
        Span<int> indexes = _indexes.AsSpan(0, Defined);
        HybridRle.Decode(data[1..], bitWidth, indexes);
        uint greatest = 0;
        foreach (int index in indexes)
        {
            greatest = Math.Max(greatest, (uint)index);
        }

        RequireIndex(greatest, entries);
        return indexes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body.Dispose();
        Grow(ref _levels, 0);
        Grow(ref _indexes, 0);
    }

    private void RequireNulls(in PageHeader page)
    {
        if (page.Kind == PageKind.DataV2 && page.Values - Defined != page.Nulls)
        {
            throw new MalformedFileException("a page holds another number of nulls than it claims");
        }
    }

    private static void RequireIndex(uint index, int entries)
    {
        if (index >= (uint)entries)
        {
            throw new MalformedFileException("a page refers to a dictionary entry that is not there");
        }
    }

    private static void Grow(ref int[] buffer, int length)
    {
        if (buffer.Length >= length && length > 0)
        {
            return;
        }

        if (buffer.Length > 0)
        {
            ArrayPool<int>.Shared.Return(buffer);
        }

        buffer = length == 0 ? [] : ArrayPool<int>.Shared.Rent(length);
    }
}
