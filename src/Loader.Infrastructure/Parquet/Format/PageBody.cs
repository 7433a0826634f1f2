using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using K4os.Compression.LZ4;
using Snappier;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Opens the body of one page: decompresses its values and tells levels from values.</summary>
/// <remarks>Sizes have been judged by <see cref="ChunkPages"/> before.</remarks>
/// <param name="buffers">The room of the file.</param>
/// <param name="room">The room in it for what is decompressed.</param>
internal sealed class PageBody(PageBuffers buffers, Scratch<byte> room)
{
    private ReadOnlyMemory<byte> _levels;
    private ReadOnlyMemory<byte> _values;

    /// <summary>Gets the definition levels of the page; empty in a page without.</summary>
    public ReadOnlySpan<byte> Levels => _levels.Span;

    /// <summary>Gets the values of the page.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <summary>Opens a page; what was opened before is no longer valid.</summary>
    /// <param name="chunk">The chunk's bytes; used until the next page is opened.</param>
    /// <param name="page">The page.</param>
    /// <param name="codec">The chunk's codec.</param>
    /// <param name="isOptional">Whether data pages have definition levels.</param>
    public void Open(ReadOnlyMemory<byte> chunk, in PageHeader page, CompressionCodec codec, bool isOptional)
    {
        ReadOnlyMemory<byte> body = chunk.Slice(page.BodyOffset, page.CompressedSize);
        _levels = body[..page.DefinitionBytes];
        body = body[page.DefinitionBytes..];
        int size = page.UncompressedSize - page.DefinitionBytes;
        _values = page.IsCompressed && codec != CompressionCodec.None ? Decompress(body, codec, size) : body;
        if (isOptional && page.Kind == PageKind.Data)
        {
            SplitLevels();
        }
    }

    /// <summary>In version 1 the levels stand before the values, behind their length.</summary>
    private void SplitLevels()
    {
        const int Prefix = sizeof(int);
        uint length = _values.Length < Prefix ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(_values.Span);
        if (length > _values.Length - Prefix)
        {
            throw new MalformedFileException("the levels of a page are larger than the page");
        }

        _levels = _values.Slice(Prefix, (int)length);
        _values = _values[(Prefix + (int)length)..];
    }

    private ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body, CompressionCodec codec, int size)
    {
        // A page of nulls alone has no values, and writers leave nothing where there is nothing to compress.
        if (size == 0)
        {
            return default;
        }

        Memory<byte> destination = room.TakeMemory(size);
        int written = codec switch
        {
            CompressionCodec.Snappy => Snappy.Decompress(body.Span, destination.Span),
            CompressionCodec.Zstd => buffers.Zstd.Unwrap(body.Span, destination.Span),
            CompressionCodec.Lz4Raw => LZ4Codec.Decode(body.Span, destination.Span),
            CompressionCodec.Brotli => BrotliDecoder.TryDecompress(body.Span, destination.Span, out int count) ? count : -1,
            _ => Gunzip(body, destination.Span),
        };
        return written == size ? destination : throw new MalformedFileException("a page does not decompress to the size that it claims");
    }

    private static int Gunzip(ReadOnlyMemory<byte> body, Span<byte> destination)
    {
        if (!MemoryMarshal.TryGetArray(body, out ArraySegment<byte> bytes))
        {
            bytes = body.ToArray();
        }

        using var compressed = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using var stream = new GZipStream(compressed, CompressionMode.Decompress);
        int written = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        return stream.ReadByte() < 0 ? written : -1;
    }
}
