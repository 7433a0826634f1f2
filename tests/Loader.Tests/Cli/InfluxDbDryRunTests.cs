using System.Text.Json;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Parquet;

namespace Loader.Tests.Cli;

/// <summary>Runs for InfluxDB that write nothing: <c>load --dry-run</c> asks the server, <c>validate</c> does not.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbDryRunTests
{
    [TestCase(InfluxEngine.Version2, 2)]
    [TestCase(InfluxEngine.Version3, 3)]
    public async Task A_dry_run_asks_the_server_and_changes_nothing(InfluxEngine engine, int expected)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();

        int exit = await run.RunAsync("load", samples, "--dry-run");

        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That((run.Count("written"), run.Estimate.GetProperty("engine").GetInt32()), Is.EqualTo((720, expected)));
        Assert.That(run.Bucket.Tables, Is.Empty);
        Assert.That(run.Server.Buckets.Select(bucket => bucket.Name), Is.EqualTo(new[] { "energy", "other" }));
        Assert.That(
            run.Server.Requests.All.Select(request => request.Operation).Distinct(),
            Is.SubsetOf(["influx:Ping", "influx:Buckets", "influx:Query"]).And.Contains("influx:Query"));
        Assert.That(Directory.GetFileSystemEntries(run.Cli.Folder), Is.EqualTo(new[] { samples }));
    }

    [TestCase(InfluxEngine.Version2)]
    [TestCase(InfluxEngine.Version3)]
    public async Task A_dry_run_judges_by_the_retention_of_the_server(InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine, retention: TimeSpan.FromDays(1));
        string samples = await run.Cli.SampleAsync();

        int exit = await run.RunAsync("load", samples, "--dry-run");

        Assert.That((exit, run.Count("written"), run.Count("invalid")), Is.EqualTo((4, 0, 720)));
        Assert.That(run.Cli.Output, Does.Contain("\"TimeTooOld\":"));
    }

    [TestCase(InfluxEngine.Version2, "INFLUXDB_BUCKET")]
    [TestCase(InfluxEngine.Version3, "INFLUXDB_DATABASE")]
    public async Task A_dry_run_makes_no_bucket_or_database(InfluxEngine engine, string variable)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set(variable, "missing");
        string samples = await run.Cli.SampleAsync();

        int exit = await run.RunAsync("load", samples, "--dry-run");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(run.Cli.Error, Does.Contain("missing"));
        Assert.That(run.Server.FindBucket("missing"), Is.Null);
    }

    [Test]
    public async Task The_server_tells_the_engine_where_the_settings_name_both()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(InfluxEngine.Version2);
        run.Cli.Set("INFLUXDB_DATABASE", "energy");
        string samples = await run.Cli.SampleAsync();

        await run.RunAsync("load", samples, "--dry-run");

        Assert.That(run.Estimate.GetProperty("engine").GetInt32(), Is.EqualTo(2));
    }

    [TestCase(InfluxEngine.Version2, "2", true)]
    [TestCase(InfluxEngine.Version2, "2", false)]
    [TestCase(InfluxEngine.Version3, "3", true)]
    public async Task A_load_takes_what_validate_says(InfluxEngine engine, string number, bool gzip)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set("INFLUXDB_ENGINE", number).Set("INFLUXDB_GZIP", gzip ? "true" : "false").Set("INFLUXDB_BATCH_LINES", "100");
        string samples = await run.Cli.SampleAsync();
        await run.RunAsync("validate", samples);
        JsonElement estimate = run.Estimate.Clone();

        await run.RunAsync("load", samples);

        Assert.That(estimate.GetProperty("requests").GetInt64(), Is.EqualTo(run.Count("batches")).And.GreaterThan(7));
        Assert.That(estimate.GetProperty("bytes").GetInt64(), Is.EqualTo(run.BytesWritten));
        Assert.That(estimate.GetProperty("points").GetInt64(), Is.EqualTo(run.Bucket.Count));
        Assert.That(estimate.GetProperty("series").GetInt64(), Is.EqualTo(run.Bucket.Tables.Sum(table => table.SeriesCount)));
        Assert.That(estimate.GetProperty("gzip").GetBoolean(), Is.EqualTo(gzip));
    }

    [TestCase(InfluxEngine.Version2, "versions")]
    [TestCase(InfluxEngine.Version2, "overwrite")]
    [TestCase(InfluxEngine.Version2, "plain")]
    [TestCase(InfluxEngine.Version3, "versions")]
    [TestCase(InfluxEngine.Version3, "plain")]
    public async Task Newer_files_add_what_validate_says(InfluxEngine engine, string layout)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set("INFLUXDB_LAYOUT", layout);
        string samples = await run.Cli.SampleAsync();
        await run.RunAsync("validate", samples);
        JsonElement estimate = run.Estimate.Clone();
        await run.RunAsync("load", samples, "--version", "1700000000000");
        (int Points, int Series) first = (run.Bucket.Count, run.Bucket.Tables.Sum(table => table.SeriesCount));

        Assert.That(await run.RunAsync("load", samples, "--version", "1700000000001"), Is.Zero, run.Cli.Error);

        (int Points, int Series) second = (run.Bucket.Count, run.Bucket.Tables.Sum(table => table.SeriesCount));
        Assert.That(estimate.GetProperty("layout").GetString(), Is.EqualTo(layout));
        Assert.That(estimate.GetProperty("points_added_by_newer_files").GetInt64(), Is.EqualTo(second.Points - first.Points));
        if (engine == InfluxEngine.Version2)
        {
            Assert.That(estimate.GetProperty("stored_series").GetInt64(), Is.EqualTo(first.Series));
            Assert.That(estimate.GetProperty("series_added_by_newer_files").GetInt64(), Is.EqualTo(second.Series - first.Series));
        }
    }

    [Test]
    public async Task Validate_needs_no_setting_and_asks_no_server()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("validate", samples, "--sink", "influxdb", "--json");

        JsonElement estimate = cli.Json.GetProperty("estimate_influxdb");
        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That((estimate.GetProperty("engine").GetInt32(), estimate.GetProperty("layout").GetString()), Is.EqualTo((3, "versions")));
        Assert.That(cli.Json.TryGetProperty("estimate", out _), Is.False);
    }

    [Test]
    public async Task Validate_is_for_Timestream_whatever_SINK_says()
    {
        using CliRun cli = new CliRun().Set("SINK", "influxdb");
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("validate", samples, "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("estimate").GetProperty("write_units").GetInt64(), Is.GreaterThan(0));
        Assert.That(cli.Json.TryGetProperty("estimate_influxdb", out _), Is.False);
    }

    [TestCase("3", "versions", "InfluxDB 3 in the layout versions", "720 points in ", "The same rows in newer files add 720 points each time;")]
    [TestCase("2", "versions", "InfluxDB 2 in the layout versions", "each version of a series is one", "add 720 points and ")]
    [TestCase("2", "overwrite", "InfluxDB 2 in the layout overwrite", "720 points in ", "add no points")]
    [TestCase("3", "plain", "InfluxDB 3 in the layout plain", "720 points in ", "add no points")]
    public async Task The_console_and_the_page_show_points_series_and_growth(string engine, string layout, string place, string points, string growth)
    {
        using CliRun cli = new CliRun().Set("INFLUXDB_ENGINE", engine).Set("INFLUXDB_LAYOUT", layout);
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("validate", samples, "--sink", "influxdb", "--report", "out.html");

        string page = await File.ReadAllTextAsync(cli.PathOf("out.html"));
        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Output, Does.Contain(place).And.Contain(points).And.Contain(growth).And.Contain("compressed").And.Not.Contain("write unit"));
        Assert.That(page, Does.Contain(place).And.Contain(points).And.Contain(growth).And.Contain("limits of InfluxDB").And.Not.Contain("write unit"));
    }

    [TestCase("influxdb", 1)]
    [TestCase("timestream", 0)]
    public async Task Text_that_InfluxDB_cannot_write_is_invalid_there(string sink, int invalid)
    {
        using var cli = new CliRun();
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, IF(i = 0, 'SE\', 'SE') AS region, 'MW' AS unit, 'power' AS measurement_type,
                'total' AS consumer_type
            FROM range(2) AS t(i)
            """);
        cli.Set("MAX_INVALID_PERCENT", "50");

        int exit = await cli.RunAsync("validate", path, "--dataset", "consumption", "--sink", sink, "--json");

        Assert.That((exit, cli.Json.GetProperty("invalid").GetInt32()), Is.EqualTo((0, invalid)), cli.Error);
        Assert.That(cli.Output.Contains("UnwritableText", StringComparison.Ordinal), Is.EqualTo(invalid > 0));
    }

    [TestCase("INFLUXDB_LAYOUT", "overwrite", "INFLUXDB_LAYOUT is overwrite")]
    [TestCase("INFLUXDB_LAYOUT", "none", "INFLUXDB_LAYOUT is 'none'; allowed are versions, overwrite and plain.")]
    [TestCase("INFLUXDB_BATCH_LINES", "0", "INFLUXDB_BATCH_LINES is 0")]
    [TestCase("GENERATION_TABLE_NAME", "a b", "GENERATION_TABLE_NAME is 'a b'")]
    public async Task Validate_checks_the_settings_that_the_lines_depend_on(string variable, string value, string message)
    {
        using CliRun cli = new CliRun().Set("INFLUXDB_ENGINE", "3").Set(variable, value);
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("validate", samples, "--sink", "influxdb", "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain(message).And.Not.Contain("INFLUXDB_URL"));
    }
}
