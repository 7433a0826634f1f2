using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Parquet.Metadata;

namespace Loader.Tests.Parquet;

/// <summary>Files that the format allows but no known writer creates, and small files that expand enormously.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CraftedLayoutTests
{
    private static readonly byte[] Doubles = CraftedFile.Doubles(1, 2, 3, 4);

    private static readonly double[] OneToFour = [1, 2, 3, 4];

    [Test]
    public async Task A_page_of_version_2_may_leave_its_values_uncompressed()
    {
        var page = new CraftedPage(Doubles) { Type = PageType.DataV2, IsCompressed = false };

        Assert.That(await ValuesAsync(CompressionCodec.Zstd, page), Is.EqualTo(OneToFour));
    }

    [TestCase(nameof(CompressionCodec.Zstd))]
    [TestCase(nameof(CompressionCodec.Gzip))]
    public async Task Compressed_bytes_may_come_in_two_parts(string name)
    {
        CompressionCodec codec = Enum.Parse<CompressionCodec>(name);
        byte[] body = [.. CraftedBody.Compress(codec, Doubles[..20]), .. CraftedBody.Compress(codec, Doubles[20..])];

        Assert.That(await ValuesAsync(codec, new CraftedPage(body) { UncompressedSize = Doubles.Length }), Is.EqualTo(OneToFour));
    }

    [Test]
    public async Task A_page_without_values_is_skipped()
    {
        var empty = new CraftedPage([]) { Values = 0 };

        Assert.That(
            await ValuesAsync(CompressionCodec.None, empty, new CraftedPage(Doubles[..16]) { Values = 2 }, empty, new CraftedPage(Doubles[16..]) { Values = 2 }, empty),
            Is.EqualTo(OneToFour));
    }

    [TestCase(new byte[] { 0xD0, 0x0F, 1 }, new double[] { 1, 2, 3, 4 }, TestName = "A_run_of_levels_may_go_on_behind_the_rows")]
    [TestCase(new byte[] { 5, 0xFF, 0xFF }, new double[] { 1, 2, 3, 4 }, TestName = "Packed_levels_may_go_on_behind_the_rows")]
    [TestCase(new byte[] { 3, 0xF5 }, new[] { 1, double.NaN, 2, double.NaN }, TestName = "Levels_behind_the_rows_are_ignored")]
    public async Task Levels(byte[] levels, double[] expected)
    {
        byte[] body = [.. BitConverter.GetBytes(levels.Length), .. levels, .. Doubles[..(8 * expected.Count(v => !double.IsNaN(v)))]];

        List<Row> rows = await Reading.RowsAsync("crafted.parquet", new CraftedFile { ValueRepetition = "optional", ValuePages = () => [new CraftedPage(body)] }.Bytes());

        Assert.That(rows.Select(r => r.Value), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_dictionary_may_have_entries_that_no_row_has()
    {
        CraftedPage[] pages =
        [
            new(CraftedFile.Doubles([.. Enumerable.Range(1, 1_000)])) { Type = PageType.Dictionary, Values = 1_000 },
            new([16, 3, 0, 0, 1, 0, 2, 0, 3, 0, .. new byte[8]]) { Encoding = (int)PageEncoding.RleDictionary },
        ];

        Assert.That(await ValuesAsync(CompressionCodec.None, pages), Is.EqualTo(OneToFour));
    }

    [Test]
    public async Task Widths_of_miniblocks_that_are_not_needed_may_be_anything()
    {
        // Blocks of 128 in 4 miniblocks; 1, then three differences of 1 in no bits, and three unneeded miniblocks of 255 bits.
        var page = new CraftedPage([0x80, 1, 4, 4, 2, 2, 0, 255, 255, 255]) { Encoding = (int)PageEncoding.DeltaBinaryPacked };

        List<Row> rows = await Reading.RowsAsync("crafted.parquet", new CraftedFile { ValueType = (int)PhysicalType.Int64, ValuePages = () => [page] }.Bytes());

        Assert.That(rows.Select(r => r.Value), Is.EqualTo(OneToFour));
    }

    [Test]
    public async Task Differences_wrap_around_as_the_format_says()
    {
        // Adding 1 to the largest number gives the smallest.
        var page = new CraftedPage([0x80, 1, 4, 4, .. CraftedFile.Varint(ulong.MaxValue - 1), 2, 0, 0, 0, 0]) { Encoding = (int)PageEncoding.DeltaBinaryPacked };

        List<Row> rows = await Reading.RowsAsync("crafted.parquet", new CraftedFile { ValueType = (int)PhysicalType.Int64, ValuePages = () => [page] }.Bytes());

        Assert.That(rows.Select(r => r.Value), Is.EqualTo(new double[] { long.MaxValue, long.MinValue, long.MinValue + 1, long.MinValue + 2 }));
    }

    [Test]
    public async Task A_long_text_that_is_not_a_time_is_truncated_and_kept_once_for_all_rows()
    {
        const int Rows = 20_000;
        var index = new CraftedPage(CraftedBody.FirstEntry(Rows)) { Values = Rows, Encoding = (int)PageEncoding.RleDictionary };
        var file = new CraftedFile
        {
            Rows = Rows,
            TimePages = () => [new CraftedPage(CraftedFile.Strings(new string('x', 200_000))) { Type = PageType.Dictionary, Values = 1 }, index],
            RegionPages = () => [new CraftedPage(CraftedFile.Strings("a")) { Type = PageType.Dictionary, Values = 1 }, index],
        };
        byte[] bytes = file.Bytes();
        long before = GC.GetAllocatedBytesForCurrentThread();

        List<Row> rows = await Reading.RowsAsync("crafted.parquet", bytes);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20));
        Assert.That(rows.Select(r => r.Verdict), Has.All.EqualTo(RejectionReason.UnreadableTime));
        Assert.That(rows[^1].OriginalTime, Is.EqualTo(new string('x', 1_024) + "…").And.SameAs(rows[0].OriginalTime));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Pairs_that_were_crafted_to_collide_do_not(CancellationToken cancellationToken)
    {
        const int Pairs = 400_000;

        // The products of all these pairs with the golden ratio begin with 20 zeros, so that each would collide with all before it.
        const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;
        ulong inverse = GoldenRatio;
        for (int i = 0; i < 5; i++)
        {
            inverse *= 2 - (GoldenRatio * inverse);
        }

        var codes = new PairInterner(new SeriesBudget(SourceFile.OnDisk("crafted.parquet"), new SeriesMemory(long.MaxValue)));

        await Task.Run(
            () =>
            {
                for (uint i = 0; i < Pairs && !cancellationToken.IsCancellationRequested; i++)
                {
                    ulong pair = i * 997 * inverse;
                    codes.GetOrAdd((int)(pair >> 32), (int)pair);
                }
            },
            cancellationToken);

        Assert.That(codes.Count, Is.EqualTo(Pairs), "it took too long");
    }

    private static async Task<IEnumerable<double>> ValuesAsync(CompressionCodec codec, params CraftedPage[] pages)
    {
        // The region has the same codec.
        byte[] texts = CraftedFile.Strings("a", "a", "b", "b");
        var region = new CraftedPage(codec == CompressionCodec.None ? texts : CraftedBody.Compress(codec, texts)) { UncompressedSize = texts.Length };

        List<Row> rows = await Reading.RowsAsync("crafted.parquet", new CraftedFile { Codec = (int)codec, ValuePages = () => pages, RegionPages = () => [region] }.Bytes());

        return rows.Select(r => r.Value);
    }
}
