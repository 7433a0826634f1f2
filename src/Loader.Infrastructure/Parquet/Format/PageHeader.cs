namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The header of one page, as it is in the file, with where its body lies in the chunk.</summary>
internal readonly record struct PageHeader
{
    public PageKind Kind { get; init; }

    /// <summary>Gets the bytes of the body before compression, levels included.</summary>
    public int UncompressedSize { get; init; }

    /// <summary>Gets the bytes of the body as it is in the file, levels included.</summary>
    public int CompressedSize { get; init; }

    /// <summary>Gets the CRC-32 of the body as it is in the file, where the writer kept one.</summary>
    public uint? Crc { get; init; }

    /// <summary>Gets the number of values, nulls included; in a dictionary the number of entries.</summary>
    public int Values { get; init; }

    /// <summary>Gets the number of nulls; known only in v2.</summary>
    public int Nulls { get; init; }

    /// <summary>Gets the number of rows; known only in v2.</summary>
    public int Rows { get; init; }

    public PageEncoding Encoding { get; init; }

    /// <summary>Gets the encoding of definition levels in v1.</summary>
    public PageEncoding DefinitionEncoding { get; init; }

    /// <summary>Gets the bytes of definition levels in v2, which are never compressed.</summary>
    public int DefinitionBytes { get; init; }

    /// <summary>Gets the bytes of repetition levels in v2.</summary>
    public int RepetitionBytes { get; init; }

    /// <summary>Gets a value indicating whether the values of a v2 page are compressed; always so in v1.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Gets where the body begins in the chunk.</summary>
    public int BodyOffset { get; init; }

    /// <summary>Gets a value indicating whether the values are indexes into the dictionary.</summary>
    public bool UsesDictionary => Encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;
}
