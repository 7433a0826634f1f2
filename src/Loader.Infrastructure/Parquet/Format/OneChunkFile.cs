using System.Buffers.Binary;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>
/// Some pages of one column chunk, presented as a Parquet file of their own: one column, one row group. Page headers and footer are written anew
/// from what has been checked, so a decoder meets nothing else of the file's own metadata: no statistics, logical types, unknown fields or offsets.
/// </summary>
internal sealed class OneChunkFile
{
    /// <summary>The name of the only column.</summary>
    public const string ColumnName = "c";

    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    private readonly ThriftWriter _headers = new();
    private readonly ThriftWriter _footer = new();
    private readonly List<int> _headerEnds = [];

    /// <summary>Gets the file; valid until the next <see cref="Present"/>.</summary>
    public SegmentStream Stream { get; } = new();

    /// <summary>Makes the file of a dictionary and data pages that follow each other.</summary>
    /// <param name="chunk">The chunk's bytes.</param>
    /// <param name="column">The column.</param>
    /// <param name="codec">The chunk's codec.</param>
    /// <param name="dictionary">The dictionary, where there is one.</param>
    /// <param name="data">The data pages; at least one.</param>
    /// <param name="values">The number of their values.</param>
    public void Present(
        ReadOnlyMemory<byte> chunk, SchemaElement column, CompressionCodec codec, PageHeader? dictionary, ReadOnlySpan<PageHeader> data, int values)
    {
        _headers.Clear();
        _headerEnds.Clear();
        long uncompressed = 0;
        if (dictionary is { } page)
        {
            WriteHeader(page, codec);
            uncompressed += page.UncompressedSize;
        }

        foreach (PageHeader header in data)
        {
            WriteHeader(header, codec);
            uncompressed += header.UncompressedSize;
        }

        Stream.Clear();
        Stream.Append(Magic);
        ReadOnlyMemory<byte> headers = _headers.Written;
        int next = 0;
        if (dictionary is { } first)
        {
            AppendPage(first);
        }

        long dataOffset = Stream.Length;
        foreach (PageHeader header in data)
        {
            AppendPage(header);
        }

        WriteFooter(column, codec, dictionary is not null, dataOffset, values, uncompressed + headers.Length);
        Stream.Append(_footer.Written);

        void AppendPage(in PageHeader header)
        {
            int start = next == 0 ? 0 : _headerEnds[next - 1];
            Stream.Append(headers[start.._headerEnds[next++]]);
            Stream.Append(chunk.Slice(header.BodyOffset, header.CompressedSize));
        }
    }

    private void WriteHeader(in PageHeader page, CompressionCodec codec)
    {
        _headers.I32(1, (int)page.Kind);
        _headers.I32(2, page.UncompressedSize);
        _headers.I32(3, page.CompressedSize);
        switch (page.Kind)
        {
            case PageKind.Dictionary:
                _headers.BeginStruct(7);
                _headers.I32(1, page.Values);
                _headers.I32(2, (int)PageEncoding.Plain);
                break;
            case PageKind.DataV2:
                _headers.BeginStruct(8);
                _headers.I32(1, page.Values);
                _headers.I32(2, page.Nulls);
                _headers.I32(3, page.Rows);
                _headers.I32(4, (int)page.Encoding);
                _headers.I32(5, page.DefinitionBytes);
                _headers.I32(6, 0);

                // Nothing compressed to nothing is left as it is: a page of nulls has no bytes for a codec to open.
                _headers.Bool(7, page.IsCompressed && codec != CompressionCodec.None && page.CompressedSize > page.DefinitionBytes);
                break;
            default:
                _headers.BeginStruct(5);
                _headers.I32(1, page.Values);
                _headers.I32(2, (int)page.Encoding);
                _headers.I32(3, (int)PageEncoding.Rle);
                _headers.I32(4, (int)PageEncoding.Rle);
                break;
        }

        _headers.EndStruct();
        _headers.End();
        _headerEnds.Add(_headers.Length);
    }

    private void WriteFooter(
        SchemaElement column, CompressionCodec codec, bool hasDictionary, long dataOffset, int values, long uncompressed)
    {
        long compressed = Stream.Length - Magic.Length;
        ReadOnlySpan<byte> name = "c"u8;
        _footer.Clear();
        _footer.I32(1, 1);
        _footer.List(2, ThriftType.Struct, 2);
        _footer.BeginElement();
        _footer.Binary(4, "r"u8);
        _footer.I32(5, 1);
        _footer.EndStruct();
        _footer.BeginElement();
        _footer.I32(1, (int)column.Type!.Value);
        if (column.Type == PhysicalType.FixedLenByteArray)
        {
            _footer.I32(2, column.TypeLength);
        }

        _footer.I32(3, (int)column.Repetition!.Value);
        _footer.Binary(4, name);
        _footer.EndStruct();
        _footer.I64(3, values);
        _footer.List(4, ThriftType.Struct, 1);
        _footer.BeginElement();
        _footer.List(1, ThriftType.Struct, 1);
        _footer.BeginElement();
        _footer.I64(2, Magic.Length);
        _footer.BeginStruct(3);
        _footer.I32(1, (int)column.Type.Value);
        _footer.List(2, ThriftType.I32, 1);
        _footer.I32Element((int)PageEncoding.Plain);
        _footer.List(3, ThriftType.Binary, 1);
        _footer.BinaryElement(name);
        _footer.I32(4, (int)codec);
        _footer.I64(5, values);
        _footer.I64(6, uncompressed);
        _footer.I64(7, compressed);
        _footer.I64(9, dataOffset);
        if (hasDictionary)
        {
            _footer.I64(11, Magic.Length);
        }

        _footer.EndStruct();
        _footer.EndStruct();
        _footer.I64(2, uncompressed);
        _footer.I64(3, values);
        _footer.EndStruct();
        _footer.End();

        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, _footer.Length);
        _footer.Raw(length);
        _footer.Raw(Magic);
    }
}
