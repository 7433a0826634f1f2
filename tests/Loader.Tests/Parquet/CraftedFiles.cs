using Loader.Parquet.Metadata;

namespace Loader.Tests.Parquet;

/// <summary>Files with one error each, and the message that reports it.</summary>
internal static class CraftedFiles
{
    /// <summary>Returns all files.</summary>
    public static IEnumerable<byte[]> All() => Footers().Concat(Chunks()).Concat(Texts()).Select(file => (byte[])file.Arguments[0]!);

    /// <summary>Returns those of the files that exceed a limit or use an unsupported feature.</summary>
    public static IEnumerable<TestCaseData> Limits() =>
        Footers().Concat(Chunks()).Concat(Texts()).Where(file => ((string)file.Arguments[1]!).Contains("supported", StringComparison.Ordinal));

    public static IEnumerable<TestCaseData> Footers()
    {
        yield return Case("endless varint", CraftedFile.WithFooter([0x15, 0xFF]), "The Thrift metadata contains an unexpected end.");
        yield return Case("varint of eleven bytes", CraftedFile.WithFooter([0x15, .. Enumerable.Repeat((byte)0xFF, 11)]), "The Thrift metadata contains an integer of more than ten bytes.");
        yield return Case("100,000 nested lists", CraftedFile.WithFooter([0x59, .. Enumerable.Repeat((byte)0x19, 100_000)]), "The Thrift metadata nests structures more than 32 levels deep; at most 32 are supported.");
        yield return Case("100,000 nested structs", CraftedFile.WithFooter([0x5C, .. Enumerable.Repeat((byte)0x1C, 100_000)]), "The Thrift metadata nests structures more than 32 levels deep; at most 32 are supported.");
        yield return Case("list of 2 G", CraftedFile.WithFooter([0x59, 0xF5, .. CraftedFile.Varint(2_000_000_000)]), "The Thrift metadata contains a list that is longer than the remaining bytes.");
        yield return Case("row groups of 2 G", CraftedFile.WithFooter([0x49, 0xFC, .. CraftedFile.Varint(2_000_000_000)]), "The Thrift metadata contains a list that is longer than the remaining bytes.");
        yield return Case("text of 2 GB", CraftedFile.WithFooter([0x68, .. CraftedFile.Varint(2_000_000_000)]), "The Thrift metadata contains a string that is longer than the remaining bytes.");
        yield return Case("empty footer", CraftedFile.WithFooter([]), "The Thrift metadata contains an unexpected end.");
        yield return Case("footer of zeros", CraftedFile.WithFooter(new byte[64]), "The footer is longer than its content.");
        yield return Case("footer longer than the file", CraftedFile.WithFooter([0], uint.MaxValue), "The footer is longer than the file.");
        yield return Case("schema nested 100,000 deep", CraftedFile.WithFooter(DeepSchema(100_000)), "The schema has fewer columns than it claims.");
        yield return Case("nothing", [], "The file is empty.");
        yield return Case("four bytes", "PAR1"u8.ToArray(), "The file has only 4 bytes.");
        yield return Case("eight bytes", "PAR1PAR1"u8.ToArray(), "The file has only 8 bytes.");
        yield return Case("schema of 2 G", CraftedFile.WithFooter([0x15, 2, 0x19, 0xFC, .. CraftedFile.Varint(2_000_000_000), 0]), "The Thrift metadata contains a list that is longer than the remaining bytes.");
        yield return Case("schema of 2 M columns", CraftedFile.WithFooter([0x29, 0xFC, .. CraftedFile.Varint(2_000_000), .. new byte[2_000_000]]), "The file has 2000000 columns and groups of columns; at most 1048576 are supported.");
        yield return Case("row groups of 3 M", CraftedFile.WithFooter([0x49, 0xFC, .. CraftedFile.Varint(3_000_000), .. new byte[3_000_000]]), "The file has 3000000 row groups; at most 2097152 are supported.");
        yield return Case("one chunk for two columns", new CraftedFile { UnitIsRegion = true, RegionPages = () => [new CraftedPage(CraftedFile.Strings("a", "a", "b", new string('b', 100)))] }, "The footer assigns the same bytes to several columns or row groups.");
        yield return Case("footer of ones", CraftedFile.WithFooter([.. Enumerable.Repeat((byte)0xFF, 4_096)]), "The Thrift metadata contains an unknown wire type.");
        yield return Case("another kind of file", [.. "%PDF-1.7 and so on and on"u8], "The file does not end like a Parquet file: it has another format, or it was cut off.");
        yield return Case("encrypted footer", [.. "PARE"u8, .. new byte[20], .. "PARE"u8], "The file is encrypted.");
        yield return Case("plain footer of an encrypted file", new CraftedFile { IsEncrypted = true }.Bytes(), "The file is encrypted.");
        yield return Case("negative rows", new CraftedFile { Rows = -1 }.Bytes(), "The footer describes a row group with a negative number of rows.");
        yield return Case("rows beyond all memory", new CraftedFile { Rows = long.MaxValue }.Bytes(), "The file has a row group of 9223372036854775807 rows; at most 67108864 are supported.");
        yield return Case("another sum of rows", new CraftedFile { FileRows = 5 }.Bytes(), "The footer claims 5 rows, but its row groups have 4.");
    }

