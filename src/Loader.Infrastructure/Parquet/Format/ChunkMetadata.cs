namespace Loader.Infrastructure.Parquet.Format;

/// <summary>What the footer says of one column chunk. Nothing here has been checked against the file.</summary>
internal sealed class ChunkMetadata
{
    /// <summary>Gets the physical type.</summary>
    public PhysicalType Type { get; init; }

    /// <summary>Gets the codec.</summary>
    public CompressionCodec Codec { get; init; }

    /// <summary>Gets the number of values, nulls included.</summary>
    public long Values { get; init; }

    /// <summary>Gets the bytes of all pages, headers included, before compression.</summary>
    public long UncompressedSize { get; init; }

    /// <summary>Gets the bytes of all pages, headers included, as they are in the file.</summary>
    public long CompressedSize { get; init; }

    /// <summary>Gets the offset in the file of the first data page, or of the dictionary where <see cref="DictionaryOffset"/> does not say.</summary>
    public long DataOffset { get; init; }

    /// <summary>Gets the offset of the dictionary page; 0 or <see langword="null"/> where the footer names none.</summary>
    public long? DictionaryOffset { get; init; }

    /// <summary>Gets the position in the footer at which the chunk's path begins.</summary>
    public int PathPosition { get; init; }

    /// <summary>Gets the column's encrypted, or kept in another file, or the reason why not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets the least value in the order of the column's type, as plain bytes, where the footer gives an exact one.</summary>
    public ReadOnlyMemory<byte>? Min { get; init; }

    /// <summary>Gets the greatest value, as <see cref="Min"/>.</summary>
    public ReadOnlyMemory<byte>? Max { get; init; }

    /// <summary>Gets the offset in the file of the chunk's first byte.</summary>
    public long Start => DictionaryOffset is > 0 ? Math.Min(DictionaryOffset.Value, DataOffset) : DataOffset;
}
