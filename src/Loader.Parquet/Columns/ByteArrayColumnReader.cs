using System.Buffers.Binary;
using Loader.Parquet.Encodings;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Parquet.Columns;

/// <summary>Decodes a flat column of byte arrays, of any or of fixed length, page by page. No object is allocated for a value.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <exception cref="ArgumentException">The column has another physical type, or is repeated.</exception>
/// <exception cref="MalformedFileException">The schema gives no length for a column of fixed length.</exception>
public sealed class ByteArrayColumnReader(SchemaElement column, PageBuffers buffers)
{
    /// <summary>
    /// The maximum size in bytes to which shared prefixes may expand in one page. The pages of known writers expand to a few MB.
    /// </summary>
    private const int MaxExpandedSize = 64 << 20;

    private readonly DataPageReader _page = new(Checked(column), buffers);
    private readonly PageBody _dictionaryBody = new(buffers, buffers.Dictionary);

    /// <summary>The length of every value; 0 if each value has its own.</summary>
    private readonly int _fixedLength = column.Type == PhysicalType.FixedLenByteArray ? column.TypeLength : 0;
    private int _dictionaryCount;

    /// <summary>
    /// Gets the chunk's dictionary; empty if it has none. Valid until the next chunk is opened or another reader uses the buffers.
    /// </summary>
    public ByteArrayList Dictionary => new(_dictionaryBody.ValueBytes, buffers.DictionaryPositions.Reserved(_dictionaryCount));

    /// <summary>Starts a column chunk and decodes its dictionary.</summary>
    /// <param name="chunk">The chunk, of this reader's column.</param>
    /// <exception cref="MalformedFileException">The dictionary is damaged.</exception>
    public void Open(ColumnChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        _page.Begin(chunk);
        _dictionaryCount = 0;
        if (chunk.DictionaryPage is { } page)
        {
            _dictionaryBody.Open(chunk.Bytes, page, chunk.Codec, isOptional: false);
            DecodePlain(_dictionaryBody.ValueBytes, buffers.DictionaryPositions.Reserve(page.ValueCount));
            _dictionaryCount = page.ValueCount;
        }
    }

    /// <summary>Decodes the next data page.</summary>
    /// <param name="page">The page, valid until the next call or until another reader uses the buffers.</param>
    /// <returns><see langword="false"/> after the last page.</returns>
    /// <exception cref="MalformedFileException">The page is damaged.</exception>
    /// <exception cref="UnsupportedFileException">The page expands to more than 64 MiB.</exception>
    public bool TryReadPage(out ByteArrayPage page)
    {
        if (!_page.MoveNext())
        {
            page = default;
            return false;
        }

        ReadOnlySpan<int> indexes = default;
        int repeatedIndex = 0;
        ByteArrayList values = default;
        if (_page.UsesDictionary)
        {
            indexes = _page.ReadIndexes(_dictionaryCount, out repeatedIndex);
        }
        else if (_page.ValueCount > 0)
        {
            values = DecodeValues();
        }

        page = new ByteArrayPage
        {
            FirstRow = _page.FirstRow,
            RowCount = _page.RowCount,
            ValueCount = _page.ValueCount,
            DefinitionLevels = _page.DefinitionLevels,
            UsesDictionary = _page.UsesDictionary,
            Indexes = indexes,
            RepeatedIndex = repeatedIndex,
            Values = values,
        };
        return true;
    }

    private static SchemaElement Checked(SchemaElement column)
    {
        ArgumentNullException.ThrowIfNull(column);
        MalformedFileException.ThrowUnless(
            column.Type != PhysicalType.FixedLenByteArray || column.TypeLength > 0,
            "The schema gives no length for a column of fixed length.");
        bool isByteArray = column.Type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray;
        return isByteArray && column.Repetition is Repetition.Required or Repetition.Optional
            ? column
            : throw new ArgumentException($"{column.Describe()} is not a flat column of byte arrays.", nameof(column));
    }