    public static IEnumerable<TestCaseData> Chunks()
    {
        yield return Case("other count", new CraftedFile { ChunkValues = 5 }, "The footer claims 5 values, but 4 rows.");
        yield return Case("negative count", new CraftedFile { ChunkValues = -4 }, "The footer claims -4 values, but 4 rows.");
        yield return Case("beyond the file", new CraftedFile { CompressedSize = 1_000_000 }, "The footer places the column chunk outside the file.");
        yield return Case("size that overflows", new CraftedFile { CompressedSize = long.MaxValue }, "The footer places the column chunk outside the file.");
        yield return Case("negative size", new CraftedFile { CompressedSize = -5 }, "The footer places the column chunk outside the file.");
        yield return Case("offset behind the end", new CraftedFile { DataOffset = long.MaxValue - 3 }, "The footer places the column chunk outside the file.");
        yield return Case("negative offset", new CraftedFile { DataOffset = -1 }, "The footer places the column chunk outside the file.");
        yield return Case("in another file", new CraftedFile { FilePath = "other.parquet" }, "The column chunk is stored in another file.");
        yield return Case("encrypted column", new CraftedFile { HasCryptoMetadata = true }, "The column is encrypted.");
        yield return Case("LZO", new CraftedFile { Codec = 3 }, "The codec LZO is not supported.");
        yield return Case("Hadoop LZ4", new CraftedFile { Codec = 5 }, "The codec LZ4 is not supported, because writers disagree about its framing (Hadoop's, the LZ4 frame format, or none). LZ4_RAW is supported.");
        yield return Case("unknown codec", new CraftedFile { Codec = 99 }, "The codec 99 is unknown.");
        yield return Case("larger than the footer says", new CraftedFile { Codec = 6, UncompressedSize = 20, ValuePages = () => [new CraftedPage(new byte[500]) { UncompressedSize = 1_100_000 }] }, "The pages are larger than the footer says.");

        yield return Page("page of 2 GB", p => p with { UncompressedSize = int.MaxValue }, "A page claims 2147483647 bytes; at most 2147483591 are supported.", codec: 6);
        yield return Page("negative page", p => p with { UncompressedSize = -1 }, "A page header lacks its type or its sizes.");
        yield return Page("page beyond the chunk", p => p with { CompressedSize = 1_000 }, "A page extends beyond its column chunk.");
        yield return Page("rest behind the pages", p => p with { Values = 0, CompressedSize = 5, UncompressedSize = 5 }, "A page header lacks its type or its sizes.");
        yield return Page("500 M values", p => p with { Values = 500_000_000 }, "A page holds fewer values than it claims.");
        yield return Page("500 M values that are not null", p => p with { Type = PageType.DataV2, Values = 500_000_000 }, "A page holds fewer values than it claims.");
        yield return Page("negative values", p => p with { Values = -4 }, "A page header has a missing or negative count.");
        yield return Page("too few bytes", p => p with { Body = [1, 2, 3] }, "A page holds fewer values than it claims.");
        yield return Page("wrong checksum", p => p with { Crc = 12345 }, "The checksum of a page does not match its bytes.");
        yield return Page("RLE of doubles", p => p with { Encoding = (int)PageEncoding.Rle }, "The encoding Rle is not supported for DOUBLE.");
        yield return Page("delta of doubles", p => p with { Encoding = (int)PageEncoding.DeltaBinaryPacked }, "The encoding DeltaBinaryPacked is not supported for DOUBLE.");
        yield return Page("unknown encoding", p => p with { Encoding = 77 }, "The encoding 77 is not supported for DOUBLE.");
        yield return Page("dictionary that is not there", p => p with { Encoding = (int)PageEncoding.RleDictionary }, "A page refers to a dictionary, but there is none.");
        yield return Page("levels instead of values", p => p with { Type = PageType.DataV2, RepetitionBytes = 2 }, "A page holds fewer values than it claims.");
        yield return Page("levels larger than the page", p => p with { Type = PageType.DataV2, DefinitionBytes = 999 }, "The levels of a page are larger than the page.");
        yield return Page("levels of a size that overflows", p => p with { Type = PageType.DataV2, DefinitionBytes = int.MaxValue, RepetitionBytes = int.MaxValue }, "The levels of a page are larger than the page.");
        yield return Page("snappy of 2 GB", p => p with { Body = [.. CraftedFile.Varint(2_000_000_000), 0, 0], UncompressedSize = 32 }, "The size of a page differs from the size in its snappy data.", codec: 1);
        yield return Page("snappy that cannot be so much", p => p with { Body = [.. CraftedFile.Varint(200_000_000), 0, 0], UncompressedSize = 200_000_000 }, "A page claims more bytes than its compressed bytes can hold.", codec: 1);
        yield return Page("gzip that cannot be so much", p => p with { UncompressedSize = 200_000_000 }, "A page claims more bytes than its compressed bytes can hold.", codec: 2);
        yield return Page("zstd that says more", p => p with { Body = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0x40, 0, 0], UncompressedSize = 32 }, "The size of a page is below the size in its zstd data.", codec: 6);
        yield return Page("gzip that is none", p => p, "A page cannot be decompressed (InvalidDataException: ", codec: 2);
        yield return Page("brotli that is none", p => p, "A page does not decompress to the size that it claims.", codec: 4);
        yield return Page("LZ4 that is none", p => p with { Body = Enumerable.Repeat((byte)0xFF, 32).ToArray() }, "A page does not decompress to the size that it claims.", codec: 7);

