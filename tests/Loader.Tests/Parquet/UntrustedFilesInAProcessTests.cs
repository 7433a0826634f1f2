using System.Globalization;
using System.Text.Json;
using Loader.Parquet.Metadata;
using Loader.Tests.Support;

namespace Loader.Tests.Parquet;

/// <summary>The cost of damaged and crafted files to the command line as a process: resident memory, and not only the managed heap.</summary>
public sealed class UntrustedFilesInAProcessTests
{
    private const int Seed = 20_240_607;
    private const int DamagedFiles = 3_000;
    private const long MostBytesResident = 1L << 30;
    private static readonly TimeSpan MostTimeForAFile = TimeSpan.FromSeconds(30);
    private static readonly string?[] DocumentedFailures = [null, "SourceCorruptException", "SchemaMismatchException", "RowGroupTooLargeException", "TooManySeriesException"];

    [Test]
    [CancelAfter(300_000)]
    public async Task Damaged_and_crafted_files_take_less_than_a_gigabyte(CancellationToken cancellationToken)
    {
        if (!File.Exists("/proc/self/status"))
        {
            Assert.Ignore("This system does not tell the peak memory of a process in /proc.");
        }

        using var folder = new Folder();
        int crafted = await WriteAsync(folder, "crafted", CraftedFiles.All(), cancellationToken);
        byte[] longTexts = LongTexts();
        await File.WriteAllBytesAsync(folder.File("crafted/long-texts.parquet"), longTexts, cancellationToken);
        crafted++;
        int damaged = await WriteAsync(folder, "damaged", Damaged(await GoodFiles.WriteAsync(folder)), cancellationToken);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MAX_INVALID_PERCENT"] = "100",

            // 2 GiB: what a load may use for series depends on the memory of the machine.
            ["DOTNET_GCHeapHardLimit"] = "0x80000000",
        };

        using LoaderProcess process = LoaderProcess.Start(folder.Path, environment, "validate", "crafted", "damaged", "--dataset", "consumption", "--json");
        (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(cancellationToken);

        Assert.That(exitCode, Is.EqualTo(Loader.Cli.Commands.ExitCode.Permanent), errors);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement[] files = [.. document.RootElement.GetProperty("files").EnumerateArray()];
        TimeSpan slowest = TimeSpan.FromMilliseconds(files.Max(f => f.GetProperty("elapsed_ms").GetInt64()));
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{crafted} crafted (one of {longTexts.Length} bytes that are 240 MiB) and {damaged} damaged files in one process: {process.PeakBytes >> 20} MiB resident at most, {slowest.TotalSeconds:0.0} s for the slowest"));
        Assert.That(files, Has.Length.EqualTo(crafted + damaged));
        Assert.That(
            files.Where(f => !DocumentedFailures.Contains(f.GetProperty("error_type").GetString())).Select(f => f.GetRawText()), Is.Empty, errors);
        Assert.That(process.PeakBytes, Is.GreaterThan(0).And.LessThan(MostBytesResident));
        Assert.That(slowest, Is.LessThan(MostTimeForAFile));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_valid_row_group_that_does_not_fit_into_memory_is_too_large_and_not_corrupt(CancellationToken cancellationToken)
    {
        using var folder = new Folder();
        folder.Write(
            "large.parquet",
            "SELECT make_timestamp(i) AS timestamp, 1.0 AS value, 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type FROM range(4000000) t(i)",
            "ROW_GROUP_SIZE 4000000, CODEC zstd");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0x4000000" };

        using LoaderProcess process = LoaderProcess.Start(folder.Path, environment, "inspect", "large.parquet", "--dataset", "consumption", "--json");
        (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(cancellationToken);

        Assert.That(exitCode, Is.EqualTo(Loader.Cli.Commands.ExitCode.Permanent), errors);
        Assert.That(output, Does.Contain("there is not enough memory for row group 0 with 4000000 rows"), errors);
    }

    /// <summary>Writes the files that the benchmark <c>compare-readers --damaged</c> reads.</summary>
    [Test]
    [Explicit("Writes files for a benchmark into the folder that LOADER_DAMAGED_FOLDER names.")]
    public async Task Damaged_files_are_written_for_other_readers()
    {
        string target = Environment.GetEnvironmentVariable("LOADER_DAMAGED_FOLDER") ?? throw new InvalidOperationException("LOADER_DAMAGED_FOLDER is not set.");
        using var folder = new Folder();
        DamagedFile[] good = await GoodFiles.WriteAsync(folder);
        foreach (string name in new[] { "good", "damaged", "crafted" })
        {
            Directory.CreateDirectory(Path.Combine(target, name));
        }

        for (int i = 0; i < good.Length; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(target, "good", $"{i:00}.parquet"), good[i].Bytes);
        }

        foreach ((int i, byte[] bytes) in Damaged(good).Index())
        {
            await File.WriteAllBytesAsync(Path.Combine(target, "damaged", $"{i:0000}-{i % good.Length:00}.parquet"), bytes);
        }

        foreach ((int i, byte[] bytes) in CraftedFiles.All().Index())
        {
            await File.WriteAllBytesAsync(Path.Combine(target, "crafted", $"{i:0000}.parquet"), bytes);
        }

        Assert.That(Directory.GetFiles(target, "*.parquet", SearchOption.AllDirectories), Has.Length.GreaterThan(DamagedFiles));
    }

    private static IEnumerable<byte[]> Damaged(DamagedFile[] files)
    {
        var random = new Random(Seed);
        for (int i = 0; i < DamagedFiles; i++)
        {
            yield return files[i % files.Length].Damage(DamagedFile.Kinds[i / files.Length % DamagedFile.Kinds.Count], random);
        }
    }

    /// <summary>A valid file of a few kilobytes that decompresses to 240 MiB: four texts of 60 MiB.</summary>
    private static byte[] LongTexts()
    {
        const int Length = 60 << 20;
        byte[] texts = new byte[CraftedFile.RowCount * (sizeof(int) + Length)];
        for (int i = 0; i < CraftedFile.RowCount; i++)
        {
            BitConverter.TryWriteBytes(texts.AsSpan(i * (sizeof(int) + Length)), Length);
            texts[((i + 1) * (sizeof(int) + Length)) - 1] = (byte)i;
        }

        byte[] values = CraftedFile.Doubles(1, 2, 3, 4);
        return new CraftedFile
        {
            Codec = (int)CompressionCodec.Zstd,
            ValuePages = () => [Page(values)],
            RegionPages = () => [Page(texts)],
        }.Bytes();

        static CraftedPage Page(byte[] body) => new(CraftedBody.Compress(CompressionCodec.Zstd, body)) { UncompressedSize = body.Length };
    }

    private static async Task<int> WriteAsync(Folder folder, string name, IEnumerable<byte[]> files, CancellationToken cancellationToken)
    {
        int count = 0;
        foreach (byte[] bytes in files)
        {
            await File.WriteAllBytesAsync(folder.File($"{name}/{count:0000}.parquet"), bytes, cancellationToken);
            count++;
        }

        return count;
    }
}
