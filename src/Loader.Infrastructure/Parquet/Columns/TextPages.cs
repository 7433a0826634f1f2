using System.Buffers.Binary;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Decodes the texts of dictionary-encoded and plain pages without making an object of any: a page is a list of entries and, for rows of a dictionary
/// page, indexes into it.
/// </summary>
/// <param name="column">The column.</param>
internal sealed class TextPages(SourceColumn column) : IDisposable
{
    private readonly PageBody _dictionaryBody = new();
    private readonly PageReader _page = new(column.Element);
    private TextEntry[] _dictionary = [];
    private TextEntry[] _plain = [];
    private int _dictionaryCount;
    private ChunkInput _chunk;

    /// <summary>Gets the entries of the chunk's dictionary.</summary>
    public TextEntries Dictionary => new(_dictionaryBody.Values, _dictionary.AsSpan(0, _dictionaryCount));

    /// <summary>Says whether all pages are of the encodings that are decoded here.</summary>
    public static bool CanRead(ChunkPages pages)
    {
        foreach (PageHeader page in pages.Data)
        {
            if (!PageReader.CanRead(page))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Begins a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    public void Begin(in ChunkInput chunk)
    {
        _chunk = chunk;
        _dictionaryCount = 0;
        if (chunk.Pages.Dictionary is { } page)
        {
            _dictionaryBody.Open(chunk.Bytes, page, chunk.Codec, isOptional: false);
            Grow(ref _dictionary, page.Values);
            ReadPlain(_dictionaryBody.Values, _dictionary.AsSpan(0, page.Values));
            _dictionaryCount = page.Values;
        }
    }

    /// <summary>Decodes a data page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Its texts; valid until the next page is decoded.</returns>
    public TextPage Read(in PageHeader page)
    {
        _page.Open(_chunk.Bytes, page, _chunk.Codec);
        if (page.UsesDictionary)
        {
            ReadOnlySpan<int> indexes = _page.ReadIndexes(_dictionaryCount, out int only);
            return new TextPage { Rows = page.Values, Levels = _page.Levels, UsesDictionary = true, Indexes = indexes, OnlyIndex = only };
        }

        Grow(ref _plain, _page.Defined);
        Span<TextEntry> entries = _plain.AsSpan(0, _page.Defined);
        ReadPlain(_page.Values, entries);
        return new TextPage { Rows = page.Values, Levels = _page.Levels, Plain = new TextEntries(_page.Values, entries) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dictionaryBody.Dispose();
        _page.Dispose();
    }

    /// <summary>A plain text is its length in four bytes, then its bytes.</summary>
    private static void ReadPlain(ReadOnlySpan<byte> data, Span<TextEntry> entries)
    {
        int position = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (data.Length - position < sizeof(int))
            {
                throw new MalformedFileException("a page holds fewer values than it claims");
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(data[position..]);
            position += sizeof(int);
            if (length > (uint)(data.Length - position))
            {
                throw new MalformedFileException("a text is longer than its page");
            }

            entries[i] = new TextEntry(position, (int)length);
            position += (int)length;
        }
    }

    private static void Grow(ref TextEntry[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new TextEntry[length];
        }
    }
}
