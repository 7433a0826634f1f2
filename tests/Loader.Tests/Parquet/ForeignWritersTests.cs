using Loader.Application.Results;
using Loader.Parquet;
using Loader.Parquet.Encodings;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Tests.Parquet;

/// <summary>Deviations from the format that writers in use have and that other readers accept.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ForeignWritersTests
{
    private const string Name = "foreign.parquet";

    private static readonly byte[] Doubles = CraftedFile.Doubles(1, 2, 3, 4);

    /// <summary>What fastparquet writes behind the values of every page.</summary>
    private static readonly byte[] FastparquetTail = new byte[8];

    private static readonly double[] OneToFour = [1, 2, 3, 4];

    private static readonly CraftedPage Dictionary = new(CraftedFile.Doubles(1, 2, 3, 4)) { Type = PageType.Dictionary };

    /// <summary>Four indexes of two bits: 0, 1, 2, 3.</summary>
    private static readonly CraftedPage Indexes = new([2, 3, 0b11_10_01_00, 0]) { Encoding = (int)PageEncoding.RleDictionary };

    /// <summary>One page of numbers for each encoding, with the fewest bytes that hold them.</summary>
    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Number("plain", PhysicalType.Double, new CraftedPage(Doubles));
        yield return Number("byte stream split", PhysicalType.Double, new CraftedPage(Split(Doubles, 8)) { Encoding = (int)PageEncoding.ByteStreamSplit });
        yield return Number("plain in version 2", PhysicalType.Double, new CraftedPage(Doubles) { Type = PageType.DataV2 });
        yield return Number("plain floats", PhysicalType.Float, new CraftedPage([.. OneToFour.SelectMany(v => BitConverter.GetBytes((float)v))]));
        yield return Number("plain integers", PhysicalType.Int32, new CraftedPage([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]));
        yield return Number("deltas", PhysicalType.Int64, new CraftedPage([0x80, 1, 4, 4, 2, 2, 0, 0, 0, 0]) { Encoding = (int)PageEncoding.DeltaBinaryPacked });
        yield return Number("deltas of 32 bits", PhysicalType.Int32, new CraftedPage([0x80, 1, 4, 4, 2, 2, 0, 0, 0, 0]) { Encoding = (int)PageEncoding.DeltaBinaryPacked });
    }

    /// <summary>One page of the texts a, ab, b, b for each encoding.</summary>
    private static IEnumerable<TestCaseData> Texts()
    {
        yield return Text("plain", new CraftedPage(CraftedFile.Strings("a", "ab", "b", "b")));
        yield return Text("delta lengths", new CraftedPage([.. Deltas(1, 2, 1, 1), .. "aabbb"u8]) { Encoding = (int)PageEncoding.DeltaLengthByteArray });
        yield return Text("delta prefixes", new CraftedPage([.. Deltas(0, 1, 0, 1), .. Deltas(1, 1, 1, 0), (byte)'a', (byte)'b', (byte)'b']) { Encoding = (int)PageEncoding.DeltaByteArray });
    }

    [TestCaseSource(nameof(Numbers))]
    public async Task Bytes_behind_the_numbers_of_a_page_are_ignored(PhysicalType type, CraftedPage page)
    {
        CraftedPage longer = page with { Body = [.. page.Body, .. FastparquetTail] };

        Assert.That(await ValuesAsync(new CraftedFile { ValueType = (int)type, ValuePages = () => [longer] }), Is.EqualTo(OneToFour));
    }

    [TestCaseSource(nameof(Numbers))]
    public void A_missing_byte_of_a_number_is_corruption(PhysicalType type, CraftedPage page)
    {
        CraftedPage shorter = page with { Body = page.Body[..^1] };

        Assert.That(
            () => ValuesAsync(new CraftedFile { ValueType = (int)type, ValuePages = () => [shorter] }),
            Throws.TypeOf<SourceCorruptException>().With.InnerException.TypeOf<MalformedFileException>());
    }

    [TestCaseSource(nameof(Texts))]
    public async Task Bytes_behind_the_texts_of_a_page_are_ignored(CraftedPage page)
    {
        CraftedPage longer = page with { Body = [.. page.Body, .. FastparquetTail] };

        Assert.That(await RegionsAsync(new CraftedFile { RegionPages = () => [longer] }), Is.EqualTo(new[] { "a", "ab", "b", "b" }));
    }

    [TestCaseSource(nameof(Texts))]
    public void A_missing_byte_of_a_text_is_corruption(CraftedPage page)
    {
        CraftedPage shorter = page with { Body = page.Body[..^1] };

        Assert.That(
            () => RegionsAsync(new CraftedFile { RegionPages = () => [shorter] }),
            Throws.TypeOf<SourceCorruptException>().With.InnerException.TypeOf<MalformedFileException>());
    }

    [TestCase((int)PageEncoding.Plain)]
    [TestCase((int)PageEncoding.ByteStreamSplit)]
    public async Task Bytes_behind_values_of_fixed_length_are_ignored(int encoding)
    {
        byte[] values = [0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4];
        var page = new CraftedPage([.. encoding == 0 ? values : Split(values, 3), .. FastparquetTail]) { Encoding = encoding };

        Assert.That(
            await ValuesAsync(new CraftedFile { ValueType = (int)PhysicalType.FixedLenByteArray, ValueLength = 3, ValuePages = () => [page] }),
            Is.EqualTo(OneToFour));
    }

    [Test]
    public async Task Bytes_behind_dictionary_and_indexes_are_ignored()
    {
        CraftedPage[] pages = [Dictionary with { Body = [.. Dictionary.Body, .. FastparquetTail] }, Indexes with { Body = [.. Indexes.Body, .. FastparquetTail] }];
        CraftedPage[] texts =
        [
            new([.. CraftedFile.Strings("x", "y"), .. FastparquetTail]) { Type = PageType.Dictionary, Values = 2 },
            new([1, 3, 0b1010, .. FastparquetTail]) { Encoding = (int)PageEncoding.RleDictionary },
        ];

        List<Row> rows = await Reading.RowsAsync(Name, new CraftedFile { ValuePages = () => pages, RegionPages = () => texts }.Bytes());

        Assert.That(rows.Select(r => r.Value), Is.EqualTo(OneToFour));
        Assert.That(rows.Select(r => r.Key.Region), Is.EqualTo(new[] { "x", "y", "x", "y" }));
    }

    [Test]
    public void Bytes_behind_a_dictionary_are_no_entries_of_it()
    {
        CraftedPage[] pages = [Dictionary with { Values = 3 }, Indexes];

        Assert.That(
            () => ValuesAsync(new CraftedFile { ValuePages = () => pages }),
            Throws.TypeOf<SourceCorruptException>().With.Message.Contains("A page refers to a dictionary entry that does not exist."));
    }

    [Test]
    public async Task Bytes_behind_the_values_of_an_optional_column_are_ignored()
    {
        byte[] body = [2, 0, 0, 0, 3, 0b0101, .. Doubles[..16], .. FastparquetTail];

        Assert.That(
            await ValuesAsync(new CraftedFile { ValueRepetition = "optional", ValuePages = () => [new CraftedPage(body)] }),
            Is.EqualTo(new[] { 1, double.NaN, 2, double.NaN }));
    }

    [TestCase(nameof(CompressionCodec.Snappy))]
    [TestCase(nameof(CompressionCodec.Gzip))]
    [TestCase(nameof(CompressionCodec.Brotli))]
    [TestCase(nameof(CompressionCodec.Zstd))]
    [TestCase(nameof(CompressionCodec.Lz4Raw))]
    public async Task A_page_may_be_a_thousand_times_its_compressed_size(string name)
    {
        CompressionCodec codec = Enum.Parse<CompressionCodec>(name);
        byte[] body = [.. Doubles, .. new byte[40 << 20]];
        byte[] texts = CraftedFile.Strings("a", "a", "b", "b");
        var page = new CraftedPage(CraftedBody.Compress(codec, body)) { UncompressedSize = body.Length };
        var region = new CraftedPage(CraftedBody.Compress(codec, texts)) { UncompressedSize = texts.Length };

        Assert.That(
            await ValuesAsync(new CraftedFile { Codec = (int)codec, ValuePages = () => [page], RegionPages = () => [region] }), Is.EqualTo(OneToFour));
    }

    [Test]
    public void A_page_of_500_MiB_is_within_the_limits()
    {
        const int FastparquetDefault = 500 << 20;
        var page = new PageHeader { UncompressedSize = FastparquetDefault, IsCompressed = true };

        Assert.That(() => PageSizes.Validate(page, new byte[1 << 20], CompressionCodec.Zstd), Throws.Nothing);
    }

    [Test]
    public async Task A_checksum_of_0_counts_as_none()
    {
        Assert.That(await ValuesAsync(new CraftedFile { ValuePages = () => [new CraftedPage(Doubles) { Crc = 0 }] }), Is.EqualTo(OneToFour));
    }

    [TestCase(-1, 4, TestName = "parquet_java_writes_minus_1_nulls")]
    [TestCase(0, 4, TestName = "Arrow_before_12_writes_0_nulls")]
    [TestCase(2, 0, TestName = "A_Go_writer_writes_0_rows")]
    [TestCase(4, 4, TestName = "All_rows_are_said_to_be_null")]
    [TestCase(int.MaxValue, int.MinValue, TestName = "The_counts_are_nonsense")]
    public async Task Levels_count_and_not_what_the_header_says_of_them(int nulls, int rows)
    {
        var page = new CraftedPage([3, 0b0101, .. Doubles[..16]]) { Type = PageType.DataV2, DefinitionBytes = 2, Nulls = nulls, Rows = rows };

        Assert.That(
            await ValuesAsync(new CraftedFile { ValueRepetition = "optional", ValuePages = () => [page] }),
            Is.EqualTo(new[] { 1, double.NaN, 2, double.NaN }));
    }

    [TestCase("required", 1, 0)]
    [TestCase("required", 2, 0)]
    [TestCase("required", 0, 2)]
    [TestCase("required", 1, 2)]
    [TestCase("optional", 1, 2)]
    public async Task Levels_that_a_flat_column_does_not_need_are_skipped(string repetition, int repetitionBytes, int definitionBytes)
    {
        byte[] definition = [8, 1];
        var page = new CraftedPage([.. new byte[repetitionBytes], .. definition[..definitionBytes], .. Doubles])
        {
            Type = PageType.DataV2,
            RepetitionBytes = repetitionBytes,
            DefinitionBytes = definitionBytes,
        };

        Assert.That(await ValuesAsync(new CraftedFile { ValueRepetition = repetition, ValuePages = () => [page] }), Is.EqualTo(OneToFour));
    }

    [Test]
    public async Task Unneeded_levels_are_skipped_before_compressed_values_too()
    {
        var page = new CraftedPage([0, .. CraftedBody.Compress(CompressionCodec.Zstd, Doubles)])
        {
            Type = PageType.DataV2,
            RepetitionBytes = 1,
            UncompressedSize = Doubles.Length + 1,
        };
        byte[] texts = CraftedFile.Strings("a", "a", "b", "b");
        var region = new CraftedPage(CraftedBody.Compress(CompressionCodec.Zstd, texts)) { UncompressedSize = texts.Length };

        Assert.That(
            await ValuesAsync(new CraftedFile { Codec = (int)CompressionCodec.Zstd, ValuePages = () => [page], RegionPages = () => [region] }),
            Is.EqualTo(OneToFour));
    }

    private static IEnumerable<TestCaseData> UnknownFields()
    {
        yield return new TestCaseData((Action<ThriftWriter>)(w => w.I32(11, 1))).SetArgDisplayNames("integer");
        yield return new TestCaseData((Action<ThriftWriter>)(w => w.Bool(9, true))).SetArgDisplayNames("boolean");
        yield return new TestCaseData((Action<ThriftWriter>)(w => w.Binary(12, "new"u8))).SetArgDisplayNames("binary");
        yield return new TestCaseData((Action<ThriftWriter>)(w =>
        {
            w.BeginStruct(13);
            w.I64(1, 5);
            w.EndStruct();
        })).SetArgDisplayNames("struct");
    }

    [TestCaseSource(nameof(UnknownFields))]
    public async Task An_unknown_field_of_a_page_header_is_skipped(Action<ThriftWriter> field)
    {
        var page = new CraftedPage(Doubles) { ExtraField = field };
        var inner = new CraftedPage(Doubles) { ExtraInnerField = field };

        Assert.That(await ValuesAsync(new CraftedFile { ValuePages = () => [page] }), Is.EqualTo(OneToFour));
        Assert.That(await ValuesAsync(new CraftedFile { ValuePages = () => [inner] }), Is.EqualTo(OneToFour));
    }

    [TestCase((int)PhysicalType.Boolean)]
    [TestCase((int)PhysicalType.ByteArray)]
    public async Task The_root_of_the_schema_may_have_a_type(int type)
    {
        Assert.That(await ValuesAsync(new CraftedFile { RootType = type }), Is.EqualTo(OneToFour));
    }

    [TestCase(new byte[] { 8, 1 }, 4, true, TestName = "One_run_is_enough")]
    [TestCase(new byte[] { 8, 1 }, 5, false, TestName = "One_run_is_not_enough")]
    [TestCase(new byte[] { 3, 0 }, 8, true, TestName = "Packed_values_are_enough")]
    [TestCase(new byte[] { 3, 0, 3 }, 9, false, TestName = "Packed_values_are_cut_off")]
    [TestCase(new byte[] { }, 0, true, TestName = "Nothing_is_wanted")]
    public void Runs_are_counted_before_memory_is_reserved_for_them(byte[] data, int count, bool isEnough)
    {
        Action check = () => HybridRle.RequireCount(data, 1, count);

        Assert.That(check, isEnough ? Throws.Nothing : Throws.TypeOf<MalformedFileException>());
    }

    private static TestCaseData Number(string name, PhysicalType type, CraftedPage page) =>
        new TestCaseData(type, page).SetArgDisplayNames(name);

    private static TestCaseData Text(string name, CraftedPage page) => new TestCaseData(page).SetArgDisplayNames(name);

    /// <summary>Delta-encodes four numbers: the first, and three differences of a byte each.</summary>
    private static byte[] Deltas(params int[] values)
    {
        int[] differences = [.. values.Skip(1).Zip(values, (next, before) => next - before)];
        int min = differences.Min();
        byte[] packed = new byte[32];
        for (int i = 0; i < differences.Length; i++)
        {
            packed[i] = (byte)(differences[i] - min);
        }

        return [0x80, 1, 4, 4, ZigZag(values[0]), ZigZag(min), 8, 0, 0, 0, .. packed];

        static byte ZigZag(int value) => (byte)((value << 1) ^ (value >> 31));
    }

    private static byte[] Split(byte[] values, int width) =>
        [.. Enumerable.Range(0, width).SelectMany(stream => Enumerable.Range(0, values.Length / width).Select(i => values[(i * width) + stream]))];

    private static async Task<IEnumerable<double>> ValuesAsync(CraftedFile file) => (await Reading.RowsAsync(Name, file.Bytes())).Select(r => r.Value);

    private static async Task<IEnumerable<string?>> RegionsAsync(CraftedFile file) =>
        (await Reading.RowsAsync(Name, file.Bytes())).Select(r => r.Key.Region);
}
