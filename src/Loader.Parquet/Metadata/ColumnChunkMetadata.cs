using Loader.Parquet.Storage;

namespace Loader.Parquet.Metadata;

/// <summary>Parquet's compression codecs, with the numbers that the footer uses.</summary>
public enum CompressionCodec
{
    /// <summary>No compression.</summary>
    None = 0,

    /// <summary>Snappy.</summary>
    Snappy = 1,

    /// <summary>Gzip.</summary>
    Gzip = 2,

    /// <summary>LZO, which is not supported.</summary>
    Lzo = 3,

    /// <summary>Brotli.</summary>
    Brotli = 4,

    /// <summary>
    /// LZ4 in Hadoop's framing, in the LZ4 frame format or without any framing: writers disagree, and nothing in a file says which. Not
    /// supported.
    /// </summary>
    Lz4Hadoop = 5,

    /// <summary>Zstandard.</summary>
    Zstd = 6,

    /// <summary>LZ4 blocks without framing.</summary>
    Lz4Raw = 7,
}

/// <summary>A column chunk as the footer describes it. Nothing here has been checked against the file.</summary>
public sealed record ColumnChunkMetadata
{
    /// <summary>Gets the physical type.</summary>
    public PhysicalType Type { get; init; }

    /// <summary>Gets the codec.</summary>
    public CompressionCodec Codec { get; init; }

    /// <summary>Gets the number of values, including nulls.</summary>
    public long ValueCount { get; init; }

    /// <summary>Gets the size in bytes of all pages including their headers, before compression.</summary>
    public long UncompressedSize { get; init; }

    /// <summary>Gets the size in bytes of all pages including their headers, as stored in the file.</summary>
    public long CompressedSize { get; init; }

    /// <summary>
    /// Gets the offset in the file of the first data page, or of the dictionary page if <see cref="DictionaryOffset"/> is not set.
    /// </summary>
    public long DataOffset { get; init; }

    /// <summary>Gets the offset in the file of the dictionary page; 0 or <see langword="null"/> if the footer does not give it.</summary>
    public long? DictionaryOffset { get; init; }

    /// <summary>Gets why this chunk cannot be read (it is encrypted, or stored in another file), or <see langword="null"/>.</summary>
    public string? UnsupportedReason { get; init; }

    /// <summary>
    /// Gets the smallest value in the order of the column's type, PLAIN-encoded, or <see langword="null"/> if the footer has no exact one.
    /// </summary>
    public ReadOnlyMemory<byte>? Min { get; init; }

    /// <summary>Gets the largest value, in the same form as <see cref="Min"/>.</summary>
    public ReadOnlyMemory<byte>? Max { get; init; }

    /// <summary>Gets the number of nulls, or <see langword="null"/> if the footer does not give it.</summary>
    public long? NullCount { get; init; }

    /// <summary>Gets the chunk's bytes in the file.</summary>
    public ByteRange Range => new(DictionaryOffset is > 0 ? Math.Min(DictionaryOffset.Value, DataOffset) : DataOffset, CompressedSize);

    /// <summary>Gets the position of the chunk's path in the footer.</summary>
    internal int PathPosition { get; init; }
}