        yield return Page("other size of a page that is not compressed", p => p with { Type = PageType.DataV2, IsCompressed = false, UncompressedSize = 40 }, "The two sizes of an uncompressed page differ.", codec: 6);
        yield return Page("header of two pages", p => p with { ExtraField = writer => { writer.BeginStruct(7); writer.EndStruct(); } }, "A page header describes several pages.");
        foreach (CompressionCodec codec in new[] { CompressionCodec.Gzip, CompressionCodec.Brotli, CompressionCodec.Zstd })
        {
            // So many compressed bytes could hold a gigabyte, but these do not.
            yield return Page($"{codec} that claims a gigabyte", p => p with { Body = CraftedBody.Compress(codec, Noise(1_500_000)), UncompressedSize = 1 << 30 }, "A page does not decompress to the size that it claims.", (int)codec);
        }

        foreach (CompressionCodec codec in new[] { CompressionCodec.Snappy, CompressionCodec.Gzip, CompressionCodec.Brotli, CompressionCodec.Zstd, CompressionCodec.Lz4Raw })
        {
            string more = codec switch
            {
                CompressionCodec.Snappy => "The size of a page differs from the size in its snappy data.",
                CompressionCodec.Zstd => "The size of a page is below the size in its zstd data.",
                _ => "A page does not decompress to the size that it claims.",
            };
            string less = codec == CompressionCodec.Snappy ? more : "A page does not decompress to the size that it claims.";
            yield return Page($"{codec} of more bytes", p => p with { Body = CraftedBody.Compress(codec, new byte[40]), UncompressedSize = 32 }, more, (int)codec);
            yield return Page($"{codec} of fewer bytes", p => p with { Body = CraftedBody.Compress(codec, new byte[24]), UncompressedSize = 32 }, less, (int)codec);
        }

        yield return Page("zstd of more bytes in a second frame", p => p with { Body = [.. CraftedBody.Compress(CompressionCodec.Zstd, p.Body), .. CraftedBody.Compress(CompressionCodec.Zstd, p.Body)], UncompressedSize = 32 }, "A page cannot be decompressed (ZstdException", codec: 6);
        yield return Page("gzip with another checksum", p => p with { Body = WithChange(CraftedBody.Compress(CompressionCodec.Gzip, p.Body), 8), UncompressedSize = 32 }, "A page cannot be decompressed (InvalidDataException: ", codec: 2);

