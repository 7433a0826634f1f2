using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.Cli;

/// <summary>What <c>--sink influxdb</c> says and returns when it cannot load, and that the token is nowhere.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbFailureTests
{
    [TestCase(InfluxEngine.Version3, "INFLUXDB_URL", "INFLUXDB_URL is not set")]
    [TestCase(InfluxEngine.Version3, "INFLUXDB_TOKEN", "INFLUXDB_TOKEN or INFLUXDB_TOKEN_SECRET_ARN must be set")]
    [TestCase(InfluxEngine.Version3, "INFLUXDB_DATABASE", "INFLUXDB_DATABASE (engine 3) or INFLUXDB_ORG and INFLUXDB_BUCKET (engine 2) must be set")]
    [TestCase(InfluxEngine.Version2, "INFLUXDB_ORG", "INFLUXDB_ORG and INFLUXDB_BUCKET (engine 2) must be set")]
    [TestCase(InfluxEngine.Version2, "INFLUXDB_BUCKET", "INFLUXDB_ORG and INFLUXDB_BUCKET (engine 2) must be set")]
    public async Task A_missing_setting_is_named(InfluxEngine engine, string variable, string message)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        run.Cli.Set(variable, "");

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(run.Cli.Json.GetProperty("error").GetString(), Does.Contain(message));
        Assert.That(run.Server.Requests.All, Is.Empty);
    }

    [Test]
    public async Task All_missing_settings_are_named_at_once()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x.parquet", "--sink", "influxdb");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error.ReplaceLineEndings(" "), Does.Contain("INFLUXDB_URL").And.Contain("INFLUXDB_DATABASE").And.Contain("INFLUXDB_TOKEN"));
        Assert.That(cli.Error, Does.Not.Contain("TIMESTREAM"));
    }

    [TestCase(InfluxEngine.Version3, "INFLUXDB_ORG", "energy-org", "INFLUXDB_DATABASE")]
    [TestCase(InfluxEngine.Version2, "INFLUXDB_DATABASE", "energy", "INFLUXDB_ORG")]
    public async Task Settings_of_the_other_engine_are_a_fault_once_the_server_has_told_its_own(
        InfluxEngine engine, string variable, string value, string missing)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        foreach (string name in new[] { "INFLUXDB_DATABASE", "INFLUXDB_ORG", "INFLUXDB_BUCKET" })
        {
            run.Cli.Set(name, "");
        }

        run.Cli.Set(variable, value);
        if (variable == "INFLUXDB_ORG")
        {
            run.Cli.Set("INFLUXDB_BUCKET", "energy");
        }

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.EqualTo(2), run.Cli.Error);
        Assert.That(run.Cli.Error.ReplaceLineEndings(" "), Does.Contain(missing));
        Assert.That(run.Count("not_started"), Is.GreaterThan(0));
    }

    [TestCase(InfluxEngine.Version2)]
    [TestCase(InfluxEngine.Version3)]
    public async Task A_wrong_token_is_a_permanent_failure(InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        run.Cli.Set("INFLUXDB_TOKEN", "wrong-token-5d1c");

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.EqualTo(1), run.Cli.Error);
        Assert.That(run.Cli.Error, Does.Contain("token").And.Not.Contain("wrong-token-5d1c"));
        Assert.That(run.Bucket.Count, Is.Zero);
    }

    [TestCase(InfluxEngine.Version2)]
    [TestCase(InfluxEngine.Version3)]
    public async Task A_server_that_does_not_answer_is_a_transient_failure(InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        run.Cli.Set("MAX_RETRIES", "0");
        await run.Server.DisposeAsync();

        int exit = await run.RunAsync("load", samples);

        Assert.That(exit, Is.EqualTo(3), run.Cli.Error);
        Assert.That(run.Cli.Error, Does.Contain("INFLUXDB_URL"));
    }

    [TestCase(InfluxEngine.Version2)]
    [TestCase(InfluxEngine.Version3)]
    public async Task The_token_is_in_no_output(InfluxEngine engine)
    {
        const string Token = "local-influx-token";
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        string samples = await run.Cli.SampleAsync();
        run.Cli.Set("MAX_RETRIES", "0");
        var shown = new List<string>();
        foreach (int status in new[] { 204, 400, 401, 500 })
        {
            run.Server.Faults.Clear();
            if (status != 204)
            {
                // A proxy or server that repeats what it received.
                run.Server.Faults.On("influx:Write").Always().Answer(status, $$"""{"code":"x","message":"Token {{Token}}","error":"Token {{Token}}"}""");
            }

            foreach (string[] options in new string[][] { ["--json"], [] })
            {
                await run.Cli.RunAsync(["load", samples, "--sink", "influxdb", "--verbose", "--report", "out.html", .. options]);
                shown.Add(run.Cli.Output + run.Cli.Error + await File.ReadAllTextAsync(run.Cli.PathOf("out.html")));
            }
        }

        await run.Cli.RunAsync("load", samples, "--sink", "influxdb", "--dry-run", "--verbose", "--json");
        shown.Add(run.Cli.Output + run.Cli.Error);
        string[] files = [.. Directory.GetFiles(run.Cli.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".parquet", StringComparison.Ordinal))];
        shown.AddRange(files.Select(File.ReadAllText));

        Assert.That(shown, Has.Count.GreaterThan(9).And.All.Length.GreaterThan(0));
        Assert.That(shown, Has.None.Contains(Token));
        Assert.That(run.Server.Requests.Of("influx:Write").Select(request => request.Header("Authorization")), Is.All.EqualTo("Token " + Token));
    }

    [Test]
    public async Task Without_the_option_the_destination_is_DuckDB_whatever_SINK_says([Values("influxdb", "timestream", "kafka")] string sink)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(InfluxEngine.Version3);
        run.Cli.Set("SINK", sink);
        string samples = await run.Cli.SampleAsync();

        int exit = await run.Cli.RunAsync("load", samples, "--json");

        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That(run.Cli.Json.GetProperty("tables").GetArrayLength(), Is.EqualTo(3));
        Assert.That(run.Server.Requests.All, Is.Empty);
    }

    [Test]
    public async Task The_option_timestream_is_Timestream_whatever_SINK_says()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(InfluxEngine.Version3);
        run.Cli.Set("SINK", "influxdb");

        int exit = await run.Cli.RunAsync("load", "x.parquet", "--sink", "timestream");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(run.Cli.Error, Does.Contain("TIMESTREAM_DATABASE_NAME"));
        Assert.That(run.Server.Requests.All, Is.Empty);
    }
}
