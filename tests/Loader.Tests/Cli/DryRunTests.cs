using System.Text.Json;
using Loader.Application.Ports;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Cli;

/// <summary>Runs that judge rows and write nothing.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DryRunTests
{
    [Test]
    public async Task A_dry_run_creates_no_database()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--dry-run", "--json");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.GreaterThan(0));
        Assert.That(Directory.GetFileSystemEntries(cli.Folder), Is.EqualTo(new[] { samples }));
    }

    [Test]
    public async Task A_dry_run_does_not_change_a_database()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await cli.RunAsync("load", samples);
        byte[] before = File.ReadAllBytes(cli.PathOf("energy.duckdb"));

        await cli.RunAsync("load", samples, "--dry-run", "--version", "4000000000000");

        Assert.That(File.ReadAllBytes(cli.PathOf("energy.duckdb")), Is.EqualTo(before));
    }

    [Test]
    public async Task A_dry_run_says_so_and_counts_storable_rows()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        await cli.RunAsync("load", samples, "--dry-run");

        Assert.That(cli.Output, Does.Contain("This was a dry run: nothing was written.").And.Contain("Storable").And.Not.Contain("Written"));
        Assert.That(cli.Error, Does.Not.Contain("written"));
    }

    [Test]
    public async Task A_dry_run_for_Timestream_judges_by_the_table_and_sends_no_record()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        server.Timestream.CreateEnergyTables(new TableSettings { MemoryStoreHours = 1, MagneticStoreDays = 1, MagneticStoreWrites = true });
        using var cli = new CliRun();
        Connect(cli, server);
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--sink", "timestream", "--dry-run", "--json");

        JsonElement file = cli.Json.GetProperty("files")[0];
        Assert.That(exit, Is.EqualTo(4));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.Zero);
        Assert.That(file.GetRawText(), Does.Contain("TimeTooOld"));
        Assert.That(file.GetProperty("error").GetString(), Does.Contain("can be stored").And.Not.Contain("are stored"));
        Assert.That(server.Requests.All.Select(request => request.Operation), Has.None.Contains("WriteRecords").And.None.Contains("PutMetricData"));
    }

    [TestCase("validate")]
    [TestCase("load", "--dry-run")]
    public async Task A_dry_run_does_not_ask_where_to_keep_invalid_rows(params string[] command)
    {
        using var cli = new CliRun();
        using var folder = new Parquet.Folder();
        string path = folder.Write(
            "dataset=generation.parquet",
            "SELECT TIMESTAMP '2024-05-01' AS timestamp, NULL::DOUBLE AS value, 'MW' AS unit, 'power' AS measurement_type, 'SE' AS region, 'hydro' AS energy_source");

        await cli.RunAsync([.. command, path, "--dataset", "generation"]);

        Assert.That(cli.Error, Does.Contain("is invalid: MissingValue").And.Not.Contain("REJECTED_ROWS_LOCATION"));
    }

    [Test]
    public async Task Validate_asks_no_destination()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");

        Assert.That(await cli.RunAsync("validate", samples, "--json"), Is.Zero);
    }

    [Test]
    public async Task A_dry_run_cannot_be_resumed()
    {
        using var cli = new CliRun();

        Assert.That(await cli.RunAsync("load", "x", "--dry-run", "--resume"), Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("--resume cannot be used with --dry-run"));
    }

    [Test]
    public async Task A_file_dated_in_the_future_is_loaded_with_a_warning()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string file = Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories)[0];
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2));

        int exit = await cli.RunAsync("load", file);

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Error, Does.Contain("was last modified in the future").And.Contain("--version"));
    }

    [Test]
    public async Task A_file_dated_in_the_future_is_no_matter_if_it_gets_a_version()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string file = Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories)[0];
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2));

        await cli.RunAsync("load", file, "--version", "1700000000000");

        Assert.That(cli.Error, Does.Not.Contain("in the future"));
    }

    private static void Connect(CliRun cli, LocalAwsServer server)
    {
        cli.Set("AWS_REGION", "eu-west-1")
            .Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database)
            .Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
            .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption)
            .Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission);
        cli.Services = services => services.AddSingleton<IRecordSink>(_ => LocalSink.Connect(server).Sink);
    }
}
