using System.Text.Json;
using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.LocalAws;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Cli;

/// <summary><c>loader load</c> and <c>replay</c> with <c>--sink influxdb</c>.</summary>
[TestFixture(InfluxEngine.Version2)]
[TestFixture(InfluxEngine.Version3)]
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbLoadTests(InfluxEngine engine)
{
    private static readonly string[] Counts = [.. Ledger.Outcomes.Select(outcome => outcome.ToString().ToLowerInvariant()).Prepend("read")];

    [Test]
    public async Task The_samples_have_the_same_ledger_as_in_DuckDB()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        await run.Cli.RunAsync("load", samples, "--json");
        string[] duckDb = Ledgers(run.Cli.Json);

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That(Ledgers(run.Cli.Json), Is.EqualTo(duckDb));
        Assert.That(run.Bucket.Tables.Select(table => (table.Name, table.Count)), Is.EquivalentTo(run.Cli.Json.GetProperty("files").EnumerateArray()
            .Select(file => (file.GetProperty("dataset").GetString(), file.GetProperty("written").GetInt32()))));
    }

    [Test]
    public async Task Loading_again_changes_nothing()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        await run.RunAsync("load", samples);
        string[] ledgers = Ledgers(run.Cli.Json);
        string[] points = Points(run.Bucket);

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.Zero);
        Assert.That(Ledgers(run.Cli.Json), Is.EqualTo(ledgers));
        Assert.That(Points(run.Bucket), Is.EqualTo(points).And.Length.EqualTo(720));
        Assert.That(run.Bucket.Tables.Sum(table => table.ContradictoryPoints), Is.Zero);
    }

    [Test]
    public async Task A_newer_version_is_added_and_an_older_one_is_not_the_newest()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();

        foreach (string version in new[] { "2000000000000", "1000000000000" })
        {
            Assert.That(await run.RunAsync("load", samples, "--version", version), Is.Zero);
        }

        InfluxTable table = run.Bucket.Table("generation");
        string newest = new ObjectVersion(2_000_000_000_000).ForRowGroup(0).ToString("D19", null);
        Assert.That(table.Newest().Select(point => point.Tag("version")), Is.All.StartsWith(newest + "-").And.Not.Empty);
        Assert.That(table.Count, Is.EqualTo(2 * table.Newest().Count));
    }

    [Test]
    public async Task Kept_rows_are_replayed_with_the_version_of_their_first_load()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine, retention: TimeSpan.FromDays(1));
        run.Cli.Set("MAX_INVALID_PERCENT", "100");
        string samples = await run.Cli.SampleAsync();
        await run.RunAsync("load", samples, "--version", "1000000000000");
        long invalid = run.Count("invalid");
        run.Bucket.Retention = null;

        int exit = await run.RunAsync("replay", run.Cli.PathOf("rejected"));

        Assert.That((invalid, exit), Is.EqualTo((720, 0)), run.Cli.Error);
        Assert.That(run.Count("written"), Is.EqualTo(720));
        Assert.That(Directory.GetDirectories(run.Cli.PathOf("rejected")).Select(Path.GetFileName), Is.All.StartsWith("influxdb-").And.Not.Empty);
        Assert.That(
            run.Bucket.Tables.SelectMany(table => table.Points).Select(point => point.Tag("version")!.Split('-')[0]).Distinct(),
            Is.EqualTo(new[] { new ObjectVersion(1_000_000_000_000).ForRowGroup(0).ToString("D19", null) }));
    }

    [Test]
    public async Task An_interrupted_run_is_resumed()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        MemoryParquetSource source = StopInSecondFile(run.Cli);
        int stopped = await run.RunAsync("load", run.Cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();

        int exit = await run.RunAsync("load", run.Cli.Folder, "--resume");

        Assert.That((stopped, exit), Is.EqualTo((130, 0)), run.Cli.Error);
        Assert.That(source.Reads, Is.EqualTo(new[] { "b.parquet/1", "b.parquet/2" }));
        Assert.That(run.Bucket.Count, Is.EqualTo(8));
    }

    [Test]
    public async Task Another_destination_has_nothing_to_resume()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        MemoryParquetSource source = StopInSecondFile(run.Cli);
        await run.RunAsync("load", run.Cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();
        run.Cli.Set(engine == InfluxEngine.Version2 ? "INFLUXDB_BUCKET" : "INFLUXDB_DATABASE", "other");

        int exit = await run.RunAsync("load", run.Cli.Folder, "--resume");

        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That(source.Reads, Has.Count.EqualTo(4));
        Assert.That(run.Server.Bucket("other").Count, Is.EqualTo(8));
    }

    [Test]
    public async Task Another_layout_has_nothing_to_resume()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set("CONSUMPTION_TABLE_NAME", "second");
        MemoryParquetSource source = StopInSecondFile(run.Cli);
        await run.RunAsync("load", run.Cli.Folder, "--dataset", "generation");
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();
        run.Cli.Set("INFLUXDB_LAYOUT", "plain");

        int exit = await run.RunAsync("load", run.Cli.Folder, "--dataset", "generation", "--resume");

        // The table has the layout that it began with, so the load is refused; it must not be skipped as done.
        Assert.That(exit, Is.Not.Zero);
        Assert.That(run.Count("skipped_done"), Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Metrics_are_published_if_asked_for(bool isAsked)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        await using LocalAwsServer aws = await LocalAwsServer.StartAsync();
        run.Cli.Services = services => services.AddSingleton(new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
                CloudWatchEndpoint = aws.Endpoint,
            },
            TimeProvider.System));
        string samples = await run.Cli.SampleAsync();

        int exit = await run.RunAsync(["load", samples, .. isAsked ? ["--metrics"] : Array.Empty<string>()]);

        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That(aws.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(isAsked ? 720 : 0));
    }

    private static string[] Ledgers(JsonElement output) =>
    [
        LedgerOf(output),
        .. output.GetProperty("files").EnumerateArray()
            .Select(file => $"{file.GetProperty("file").GetString()} {file.GetProperty("status").GetString()}: {LedgerOf(file)}")
            .Order(StringComparer.Ordinal),
    ];

    private static string LedgerOf(JsonElement element) => string.Join(' ', Counts.Select(name => $"{name}={element.GetProperty(name).GetInt64()}"));

    private static string[] Points(InfluxBucket bucket) =>
        [.. bucket.Tables.SelectMany(table => table.Points).Select(point => point.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Makes two files of 1 and 3 row groups with two rows each; the run is stopped before the second row group of the second.</summary>
    private static MemoryParquetSource StopInSecondFile(CliRun cli)
    {
        var source = new MemoryParquetSource
        {
            BeforeRowGroup = (path, rowGroup) =>
            {
                if (path.EndsWith("b.parquet", StringComparison.Ordinal) && rowGroup == 1)
                {
                    cli.Signals.Raise();
                }
            },
        };
        Directory.CreateDirectory(cli.PathOf("dataset=generation"));
        foreach ((string name, int[] rowGroups) in new[] { ("a", new[] { 2 }), ("b", [2, 2, 2]) })
        {
            string path = cli.PathOf("dataset=generation", name + ".parquet");
            File.WriteAllText(path, "");
            source.Add(path, rowGroups: rowGroups);
        }

        cli.Services = services => services.Replace(source);
        cli.Set("FILES_IN_FLIGHT", "1").Set("ROW_GROUPS_IN_FLIGHT", "1");
        return source;
    }
}
