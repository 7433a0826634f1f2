using System.Buffers.Binary;
using Loader.Parquet.Metadata;

namespace Loader.Parquet.Pages;

/// <summary>Rejects sizes that a page cannot decompress to, before memory is reserved for them.</summary>
internal static class PageSizes
{
    /// <summary>
    /// The maximum uncompressed size of a page in bytes: that of an array. Writers aim at 1 MB, but fastparquet writes pages of 500 MiB.
    /// The size in the footer, which the pages must not exceed, tells a reader how much memory to expect.
    /// </summary>
    private static readonly int MaxPageSize = Array.MaxLength;

    /// <summary>Validates the uncompressed size that a page claims.</summary>
    /// <param name="page">The page's header.</param>
    /// <param name="body">The page's body as stored.</param>
    /// <param name="codec">The chunk's codec.</param>
    /// <exception cref="MalformedFileException">The body cannot have this size.</exception>
    /// <exception cref="UnsupportedFileException">The page is too large.</exception>
    public static void Validate(in PageHeader page, ReadOnlySpan<byte> body, CompressionCodec codec)
    {
        if (page.UncompressedSize > MaxPageSize)
        {
            throw new UnsupportedFileException($"A page claims {page.UncompressedSize} bytes; at most {MaxPageSize} are supported.");
        }

        ReadOnlySpan<byte> compressed = body[page.LevelSize..];
        long size = page.UncompressedSize - page.LevelSize;
        if (!page.IsCompressed || codec == CompressionCodec.None)
        {
            MalformedFileException.ThrowUnless(size == compressed.Length, "The two sizes of an uncompressed page differ.");
            return;
        }

        // The maximum number of bytes from one compressed byte: snappy copies 64 bytes with 3, LZ4 255 with one byte of length, deflate 258
        // with
        // two bits, zstd a block of 128 KB with 4 bytes. Brotli has no such limit.
        long maxRatio = codec switch
        {
            CompressionCodec.Snappy => 22,
            CompressionCodec.Lz4Raw => 255,
            CompressionCodec.Gzip => 1032,
            CompressionCodec.Zstd => 1 << 15,
            _ => int.MaxValue,
        };
        MalformedFileException.ThrowUnless(
            size <= (compressed.Length + 16) * maxRatio, "A page claims more bytes than its compressed bytes can hold.");
        MalformedFileException.ThrowUnless(
            codec != CompressionCodec.Snappy || compressed.IsEmpty || SnappySize(compressed) == size,
            "The size of a page differs from the size in its snappy data.");
        MalformedFileException.ThrowUnless(
            codec != CompressionCodec.Zstd || ZstdSize(compressed) is not { } claimed || claimed <= (ulong)size,
            "The size of a page is below the size in its zstd data.");
    }

    /// <summary>
    /// Snappy data begins with its uncompressed size (https://github.com/google/snappy/blob/main/format_description.txt).
    /// </summary>
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

    /// <summary>The content size in the header of the first frame, or <see langword="null"/> if it has none (RFC 8878, 3.1.1.1).</summary>
    private static ulong? ZstdSize(ReadOnlySpan<byte> data)
    {
        const uint FrameMagic = 0xFD2FB528;
        if (data.Length < 5 || BinaryPrimitives.ReadUInt32LittleEndian(data) != FrameMagic)
        {
            return null;
        }

        byte descriptor = data[4];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int dictionaryIdLength = (descriptor & 3) switch { 3 => 4, var n => n };
        int sizeLength = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int position = 5 + (isSingleSegment ? 0 : 1) + dictionaryIdLength;
        if (sizeLength == 0 || data.Length < position + sizeLength)
        {
            return null;
        }

        ReadOnlySpan<byte> size = data.Slice(position, sizeLength);
        return sizeLength switch
        {
            1 => size[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(size) + 256u,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(size),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(size),
        };
    }
}
