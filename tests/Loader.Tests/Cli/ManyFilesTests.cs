using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Commands;
using Loader.Tests.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>Runs that load many files side by side.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ManyFilesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Stops runs at random row groups and resumes them until all is loaded. Every run accounts for every file and row, and together they read each row once.
    /// </summary>
    [Test]
    public async Task Runs_that_are_stopped_at_random_and_resumed_account_for_every_file_and_row(
        [Values("1", "8", "64")] string filesInFlight, [Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        using var cli = new CliRun();
        MemoryParquetSource source = Files(cli, random, count: 40, out int rows);
        cli.Set("FILES_IN_FLIGHT", filesInFlight);
        long read = 0;
        int exit = ExitCode.Interrupted;
        for (int run = 0; exit == ExitCode.Interrupted; run++)
        {
            Assert.That(run, Is.LessThan(50), "the runs make no progress");
            int left = random.Next(5, 30);
            source.BeforeRowGroup = (_, _) =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    cli.Signals.Raise();
                }
            };

            exit = await cli.RunAsync("load", cli.Folder, "--json", "--resume");

            JsonElement result = cli.Json;
            read += result.GetProperty("read").GetInt64();
            Assert.That(
                result.GetProperty("files").GetArrayLength() + result.GetProperty("skipped_done").GetInt32() + result.GetProperty("not_started").GetInt32(),
                Is.EqualTo(40));
            Assert.That(result.GetProperty("unsettled").GetInt64(), Is.Zero);
        }

        Assert.That(exit, Is.Zero);
        Assert.That(read, Is.EqualTo(rows));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(rows));
    }

    [Test]
    public async Task Runs_that_are_abandoned_at_random_lose_nothing([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        using var cli = new CliRun();
        MemoryParquetSource source = Files(cli, random, count: 40, out int rows);
        int exit = ExitCode.Interrupted;
        for (int run = 0; exit == ExitCode.Interrupted; run++)
        {
            Assert.That(run, Is.LessThan(50), "the runs make no progress");
            int left = random.Next(30, 80);
            source.BeforeRowGroup = (_, _) =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    cli.Signals.Raise();
                    cli.Signals.Raise();
                }
            };

            exit = await cli.RunAsync("load", cli.Folder, "--json", "--resume");

            JsonElement result = cli.Json;
            Assert.That(
                result.GetProperty("files").GetArrayLength() + result.GetProperty("skipped_done").GetInt32() + result.GetProperty("not_started").GetInt32(),
                Is.EqualTo(40));
        }

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(rows));
    }

    [Test]
    public async Task Settings_that_fail_for_every_file_are_reported_once()
    {
        using var cli = new CliRun();
        var source = new MemoryParquetSource();
        for (int number = 0; number < 20; number++)
        {
            File.WriteAllText(cli.PathOf($"{number}.parquet"), "");
            source.Add(cli.PathOf($"{number}.parquet"), failure: new ConfigurationException("AWS_REGION is not set."), rowGroups: [1]);
        }

        cli.Services = services => services.Replace(source);

        int exit = await cli.RunAsync("load", cli.Folder, "--json", "--dataset", "generation");

        Assert.That(exit, Is.EqualTo(ExitCode.Usage));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("not_started").GetInt32(), Is.EqualTo(19));
    }

    [Test]
    public async Task A_file_that_is_named_after_its_folder_counts_as_named()
    {
        using var cli = new CliRun();
        var source = new MemoryParquetSource();
        File.WriteAllText(cli.PathOf("kept.parquet"), "");
        source.Add(cli.PathOf("kept.parquet"), holdsKeptRows: true, rowGroups: [3]);
        cli.Services = services => services.Replace(source);

        await cli.RunAsync("load", cli.Folder, cli.PathOf("kept.parquet"), "--json", "--dataset", "generation");

        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(3));
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetProperty("repeated").GetInt32(), Is.EqualTo(1));
    }

    /// <summary>The third page of a listing is answered only after a record was written.</summary>
    [Test]
    public async Task The_first_file_is_loaded_before_the_listing_ends()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        GeneratedFile first = GeneratedFile.Random(new Random(1), 0, new DateTimeOffset(2024, 1, 3, 0, 0, 0, TimeSpan.Zero)) with { Key = "in/dataset=generation/a.parquet" };
        rig.Put(first);
        for (int number = 0; number < 3_000; number++)
        {
            rig.Server.S3.Put("data", $"in/dataset=generation/broken-{number:0000}.parquet", ReadOnlyMemory<byte>.Empty);
        }

        bool wasWritten = false;
        rig.Server.Faults.On("s3:ListObjectsV2").Calls(4).Do(
            () => wasWritten = SpinWait.SpinUntil(() => rig.Table.Records.Any(), Limit), "Wait");
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(rig.Server.Environment(), StringComparer.Ordinal) { ["MAX_INVALID_PERCENT"] = "100" };

        using LoaderProcess process = LoaderProcess.Start(folder.Path, environment, "load", "s3://data/in/", "--sink", "timestream", "--json");
        (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(Limit);

        using JsonDocument document = JsonDocument.Parse(output);
        Assert.That(wasWritten, Is.True, errors);
        Assert.That(exitCode, Is.EqualTo(ExitCode.Permanent), errors);
        Assert.That(document.RootElement.GetProperty("files").GetArrayLength(), Is.EqualTo(3_001));
        Assert.That(document.RootElement.GetProperty("read").GetInt64(), Is.EqualTo(first.Count));
        Assert.That(errors, Does.Contain("... and 2,980 more failures"));
    }

    private static MemoryParquetSource Files(CliRun cli, Random random, int count, out int rows)
    {
        var source = new MemoryParquetSource();
        Directory.CreateDirectory(cli.PathOf("dataset=generation"));
        rows = 0;
        for (int number = 0; number < count; number++)
        {
            string path = cli.PathOf("dataset=generation", $"{number:00}.parquet");
            File.WriteAllText(path, "");
            int[] rowGroups = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 4))];
            rows += rowGroups.Sum();
            source.Add(path, rowGroups: rowGroups);
        }

        cli.Services = services => services.Replace(source);
        return source;
    }
}
