using System.Buffers;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Snappier;
using ZstdSharp;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Opens the body of one page: decompresses its values and tells levels from values.</summary>
/// <remarks>Owns a pooled buffer that grows to the largest page. Sizes have been judged by <see cref="ChunkPages"/> before.</remarks>
internal sealed class PageBody : IDisposable
{
    private readonly SegmentStream _gzip = new();
    private Decompressor? _zstd;
    private byte[] _buffer = [];
    private ReadOnlyMemory<byte> _levels;
    private ReadOnlyMemory<byte> _values;

    /// <summary>Gets the definition levels of the page; empty in a page without.</summary>
    public ReadOnlySpan<byte> Levels => _levels.Span;

    /// <summary>Gets the values of the page.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <summary>Opens a page; what was opened before is no longer valid.</summary>
    /// <param name="chunk">The chunk's bytes; kept until the next page is opened.</param>
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>In version 1 the levels stand before the values, behind their length.</summary>
    private void SplitLevels()
    {
        const int Prefix = sizeof(int);
        uint length = _values.Length < Prefix ? uint.MaxValue : System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(_values.Span);
        if (length > _values.Length - Prefix)
        {
            throw new MalformedFileException("the levels of a page are larger than the page");
        }

        _levels = _values.Slice(Prefix, (int)length);
        _values = _values[(Prefix + (int)length)..];
    }

    private ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body, CompressionCodec codec, int size)
    {
        if (size == 0)
        {
            return default;
        }

        if (_buffer.Length < size)
        {
            byte[] old = _buffer;
            _buffer = ArrayPool<byte>.Shared.Rent(size);
            if (old.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(old);
            }
        }

        Memory<byte> destination = _buffer.AsMemory(0, size);
        int written = codec switch
        {
            CompressionCodec.Snappy => Snappy.Decompress(body.Span, destination.Span),
            CompressionCodec.Zstd => (_zstd ??= new Decompressor()).Unwrap(body.Span, destination.Span),
            CompressionCodec.Lz4Raw => LZ4Codec.Decode(body.Span, destination.Span),
            CompressionCodec.Brotli => BrotliDecoder.TryDecompress(body.Span, destination.Span, out int count) ? count : -1,
            _ => Gunzip(body, destination.Span),
        };
        return written == size ? destination : throw new MalformedFileException("a page does not decompress to the size that it claims");
    }

    private int Gunzip(ReadOnlyMemory<byte> body, Span<byte> destination)
    {
        _gzip.Clear();
        _gzip.Append(body);
        using var stream = new GZipStream(_gzip, CompressionMode.Decompress, leaveOpen: true);
        int written = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        return stream.ReadByte() < 0 ? written : -1;
    }
}