        CraftedPage doubles = new(CraftedFile.Doubles(1, 2, 3, 4));
        CraftedPage dictionary = new(CraftedFile.Doubles(5)) { Type = PageType.Dictionary, Values = 1 };
        CraftedPage indexes = new([1, 8, 0]) { Encoding = (int)PageEncoding.RleDictionary };
        yield return Pages("dictionary of 2 G", [dictionary with { Values = 2_000_000_000 }, indexes], "The dictionary claims a number of entries that its bytes cannot hold.");
        yield return Pages("dictionary of a million entries too many", [dictionary with { Body = new byte[8 * 1_048_577], Values = 1_048_577 }, indexes], "The dictionary has 1048577 entries, but the row group has 4 rows; at most 1048576 entries that no row uses are supported.");
        yield return Pages("two dictionaries", [dictionary, dictionary, indexes], "A dictionary page is not the first page.");
        yield return Pages("late dictionary", [doubles, dictionary], "A dictionary page is not the first page.");
        yield return Pages("index beyond the dictionary", [dictionary, indexes with { Body = [1, 8, 1] }], "A page refers to a dictionary entry that does not exist.");
        yield return Pages("indexes of 33 bits", [dictionary, indexes with { Body = [33, 8, 1] }], "A page has dictionary indexes of more than 32 bits.");
        yield return Pages("empty runs", [dictionary, indexes with { Body = [1, 0, 0, 0, 0] }], "A page contains an empty run of values.");
        yield return Pages("too few indexes", [dictionary, indexes with { Body = [1, 4, 0] }], "A page holds fewer values than it claims.");
        yield return Pages("no indexes", [dictionary, indexes with { Body = [] }], "A page has dictionary indexes of more than 32 bits.");
        yield return Pages("bit-packed groups of 2 G", [dictionary, indexes with { Body = [1, .. CraftedFile.Varint(ulong.MaxValue)] }], "A page holds fewer values than it claims.");
        yield return Pages("too many pages", [doubles, doubles], "The pages hold 8 values, but the row group has 4 rows.");

