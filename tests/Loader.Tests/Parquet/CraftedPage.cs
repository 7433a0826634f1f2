using Loader.Parquet.Metadata;

namespace Loader.Tests.Parquet;

/// <summary>A page with a header that a test chooses.</summary>
internal sealed record CraftedPage(byte[] Body)
{
    public PageType Type { get; init; } = PageType.Data;

    public int Values { get; init; } = CraftedFile.RowCount;

    public int Encoding { get; init; }

    public int? UncompressedSize { get; init; }

    public int? CompressedSize { get; init; }

    public int? Crc { get; init; }

    public int Nulls { get; init; }

    public int? Rows { get; init; }

    public int DefinitionBytes { get; init; }

    public int RepetitionBytes { get; init; }

    public int DefinitionEncoding { get; init; } = (int)PageEncoding.Rle;

    /// <summary>Gets or sets what writes a field behind the known ones.</summary>
    public Action<ThriftWriter>? ExtraField { get; init; }

    /// <summary>Gets or sets what writes a field behind the known ones of the page's own struct.</summary>
    public Action<ThriftWriter>? ExtraInnerField { get; init; }

    /// <summary>Gets a value indicating whether a page of version 2 says that its values are compressed.</summary>
    public bool IsCompressed { get; init; } = true;

    public byte[] Header()
    {
        var writer = new ThriftWriter();
        writer.I32(1, (int)Type);
        writer.I32(2, UncompressedSize ?? Body.Length);
        writer.I32(3, CompressedSize ?? Body.Length);
        if (Crc is { } crc)
        {
            writer.I32(4, crc);
        }

        switch (Type)
        {
            case PageType.Dictionary:
                writer.BeginStruct(7);
                writer.I32(1, Values);
                writer.I32(2, Encoding);
                break;
            case PageType.DataV2:
                writer.BeginStruct(8);
                writer.I32(1, Values);
                writer.I32(2, Nulls);
                writer.I32(3, Rows ?? Values);
                writer.I32(4, Encoding);
                writer.I32(5, DefinitionBytes);
                writer.I32(6, RepetitionBytes);
                writer.Bool(7, IsCompressed);
                break;
            default:
                writer.BeginStruct(5);
                writer.I32(1, Values);
                writer.I32(2, Encoding);
                writer.I32(3, DefinitionEncoding);
                writer.I32(4, (int)PageEncoding.Rle);
                break;
        }

        ExtraInnerField?.Invoke(writer);
        writer.EndStruct();
        ExtraField?.Invoke(writer);
        writer.End();
        return writer.Written.ToArray();
    }
}
