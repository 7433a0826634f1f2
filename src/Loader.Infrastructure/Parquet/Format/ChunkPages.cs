using System.Buffers.Binary;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The pages of one column chunk, every header of which has been judged before anything is decoded.</summary>
/// <param name="Dictionary">The dictionary page, where there is one.</param>
/// <param name="Data">The data pages in order; their values add up to the rows of the row group.</param>
internal sealed record ChunkPages(PageHeader? Dictionary, IReadOnlyList<PageHeader> Data)
{
    /// <summary>The most bytes of one page, before compression, that are read: writers aim at 1 MB, the largest known default is 100 MB.</summary>
    public const int MaxPageBytes = 256 << 20;

    /// <summary>Entries of a dictionary beyond the rows: writers of categories keep those that no row has, and what is kept of an entry may take more than its bytes.</summary>
    private const int MaxSpareEntries = 1 << 20;

    /// <summary>Some writers do not count page headers or dictionaries; beyond this the footer would be no bound for memory.</summary>
    private const int SizeTolerance = 1 << 20;

    /// <summary>Walks a chunk from its first to its last byte.</summary>
    /// <param name="chunk">The bytes of the chunk.</param>
    /// <param name="column">The column.</param>
    /// <param name="metadata">What the footer says of the chunk.</param>
    /// <param name="rows">The rows of the row group.</param>
    /// <returns>The pages.</returns>
    /// <exception cref="MalformedFileException">The pages contradict the footer, the format or themselves, or a checksum.</exception>
    /// <exception cref="UnsupportedFileException">A page uses an encoding that is not read.</exception>
    public static ChunkPages Walk(ReadOnlySpan<byte> chunk, SchemaElement column, ChunkMetadata metadata, int rows)
    {
        PageHeader? dictionary = null;
        var data = new List<PageHeader>();
        long values = 0;
        long uncompressed = 0;
        int offset = 0;
        while (offset < chunk.Length)
        {
            PageHeader page = PageHeaderReader.Read(chunk, offset);
            ReadOnlySpan<byte> body = chunk.Slice(page.BodyOffset, page.CompressedSize);
            uncompressed += page.UncompressedSize;
            offset = page.BodyOffset + page.CompressedSize;
            Require(page.Crc is not { } crc || Crc32.Of(body) == crc, "the checksum of a page does not match its bytes");
            switch (page.Kind)
            {
                case PageKind.Index:
                    continue;
                case PageKind.Dictionary:
                    Require(dictionary is null && data.Count == 0, "a dictionary page is not the first page");
                    CheckDictionary(page, column, rows);
                    dictionary = page;
                    break;
                default:
                    Require(!page.UsesDictionary || dictionary is not null, "a page refers to a dictionary that is not there");
                    CheckData(page, column);
                    values += page.Values;
                    data.Add(page);
                    break;
            }

            CheckSizes(page, body, metadata.Codec);
        }

        Require(values == rows, $"its pages hold {values} values, and the row group has {rows} rows");
        Require(uncompressed <= metadata.UncompressedSize + SizeTolerance, "its pages are larger than its footer says");
        return new ChunkPages(dictionary, data);
    }

    private static void CheckDictionary(in PageHeader page, SchemaElement column, int rows)
    {
        Require(page.Encoding is PageEncoding.Plain or PageEncoding.PlainDictionary, "its dictionary has an unknown encoding");
        int width = WidthOf(column);
        Require(
            width > 0 ? (long)page.Values * width == page.UncompressedSize : page.Values <= page.UncompressedSize / 4,
            "its dictionary claims more or fewer entries than its bytes hold");
        Require(page.Values <= Math.Max(rows, MaxSpareEntries), $"its dictionary has {page.Values} entries, and the row group has {rows} rows");
    }

    private static void CheckData(in PageHeader page, SchemaElement column)
    {
        bool optional = column.Repetition == Repetition.Optional;
        if (!IsReadable(page.Encoding, column.Type))
        {
            throw new UnsupportedFileException($"its encoding {Describe(page.Encoding)} is not read for {column.Describe()}");
        }

        if (page.Kind == PageKind.DataV2)
        {
            Require(page.RepetitionBytes == 0, "a page has repetition levels, though the column is not repeated");
            Require(page.DefinitionBytes == 0 || optional, "a page has definition levels, though the column is required");
            Require(
                page.DefinitionBytes <= Math.Min(page.CompressedSize, page.UncompressedSize), "the levels of a page are larger than the page");
            Require(page.Nulls <= (optional ? page.Values : 0) && page.Rows == page.Values, "the counts of a page contradict each other");
        }
        else if (optional && page.DefinitionEncoding != PageEncoding.Rle)
        {
            throw new UnsupportedFileException($"its definition levels are encoded as {Describe(page.DefinitionEncoding)}, which is not read");
        }

        CheckPlain(page, column);
    }