        yield return Case("levels larger than the page in version 1", new CraftedFile { ValueRepetition = "optional", ValuePages = () => [doubles with { Body = [255, 255, 255, 127, 1, 2, 3, 4] }] }, "The definition levels of a page are larger than the page.");
        yield return Case("levels of the wrong encoding", new CraftedFile { ValueRepetition = "optional", ValuePages = () => [doubles with { DefinitionEncoding = 4 }] }, "The encoding BitPacked is not supported for definition levels.");
        yield return Case("delta block of 2 G", Longs([.. CraftedFile.Varint(2_147_483_648), 4, 4, 0, 0]), "A page has DELTA_BINARY_PACKED blocks of 2147483648 values; at most 1048576 are supported.");
        yield return Case("delta of another count", Longs([0x80, 1, 4, 5, 0, 0]), "A page contains invalid DELTA_BINARY_PACKED data.");
        yield return Case("delta of 65 bits", Longs([0x80, 1, 4, 4, 0, 0, 65, 0, 0, 0, .. new byte[300]]), "A page contains invalid DELTA_BINARY_PACKED data.");
        yield return Case("delta without its bits", Longs([0x80, 1, 4, 4, 0, 0, 64, 0, 0, 0, 1]), "A page contains invalid DELTA_BINARY_PACKED data.");
        yield return Case("delta without miniblocks", Longs([0x80, 1, 0, 4, 0, 0]), "A page contains invalid DELTA_BINARY_PACKED data.");
    }

    public static IEnumerable<TestCaseData> Texts()
    {
        CraftedPage dictionary = new(CraftedFile.Strings("a")) { Type = PageType.Dictionary, Values = 1 };
        yield return Region("text of 2 GB", [new CraftedPage([0xFF, 0xFF, 0xFF, 0x7F, .. new byte[20]])], "A page holds values whose lengths contradict its size.");
        yield return Region("text of negative length", [new CraftedPage([.. Enumerable.Repeat((byte)0xFF, 24)])], "A page holds values whose lengths contradict its size.");
        yield return Region("too few texts", [new CraftedPage(CraftedFile.Strings("a", "bbbbbbbbbb"))], "A page holds values whose lengths contradict its size.");
        yield return Region("dictionary of 2 G", [dictionary with { Values = 2_000_000_000 }], "The dictionary claims a number of entries that its bytes cannot hold.");
        yield return Region("dictionary of a million empty texts", [dictionary with { Body = new byte[4 * 1_048_577], Values = 1_048_577 }, new CraftedPage([1, 8, 0]) { Encoding = 8 }], "The dictionary has 1048577 entries, but the row group has 4 rows; at most 1048576 entries that no row uses are supported.");
        yield return Region("delta lengths of gigabytes", [new CraftedPage([.. Delta(2_000_000_000, 0), 1, 2, 3]) { Encoding = 6 }], "A page holds values whose lengths contradict its size.");
        yield return Region("negative delta lengths", [new CraftedPage([.. Delta(-5, 0), 1, 2, 3]) { Encoding = 6 }], "A page holds values whose lengths contradict its size.");
        yield return Region("prefix of nothing", [new CraftedPage([.. Delta(5, 0), .. Delta(0, 0)]) { Encoding = 7 }], "A page holds values whose lengths contradict its size.");
        yield return Region("shared prefixes that expand to gigabytes", ExpandingPage(), "A page expands to more than 67108864 bytes of values, which is not supported.", rows: 200_000);
    }

    private static TestCaseData Case(string name, byte[] bytes, string message) => new TestCaseData(bytes, message).SetArgDisplayNames(name);

    /// <summary>Bytes that no codec makes smaller.</summary>
    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    /// <summary>Changes the byte at a distance from the end.</summary>
    private static byte[] WithChange(byte[] bytes, int fromEnd)
    {
        bytes[^fromEnd] ^= 1;
        return bytes;
    }

    private static TestCaseData Case(string name, CraftedFile file, string message) => Case(name, file.Bytes(), message);

    private static TestCaseData Page(string name, Func<CraftedPage, CraftedPage> change, string message, int codec = 0) =>
        Case(name, new CraftedFile { Codec = codec, ValuePages = () => [change(new CraftedPage(CraftedFile.Doubles(1, 2, 3, 4)))], RegionPages = StoredRegion(codec) }, message);

    private static TestCaseData Pages(string name, CraftedPage[] pages, string message) => Case(name, new CraftedFile { ValuePages = () => pages }, message);

    private static TestCaseData Region(string name, CraftedPage[] pages, string message, int rows = CraftedFile.RowCount) =>
        Case(name, new CraftedFile { RegionPages = () => pages, Rows = rows }, message);

    /// <summary>The value is read before the region, so the region's codec never matters.</summary>
    private static Func<CraftedPage[]> StoredRegion(int codec) => () => [new CraftedPage(CraftedFile.Strings("a", "a", "b", "b")) with { UncompressedSize = codec == 0 ? null : 20 }];

    private static CraftedFile Longs(byte[] body) => new()
    {
        ValueType = (int)PhysicalType.Int64,
        ValuePages = () => [new CraftedPage(body) { Encoding = (int)PageEncoding.DeltaBinaryPacked }],
    };

    /// <summary>Four delta-encoded numbers: the first, and one difference for the others.</summary>
    private static byte[] Delta(int first, int difference, int count = CraftedFile.RowCount)
    {
        var bytes = new List<byte> { 0x80, 1, 4 };
        bytes.AddRange(CraftedFile.Varint((ulong)count));
        bytes.AddRange(ZigZag(first));
        for (int left = count - 1; left > 0; left -= 128)
        {
            bytes.AddRange([.. ZigZag(difference), 0, 0, 0, 0]);
        }

        return [.. bytes];

        static byte[] ZigZag(long value) => CraftedFile.Varint((ulong)((value << 1) ^ (value >> 63)));
    }

    /// <summary>Each text is its predecessor and one byte more: 200,000 of them are 20 GB.</summary>
    private static CraftedPage[] ExpandingPage() =>
        [new CraftedPage([.. Delta(0, 1, 200_000), .. Delta(1, 0, 200_000), .. new byte[200_000]]) { Encoding = 7, Values = 200_000 }];

    private static byte[] DeepSchema(int depth)
    {
        // Field 2: a list of structs, each a group with one child.
        var bytes = new List<byte> { 0x29, 0xFC };
        bytes.AddRange(CraftedFile.Varint((ulong)depth));
        for (int i = 0; i < depth; i++)
        {
            bytes.AddRange([0x48, 1, (byte)'g', 0x15, 2, 0]);
        }

        // No rows, no row groups.
        bytes.AddRange([0x16, 0, 0x19, 0x0C, 0]);
        return [.. bytes];
    }
}
