using System.Globalization;
using Loader.Application.Failures;
using Loader.Domain;
using ParquetSharp;

namespace Loader.Tests.Parquet;

/// <summary>
/// Files cut off and with bits flipped, made from good ones: each is read rightly or refused by the documented error. Without a checksum a flipped bit of a value cannot be
/// seen, by this reader or any other; such files are counted.
/// </summary>
public sealed class DamagedFilesTests
{
    private const int Rows = 400;
    private const long MostBytes = 1L << 30;
    private static readonly string[] Codecs = ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"];

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOADER_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20_261_122;

    [Test]
    public async Task A_damaged_file_is_read_rightly_or_refused_by_name([Values("v1", "v2")] string version)
    {
        const int PerFile = 210;
        using var folder = new Folder();
        var random = new Random(Seed);
        var split = new Split();
        foreach (string codec in Codecs)
        {
            byte[] good = await File.ReadAllBytesAsync(Good(folder, codec, version));
            List<Row> expected = await Reading.RowsAsync(Path(folder, codec, version));
            for (int mutant = 0; mutant < PerFile; mutant++)
            {
                byte[] bad = Damage(good, random, mutant);
                string path = folder.File($"bad/dataset=consumption/{codec}-{version}-{mutant}.parquet");
                await File.WriteAllBytesAsync(path, bad);
                await ReadAsync(path, expected, split);
                File.Delete(path);
            }
        }

        TestContext.Out.WriteLine(
            $"{version}, seed {Seed}: {split.Refused + split.Right + split.Unseen} damaged files: {split.Refused} refused, {split.Right} read rightly, {split.Unseen} with a value changed that no checksum shows");
        Assert.That(split.Refused + split.Right + split.Unseen, Is.EqualTo(PerFile * Codecs.Length));
        Assert.That(split.Refused, Is.GreaterThan(split.Right), "the damage was too small to show anything");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true), Is.LessThan(MostBytes));
    }

    [Test]
    public async Task With_page_checksums_no_changed_value_is_ever_loaded([Values(ParquetDataPageVersion.V1, ParquetDataPageVersion.V2)] ParquetDataPageVersion version)
    {
        using var folder = new Folder();
        string path = folder.File("dataset=consumption/checked.parquet");
        WriteChecked(path, version);
        byte[] good = await File.ReadAllBytesAsync(path);
        List<Row> expected = await Reading.RowsAsync(path);
        int pages = good.Length - 8 - BitConverter.ToInt32(good, good.Length - 8);
        var random = new Random(Seed);
        var split = new Split();

        for (int mutant = 0; mutant < 400; mutant++)
        {
            byte[] bad = [.. good];
            bad[random.Next(4, pages)] ^= (byte)(1 << random.Next(8));
            string damaged = folder.File($"bad/dataset=consumption/checked-{mutant}.parquet");
            await File.WriteAllBytesAsync(damaged, bad);
            await ReadAsync(damaged, expected, split);
        }

        TestContext.Out.WriteLine($"{version} with checksums, seed {Seed}: {split.Refused} refused, {split.Right} read rightly, {split.Unseen} with a value changed");
        Assert.That(split.Unseen, Is.Zero);
        Assert.That(split.Refused, Is.GreaterThan(200));
    }

    private static void WriteChecked(string path, ParquetDataPageVersion version)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Snappy).DataPageVersion(version).DataPagesize(512).EnablePageChecksum();
        using WriterProperties properties = builder.Build();
        Column[] columns =
        [
            new Column<DateTime>("timestamp", LogicalType.Timestamp(isAdjustedToUtc: true, timeUnit: ParquetSharp.TimeUnit.Millis)), new Column<string>("region"), new Column<double>("value"),
            new Column<string>("unit"), new Column<string>("measurement_type"), new Column<string>("consumer_type"),
        ];
        using var writer = new ParquetFileWriter(path, columns, properties);
        using (RowGroupWriter group = writer.AppendRowGroup())
        {
            Write(group, i => new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(i));
            Write(group, i => i % 3 == 0 ? "SE" : "NE");
            Write(group, i => i * 1.25);
            Write(group, _ => "MW");
            Write(group, _ => "demand");
            Write(group, _ => "all");
        }

        writer.Close();
    }

    private static void Write<T>(RowGroupWriter group, Func<int, T> cell)
    {
        using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch([.. Enumerable.Range(0, Rows).Select(cell)]);
    }

    private static string Path(Folder folder, string codec, string version) => folder.File($"dataset=consumption/{codec}-{version}.parquet");

    private static string Good(Folder folder, string codec, string version) => folder.Write(
        $"dataset=consumption/{codec}-{version}.parquet",
        $"""
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, ['SE', 'NE', 'N', 'S'][1 + i % 4] AS region,
               CASE WHEN i % 17 = 0 THEN NULL ELSE i * 1.25 END AS value, 'MW' AS unit, 'demand' AS measurement_type, 'all' AS consumer_type,
               CASE WHEN i % 5 = 0 THEN NULL ELSE 'good' END AS quality_flag, i AS not_needed
        FROM range({Rows}) t(i)
        """,
        $"CODEC {codec}, PARQUET_VERSION {version}");

    private static byte[] Damage(byte[] good, Random random, int mutant)
    {
        if (mutant % 3 == 0)
        {
            return good[..random.Next(good.Length)];
        }

        byte[] bad = [.. good];
        for (int flips = 1 + random.Next(3); flips > 0; flips--)
        {
            // Every second one strikes the footer, which is small and where lies do the most harm.
            int at = mutant % 2 == 0 ? good.Length - 1 - random.Next(Math.Min(good.Length, 1_200)) : random.Next(good.Length);
            bad[at] ^= (byte)(1 << random.Next(8));
        }

        return bad;
    }

    private static async Task ReadAsync(string path, List<Row> expected, Split split)
    {
        try
        {
            List<Row> rows = await Reading.RowsAsync(path, DatasetType.Consumption).WaitAsync(TimeSpan.FromSeconds(60));
            if (rows.SequenceEqual(expected))
            {
                split.Right++;
            }
            else
            {
                split.Unseen++;
            }
        }
        catch (LoadException failure) when (failure is SourceCorruptException or SchemaMismatchException)
        {
            Assert.That(failure.Message, Does.Contain(System.IO.Path.GetFileName(path)));
            split.Refused++;
        }
    }

    private sealed class Split
    {
        public int Refused { get; set; }

        public int Right { get; set; }

        public int Unseen { get; set; }
    }
}
