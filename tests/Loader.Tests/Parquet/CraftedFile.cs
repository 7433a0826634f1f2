using System.Buffers.Binary;
using System.Text;
using Loader.Parquet.Metadata;
using Loader.Parquet.Thrift;

namespace Loader.Tests.Parquet;

/// <summary>Parquet files assembled byte by byte, so that any number in them can be wrong. By default the file is valid: one row group with four rows.</summary>
internal sealed class CraftedFile
{
    public const int RowCount = 4;

    private static readonly string[] Texts = ["region", "unit", "consumer_type", "measurement_type"];

    /// <summary>Gets or sets the pages that replace the chunk of <c>value</c>.</summary>
    public Func<CraftedPage[]>? ValuePages { get; init; }

    /// <summary>Gets or sets the pages that replace the chunk of <c>region</c>.</summary>
    public Func<CraftedPage[]> RegionPages { get; init; } = () => [new CraftedPage(Strings("a", "a", "b", "b"))];

    /// <summary>Gets or sets the pages that replace the chunk of <c>timestamp</c>; the column is text then.</summary>
    public Func<CraftedPage[]>? TimePages { get; init; }

    /// <summary>Gets or sets whether the footer gives the chunk of <c>region</c> also as that of <c>unit</c>.</summary>
    public bool UnitIsRegion { get; init; }

    /// <summary>The number of rows in the default pages.</summary>
    private int ActualRows => Rows is >= 0 and <= 1_000_000 ? (int)Rows : RowCount;

    public long Rows { get; init; } = RowCount;

    public long? FileRows { get; init; }

    public long? ChunkValues { get; init; }

    public int ValueType { get; init; } = (int)PhysicalType.Double;

    public int Codec { get; init; }

    public long? UncompressedSize { get; init; }

    public long? CompressedSize { get; init; }

    public long? DataOffset { get; init; }

    public string? FilePath { get; init; }

    public bool IsEncrypted { get; init; }

    public bool HasCryptoMetadata { get; init; }

    public string ValueRepetition { get; init; } = "required";

    /// <summary>Gets or sets the length of values of <c>value</c>, which are decimals of fixed length then.</summary>
    public int? ValueLength { get; init; }

    /// <summary>Gets or sets the physical type of the schema's root, which has none in a valid file.</summary>
    public int? RootType { get; init; }

    /// <summary>Returns a file with the given footer.</summary>
    public static byte[] WithFooter(ReadOnlySpan<byte> footer, uint? length = null)
    {
        byte[] file = [.. "PAR1"u8, .. new byte[16], .. footer, 0, 0, 0, 0, .. "PAR1"u8];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 8), length ?? (uint)footer.Length);
        return file;
    }

    public static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static byte[] Strings(params string[] values) =>
        [.. values.SelectMany(v => (byte[])[.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(v)), .. Encoding.UTF8.GetBytes(v)])];

    /// <summary>Encodes a variable-length integer, as in page headers and encodings.</summary>
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    public byte[] Bytes()
    {
        using var file = new MemoryStream();
        file.Write("PAR1"u8);
        var chunks = new List<(string Name, int Type, long Offset, long Size, long Uncompressed)>
        {
            TimePages is not null ? Put("timestamp", (int)PhysicalType.ByteArray, TimePages()) : Put("timestamp", (int)PhysicalType.Int64, [Page([.. Enumerable.Range(0, ActualRows).SelectMany(i => BitConverter.GetBytes(1_704_067_200_000L + i))])]),
            Put("value", ValueType, ValuePages?.Invoke() ?? [Page(Doubles([.. Enumerable.Range(1, ActualRows).Select(i => (double)i)]))]),
            Put("region", (int)PhysicalType.ByteArray, RegionPages()),
        };
        chunks.AddRange(Texts[1..].Select(name => Put(name, (int)PhysicalType.ByteArray, [Page(Strings([.. Enumerable.Repeat("x", ActualRows)]))])));
        if (UnitIsRegion)
        {
            chunks[3] = chunks[2] with { Name = "unit" };
        }

        byte[] footer = Footer(chunks);
        file.Write(footer);
        file.Write(BitConverter.GetBytes(footer.Length));
        file.Write("PAR1"u8);
        return file.ToArray();

        CraftedPage Page(byte[] body) => new(body) { Values = ActualRows };

        (string, int, long, long, long) Put(string name, int type, CraftedPage[] pages)
        {
            long start = file.Position;
            long uncompressed = 0;
            foreach (CraftedPage page in pages)
            {
                byte[] header = page.Header();
                file.Write(header);
                file.Write(page.Body);
                uncompressed += header.Length + (long)(page.UncompressedSize ?? page.Body.Length);
            }

            return (name, type, start, file.Position - start, uncompressed);
        }
    }

    private byte[] Footer(List<(string Name, int Type, long Offset, long Size, long Uncompressed)> chunks)
    {
        var writer = new ThriftWriter();
        writer.I32(1, 1);
        writer.List(2, ThriftType.Struct, chunks.Count + 1);
        writer.BeginElement();
        if (RootType is { } rootType)
        {
            writer.I32(1, rootType);
        }

        writer.Binary(4, "root"u8);
        writer.I32(5, chunks.Count);
        writer.EndStruct();
        foreach ((string name, int type, _, _, _) in chunks)
        {
            writer.BeginElement();
            bool isDecimal = name == "value" && ValueLength is not null;
            writer.I32(1, type);
            if (isDecimal)
            {
                writer.I32(2, ValueLength!.Value);
            }

            writer.I32(3, name == "value" && ValueRepetition == "optional" ? 1 : 0);
            writer.Binary(4, Encoding.UTF8.GetBytes(name));
            if (name == "timestamp" && TimePages is null)
            {
                writer.I32(6, 9);
            }

            if (isDecimal)
            {
                writer.I32(6, 5);
                writer.I32(8, 4);
            }

            writer.EndStruct();
        }

        writer.I64(3, FileRows ?? Rows);
        writer.List(4, ThriftType.Struct, 1);
        writer.BeginElement();
        writer.List(1, ThriftType.Struct, chunks.Count);
        foreach ((string name, int type, long offset, long size, long uncompressed) in chunks)
        {
            bool isValue = name == "value";
            writer.BeginElement();
            if (isValue && FilePath is not null)
            {
                writer.Binary(1, Encoding.UTF8.GetBytes(FilePath));
            }

            writer.I64(2, offset);
            writer.BeginStruct(3);
            writer.I32(1, type);
            writer.List(2, ThriftType.I32, 1);
            writer.I32Element(0);
            writer.List(3, ThriftType.Binary, 1);
            writer.BinaryElement(Encoding.UTF8.GetBytes(name));
            writer.I32(4, isValue || name == "region" ? Codec : 0);
            writer.I64(5, isValue && ChunkValues is { } values ? values : Rows);
            writer.I64(6, isValue && UncompressedSize is { } claimed ? claimed : uncompressed);
            writer.I64(7, isValue && CompressedSize is { } compressed ? compressed : size);
            writer.I64(9, isValue && DataOffset is { } data ? data : offset);
            writer.EndStruct();
            if (isValue && HasCryptoMetadata)
            {
                writer.BeginStruct(8);
                writer.EndStruct();
            }

            writer.EndStruct();
        }

        writer.I64(2, 1000);
        writer.I64(3, Rows);
        writer.EndStruct();
        if (IsEncrypted)
        {
            writer.BeginStruct(8);
            writer.EndStruct();
        }

        writer.End();
        return writer.Written.ToArray();
    }
}