    /// <summary>Plain values take their width, or the four bytes of their length: a page cannot hold more of them than that before any is decoded.</summary>
    private static void CheckPlain(in PageHeader page, SchemaElement column)
    {
        if (page.Encoding is PageEncoding.Plain or PageEncoding.ByteStreamSplit)
        {
            // How many are null is known in version 2 alone.
            int defined = column.Repetition != Repetition.Optional ? page.Values : page.Kind == PageKind.DataV2 ? page.Values - page.Nulls : 0;
            int width = WidthOf(column);
            Require(
                (long)defined * (width > 0 ? width : sizeof(int)) <= page.UncompressedSize - page.DefinitionBytes, "a page holds fewer values than it claims");
        }
    }

    /// <summary>What cannot be the outcome of a codec is refused before room for it is made.</summary>
    private static void CheckSizes(in PageHeader page, ReadOnlySpan<byte> body, CompressionCodec codec)
    {
        Require(page.UncompressedSize <= MaxPageBytes, $"a page claims {page.UncompressedSize} bytes; the most that is read is {MaxPageBytes}");
        ReadOnlySpan<byte> compressed = body[page.DefinitionBytes..];
        long size = page.UncompressedSize - page.DefinitionBytes;
        if (!page.IsCompressed || codec == CompressionCodec.None)
        {
            Require(size == compressed.Length, "the two sizes of an uncompressed page differ");
            return;
        }

        // The most that one compressed byte can give: snappy 64 bytes from a copy of 3, LZ4 255 from one byte of length, deflate 258 from
        // two bits, zstd a block of 128 KB from 4 bytes. Brotli has no such bound; for it the limit above is what there is.
        long most = codec switch
        {
            CompressionCodec.Snappy => 22,
            CompressionCodec.Lz4Raw => 255,
            CompressionCodec.Gzip => 1032,
            CompressionCodec.Zstd => 1 << 15,
            _ => int.MaxValue,
        };
        Require(size <= (compressed.Length + 16) * most, "a page claims more bytes than its compressed bytes can hold");
        Require(
            codec != CompressionCodec.Snappy || compressed.IsEmpty || SnappySize(compressed) == size,
            "the size of a page differs from the one in its snappy data");
        Require(
            codec != CompressionCodec.Zstd || ZstdSize(compressed) is not { } claimed || claimed <= (ulong)size,
            "the size of a page is below the one in its zstd data");
    }

    /// <summary>Snappy data begins with its uncompressed size (https://github.com/google/snappy/blob/main/format_description.txt).</summary>
    private static long SnappySize(ReadOnlySpan<byte> data)
    {
        long size = 0;
        for (int i = 0; i < Math.Min(5, data.Length); i++)
        {
            size |= (long)(data[i] & 0x7F) << (7 * i);
            if (data[i] < 0x80)
            {
                return size;
            }
        }

        return -1;
    }

    /// <summary>The content size in the header of the first frame, where it is given (RFC 8878, 3.1.1.1).</summary>
    private static ulong? ZstdSize(ReadOnlySpan<byte> data)
    {
        const uint FrameMagic = 0xFD2FB528;
        if (data.Length < 5 || BinaryPrimitives.ReadUInt32LittleEndian(data) != FrameMagic)
        {
            return null;
        }

        byte descriptor = data[4];
        bool single = (descriptor & 0x20) != 0;
        int dictionaryBytes = (descriptor & 3) switch { 3 => 4, var n => n };
        int sizeBytes = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int at = 5 + (single ? 0 : 1) + dictionaryBytes;
        if (sizeBytes == 0 || data.Length < at + sizeBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> size = data.Slice(at, sizeBytes);
        return sizeBytes switch
        {
            1 => size[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(size) + 256u,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(size),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(size),
        };
    }

    private static bool IsReadable(PageEncoding encoding, PhysicalType? type) => encoding switch
    {
        PageEncoding.Plain or PageEncoding.PlainDictionary or PageEncoding.RleDictionary => true,
        PageEncoding.DeltaBinaryPacked => type is PhysicalType.Int32 or PhysicalType.Int64,
        PageEncoding.DeltaLengthByteArray => type is PhysicalType.ByteArray,
        PageEncoding.DeltaByteArray => type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray,
        PageEncoding.ByteStreamSplit => type is PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double
            or PhysicalType.FixedLenByteArray,
        _ => false,
    };

    private static int WidthOf(SchemaElement column) => column.Type switch
    {
        PhysicalType.Int32 or PhysicalType.Float => 4,
        PhysicalType.Int64 or PhysicalType.Double => 8,
        PhysicalType.Int96 => 12,
        PhysicalType.FixedLenByteArray => column.TypeLength,
        _ => 0,
    };

    private static string Describe(PageEncoding encoding) =>
        Enum.IsDefined(encoding) ? encoding.ToString() : ((int)encoding).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new MalformedFileException(otherwise);
        }
    }
}
