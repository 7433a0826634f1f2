using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using K4os.Compression.LZ4;
using Loader.Parquet.Metadata;
using Loader.Parquet.Storage;
using Snappier;
using ZstdSharp;

namespace Loader.Parquet.Pages;

/// <summary>Opens the body of a page: decompresses it and separates the definition levels from the values.</summary>
/// <remarks><see cref="ColumnChunk"/> has already validated the sizes in the page's header.</remarks>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="destination">The one of them that receives decompressed bytes.</param>
internal sealed class PageBody(PageBuffers buffers, PooledBuffer<byte> destination)
{
    /// <summary>The size in bytes up to which memory is reserved for what a page only claims to decompress to.</summary>
    private const int MaxTrustedSize = 16 << 20;

    /// <summary>
    /// Larger pages are trusted up to this ratio. Snappy and LZ4 never exceed it; with other codecs, a few bytes can claim gigabytes.
    /// </summary>
    private const long MaxTrustedRatio = 256;

    private ReadOnlyMemory<byte> _levels;
    private ReadOnlyMemory<byte> _values;

    /// <summary>Gets the encoded definition levels; empty if the page has none.</summary>
    public ReadOnlySpan<byte> LevelBytes => _levels.Span;

    /// <summary>Gets the encoded values.</summary>
    public ReadOnlySpan<byte> ValueBytes => _values.Span;

    /// <summary>Opens a page, which invalidates the previous one.</summary>
    /// <param name="chunk">The chunk's bytes, which must stay valid until the next page is opened.</param>
    /// <param name="page">The page.</param>
    /// <param name="codec">The chunk's codec.</param>
    /// <param name="isOptional">Whether data pages have definition levels.</param>
    public void Open(ReadOnlyMemory<byte> chunk, in PageHeader page, CompressionCodec codec, bool isOptional)
    {
        ReadOnlyMemory<byte> body = chunk.Slice(page.BodyOffset, page.CompressedSize);
        _levels = body.Slice(page.RepetitionLevelSize, page.DefinitionLevelSize);
        body = body[page.LevelSize..];
        int size = page.UncompressedSize - page.LevelSize;
        _values = page.IsCompressed && codec != CompressionCodec.None ? Decompress(body, codec, size) : body;
        if (isOptional && page.Type == PageType.Data)
        {
            SplitLevels();
        }
    }

    /// <summary>In version 1 the body begins with the length of the levels and the levels.</summary>
    private void SplitLevels()
    {
        const int Prefix = sizeof(int);
        uint length = _values.Length < Prefix ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(_values.Span);
        if (length > _values.Length - Prefix)
        {
            throw new MalformedFileException("The definition levels of a page are larger than the page.");
        }

        _levels = _values.Slice(Prefix, (int)length);
        _values = _values[(Prefix + (int)length)..];
    }

    private ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body, CompressionCodec codec, int size)
    {
        // Writers do not compress an empty body, which is what a page of nulls has.
        if (size == 0)
        {
            return default;
        }

        Memory<byte> decompressed = default;
        long written;
        try
        {
            written = size <= Math.Max(MaxTrustedSize, body.Length * MaxTrustedRatio) ? size : Measure(body, codec, size);
            if (written == size)
            {
                decompressed = destination.ReserveMemory(size);
                written = Decompress(body, codec, decompressed.Span);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new MalformedFileException(
                $"A page cannot be decompressed ({exception.GetType().Name}: {exception.Message.TrimEnd('.')}).", exception);
        }

        return written == size
            ? decompressed
            : throw new MalformedFileException("A page does not decompress to the size that it claims.");
    }

    private int Decompress(ReadOnlyMemory<byte> body, CompressionCodec codec, Span<byte> decompressed) => codec switch
    {
        CompressionCodec.Snappy => Snappy.Decompress(body.Span, decompressed),
        CompressionCodec.Zstd => buffers.Zstd.Unwrap(body.Span, decompressed),
        CompressionCodec.Lz4Raw => LZ4Codec.Decode(body.Span, decompressed),
        CompressionCodec.Brotli => BrotliDecoder.TryDecompress(body.Span, decompressed, out int count) ? count : -1,
        _ => DecompressGzip(body, decompressed),
    };

    private static int DecompressGzip(ReadOnlyMemory<byte> body, Span<byte> decompressed)
    {
        using Stream stream = OpenStream(body, CompressionCodec.Gzip);
        int written = stream.ReadAtLeast(decompressed, decompressed.Length, throwOnEndOfStream: false);
        return stream.ReadByte() < 0 ? written : -1;
    }

    /// <summary>Decompresses without keeping the bytes, to learn how many there are before memory is reserved for them.</summary>
    private static long Measure(ReadOnlyMemory<byte> body, CompressionCodec codec, int max)
    {
        using Stream stream = OpenStream(body, codec);
        byte[] part = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            long size = 0;
            int read;
            while (size <= max && (read = stream.Read(part)) > 0)
            {
                size += read;
            }

            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    private static Stream OpenStream(ReadOnlyMemory<byte> body, CompressionCodec codec)
    {
        if (!MemoryMarshal.TryGetArray(body, out ArraySegment<byte> bytes))
        {
            bytes = body.ToArray();
        }

        var compressed = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return codec switch
        {
            CompressionCodec.Gzip => new GZipStream(compressed, CompressionMode.Decompress),
            CompressionCodec.Brotli => new BrotliStream(compressed, CompressionMode.Decompress),
            _ => new DecompressionStream(compressed, leaveOpen: false),
        };
    }
}
