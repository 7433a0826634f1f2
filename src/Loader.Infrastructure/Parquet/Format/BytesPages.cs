using System.Buffers.Binary;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Decodes the pages of a column of byte arrays, of any or of one length, without making an object of any value.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class BytesPages(SchemaElement column, PageBuffers buffers)
{
    /// <summary>The most bytes that shared prefixes may expand to in one page; pages of known writers stand for a few MB.</summary>
    private const int MaxExpandedBytes = 64 << 20;

    /// <summary>The length of every value; 0 where each has its own.</summary>
    private readonly int _fixedLength = column.Type == PhysicalType.FixedLenByteArray ? column.TypeLength : 0;
    private readonly PageBody _dictionaryBody = new(buffers, buffers.Dictionary);
    private readonly PageReader _page = new(column, buffers);
    private int _dictionaryCount;
    private ColumnChunk _chunk;

    /// <summary>Gets the entries of the chunk's dictionary.</summary>
    public BytesList Dictionary => new(_dictionaryBody.Values, buffers.DictionaryEntries.Written(_dictionaryCount));

    /// <summary>Begins a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    public void Begin(in ColumnChunk chunk)
    {
        _chunk = chunk;
        _dictionaryCount = 0;
        if (chunk.Pages.Dictionary is { } page)
        {
            _dictionaryBody.Open(chunk.Bytes, page, chunk.Codec, isOptional: false);
            ReadPlain(_dictionaryBody.Values, buffers.DictionaryEntries.Take(page.Values));
            _dictionaryCount = page.Values;
        }
    }

    /// <summary>Decodes a data page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Its values; valid until the next page is decoded.</returns>
    public BytesPage Read(in PageHeader page)
    {
        _page.Open(_chunk, page);
        if (page.UsesDictionary)
        {
            ReadOnlySpan<int> indexes = _page.ReadIndexes(_dictionaryCount, out int only);
            return new BytesPage
            {
                Rows = page.Values,
                Levels = _page.Levels,
                Defined = _page.Defined,
                UsesDictionary = true,
                Indexes = indexes,
                OnlyIndex = only,
            };
        }

        return new BytesPage { Rows = page.Values, Levels = _page.Levels, Defined = _page.Defined, Values = ReadValues(page.Encoding) };
    }

    private BytesList ReadValues(PageEncoding encoding)
    {
        if (_page.Defined == 0)
        {
            return default;
        }

        ReadOnlySpan<byte> data = _page.Values;
        Span<BytesEntry> entries = buffers.Entries.Take(_page.Defined);
        switch (encoding)
        {
            case PageEncoding.DeltaLengthByteArray:
                return ReadDeltaLengths(data, entries);
            case PageEncoding.DeltaByteArray:
                return ReadPrefixes(data, entries);
            case PageEncoding.ByteStreamSplit:
                Span<byte> joined = buffers.Values.Take(data.Length);
                Require(data.Length == (long)entries.Length * _fixedLength);
                ByteStreamSplit.Decode(data, _fixedLength, joined);
                ReadPlain(joined, entries);
                return new BytesList(joined, entries);
            default:
                ReadPlain(data, entries);
                return new BytesList(data, entries);
        }
    }

    /// <summary>A plain value is its length in four bytes, then its bytes; of fixed length it is its bytes alone.</summary>
    private void ReadPlain(ReadOnlySpan<byte> data, Span<BytesEntry> entries)
    {
        int position = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            int length = _fixedLength;
            if (length == 0)
            {
                Require(data.Length - position >= sizeof(int));
                length = BinaryPrimitives.ReadInt32LittleEndian(data[position..]);
                position += sizeof(int);
            }

            Require(length >= 0 && length <= data.Length - position);
            entries[i] = new BytesEntry(position, length);
            position += length;
        }

        Require(position == data.Length);
    }

    /// <summary>All lengths, then all bytes.</summary>
    private BytesList ReadDeltaLengths(ReadOnlySpan<byte> data, Span<BytesEntry> entries)
    {
        Span<long> lengths = buffers.Deltas.Take(entries.Length);
        int position = DeltaBinaryPacked.Decode(data, lengths);
        for (int i = 0; i < entries.Length; i++)
        {
            Require(lengths[i] >= 0 && lengths[i] <= data.Length - position);
            entries[i] = new BytesEntry(position, (int)lengths[i]);
            position += (int)lengths[i];
        }

        Require(position == data.Length);
        return new BytesList(data, entries);
    }

    /// <summary>The number of bytes that each value shares with the one before, then the rest of each.</summary>
    private BytesList ReadPrefixes(ReadOnlySpan<byte> data, Span<BytesEntry> entries)
    {
        Span<long> prefixes = buffers.Prefixes.Take(entries.Length);
        Span<long> suffixes = buffers.Deltas.Take(entries.Length);
        int position = DeltaBinaryPacked.Decode(data, prefixes);
        position += DeltaBinaryPacked.Decode(data[position..], suffixes);
        Span<byte> expanded = buffers.Values.Take(ExpandedLength(prefixes, suffixes, data.Length - position));
        int end = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            int start = end;
            if (i > 0)
            {
                expanded.Slice(entries[i - 1].Offset, (int)prefixes[i]).CopyTo(expanded[end..]);
                end += (int)prefixes[i];
            }

            data.Slice(position, (int)suffixes[i]).CopyTo(expanded[end..]);
            position += (int)suffixes[i];
            end += (int)suffixes[i];
            entries[i] = new BytesEntry(start, end - start);
        }

        return new BytesList(expanded, entries);
    }

    /// <summary>Shared bytes let a small page stand for a very large one, so its size is judged before there is room for it.</summary>
    private int ExpandedLength(ReadOnlySpan<long> prefixes, ReadOnlySpan<long> suffixes, int rest)
    {
        long before = 0;
        long expanded = 0;
        long own = 0;
        for (int i = 0; i < prefixes.Length; i++)
        {
            Require(prefixes[i] >= 0 && prefixes[i] <= before && suffixes[i] >= 0 && suffixes[i] <= rest);
            before = prefixes[i] + suffixes[i];
            Require(_fixedLength == 0 || before == _fixedLength);
            own += suffixes[i];
            expanded += before;
            if (expanded > MaxExpandedBytes)
            {
                throw new UnsupportedFileException($"a page holds more than {MaxExpandedBytes} bytes of values");
            }
        }

        Require(own == rest);
        return (int)expanded;
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new MalformedFileException("a page holds values whose lengths contradict it");
        }
    }
}
