namespace Loader.Parquet.Metadata;

/// <summary>The page types, with the numbers that page headers use.</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>The encodings, with the numbers that page headers use.</summary>
internal enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}

/// <summary>The header of a page, and the position of the page's body in its column chunk.</summary>
internal readonly record struct PageHeader
{
    public PageType Type { get; init; }

    /// <summary>Gets the size of the body in bytes before compression, including levels.</summary>
    public int UncompressedSize { get; init; }

    /// <summary>Gets the size of the body in bytes as stored, including levels.</summary>
    public int CompressedSize { get; init; }

    /// <summary>Gets the CRC-32 of the body as stored, or <see langword="null"/> if the header has none or 0.</summary>
    public uint? Crc { get; init; }

    /// <summary>Gets the number of values including nulls; in a dictionary page, the number of entries.</summary>
    public int ValueCount { get; init; }

    public PageEncoding Encoding { get; init; }

    /// <summary>Gets the encoding of definition levels in version 1.</summary>
    public PageEncoding DefinitionLevelEncoding { get; init; }

    /// <summary>Gets the size in bytes of the definition levels in version 2, where they are never compressed.</summary>
    public int DefinitionLevelSize { get; init; }

    /// <summary>Gets the size in bytes of the repetition levels in version 2.</summary>
    public int RepetitionLevelSize { get; init; }

    /// <summary>
    /// Gets the size in bytes of all levels before the values in version 2; 0 in version 1, where they are part of the values.
    /// </summary>
    public int LevelSize => RepetitionLevelSize + DefinitionLevelSize;

    /// <summary>Gets a value indicating whether the values are compressed; always true in version 1.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Gets the offset of the body in the column chunk.</summary>
    public int BodyOffset { get; init; }

    /// <summary>Gets a value indicating whether the values are indexes into the dictionary.</summary>
    public bool UsesDictionary => Encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;
}