    private ByteArrayList DecodeValues()
    {
        ReadOnlySpan<byte> data = _page.ValueBytes;
        if (_page.Encoding is PageEncoding.Plain or PageEncoding.ByteStreamSplit)
        {
            // Memory for positions is reserved only for values that can be there.
            Require((long)_page.ValueCount * (_fixedLength > 0 ? _fixedLength : sizeof(int)) <= data.Length);
        }

        Span<ByteArrayPosition> positions = buffers.Positions.Reserve(_page.ValueCount);
        switch (_page.Encoding)
        {
            case PageEncoding.DeltaLengthByteArray:
                return DecodeDeltaLengths(data, positions);
            case PageEncoding.DeltaByteArray:
                return DecodePrefixes(data, positions);
            case PageEncoding.ByteStreamSplit:
                Span<byte> joined = buffers.Values.Reserve(positions.Length * _fixedLength);
                ByteStreamSplit.Decode(data[..joined.Length], _fixedLength, joined);
                DecodePlain(joined, positions);
                return new ByteArrayList(joined, positions);
            default:
                DecodePlain(data, positions);
                return new ByteArrayList(data, positions);
        }
    }

    /// <summary>
    /// A PLAIN value is its length in four bytes and its bytes; a value of fixed length is only its bytes. What follows the last value
    /// means nothing, in this encoding and the others: fastparquet writes eight zeros.
    /// </summary>
    private void DecodePlain(ReadOnlySpan<byte> data, Span<ByteArrayPosition> positions)
    {
        int position = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            int length = _fixedLength;
            if (length == 0)
            {
                Require(data.Length - position >= sizeof(int));
                length = BinaryPrimitives.ReadInt32LittleEndian(data[position..]);
                position += sizeof(int);
            }

            Require(length >= 0 && length <= data.Length - position);
            positions[i] = new ByteArrayPosition(position, length);
            position += length;
        }
    }

    /// <summary>DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.</summary>
    private ByteArrayList DecodeDeltaLengths(ReadOnlySpan<byte> data, Span<ByteArrayPosition> positions)
    {
        Span<long> lengths = buffers.Deltas.Reserve(positions.Length);
        int position = DeltaBinaryPacked.Decode(data, lengths);
        for (int i = 0; i < positions.Length; i++)
        {
            Require(lengths[i] >= 0 && lengths[i] <= data.Length - position);
            positions[i] = new ByteArrayPosition(position, (int)lengths[i]);
            position += (int)lengths[i];
        }

        return new ByteArrayList(data, positions);
    }

    /// <summary>DELTA_BYTE_ARRAY: the lengths of the prefixes that values share with their predecessors, then the suffixes.</summary>
    private ByteArrayList DecodePrefixes(ReadOnlySpan<byte> data, Span<ByteArrayPosition> positions)
    {
        Span<long> prefixes = buffers.PrefixLengths.Reserve(positions.Length);
        Span<long> suffixes = buffers.Deltas.Reserve(positions.Length);
        int position = DeltaBinaryPacked.Decode(data, prefixes);
        position += DeltaBinaryPacked.Decode(data[position..], suffixes);
        Span<byte> expanded = buffers.Values.Reserve(ExpandedSize(prefixes, suffixes, data.Length - position));
        int end = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            int start = end;
            if (i > 0)
            {
                expanded.Slice(positions[i - 1].Offset, (int)prefixes[i]).CopyTo(expanded[end..]);
                end += (int)prefixes[i];
            }

            data.Slice(position, (int)suffixes[i]).CopyTo(expanded[end..]);
            position += (int)suffixes[i];
            end += (int)suffixes[i];
            positions[i] = new ByteArrayPosition(start, end - start);
        }

        return new ByteArrayList(expanded, positions);
    }

    /// <summary>Because shared prefixes can expand a small page enormously, the size is checked before memory is reserved.</summary>
    private int ExpandedSize(ReadOnlySpan<long> prefixes, ReadOnlySpan<long> suffixes, int rest)
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
            if (expanded > MaxExpandedSize)
            {
                throw new UnsupportedFileException(
                    $"A page expands to more than {MaxExpandedSize} bytes of values, which is not supported.");
            }
        }

        Require(own <= rest);
        return (int)expanded;
    }

    private static void Require(bool condition) =>
        MalformedFileException.ThrowUnless(condition, "A page holds values whose lengths contradict its size.");
}
