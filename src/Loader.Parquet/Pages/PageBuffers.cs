using Loader.Parquet.Storage;
using ZstdSharp;

namespace Loader.Parquet.Pages;

/// <summary>The buffers that decoding needs. All columns of a file can share them if they are decoded one after the other.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PageBuffers : IDisposable
{
    private Decompressor? _zstd;

    /// <summary>Gets the buffer for the decompressed page.</summary>
    internal PooledBuffer<byte> Page { get; } = new();

    /// <summary>Gets the buffer for the decompressed dictionary.</summary>
    internal PooledBuffer<byte> Dictionary { get; } = new();

    /// <summary>Gets the buffer for values that the page does not contain in their final form.</summary>
    internal PooledBuffer<byte> Values { get; } = new();

    /// <summary>Gets the buffer for definition levels.</summary>
    internal PooledBuffer<int> DefinitionLevels { get; } = new();

    /// <summary>Gets the buffer for indexes into the dictionary.</summary>
    internal PooledBuffer<int> Indexes { get; } = new();

    /// <summary>Gets the buffer for delta-decoded integers, or the lengths of byte arrays.</summary>
    internal PooledBuffer<long> Deltas { get; } = new();

    /// <summary>Gets the buffer for the lengths of the prefixes that byte arrays share with their predecessors.</summary>
    internal PooledBuffer<long> PrefixLengths { get; } = new();

    /// <summary>Gets the buffer for the positions of the dictionary's byte arrays.</summary>
    internal PooledBuffer<ByteArrayPosition> DictionaryPositions { get; } = new();

    /// <summary>Gets the buffer for the positions of a page's byte arrays.</summary>
    internal PooledBuffer<ByteArrayPosition> Positions { get; } = new();

    /// <summary>Gets the zstd decompressor, which is reused because its tables are expensive to allocate.</summary>
    internal Decompressor Zstd => _zstd ??= new Decompressor();

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _zstd = null;
        Page.Dispose();
        Dictionary.Dispose();
        Values.Dispose();
        DefinitionLevels.Dispose();
        Indexes.Dispose();
        Deltas.Dispose();
        PrefixLengths.Dispose();
        DictionaryPositions.Dispose();
        Positions.Dispose();
    }
}
