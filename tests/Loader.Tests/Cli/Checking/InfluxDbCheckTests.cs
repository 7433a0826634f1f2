using System.Text.Json;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.Cli.Checking;

/// <summary>The checks of InfluxDB. None of them stores anything or makes a table.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbCheckTests
{
    [Test]
    public async Task A_complete_set_up_passes_every_check([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine, TimeSpan.FromDays(30));

        int exit = await run.RunAsync("check");

        string parent = engine == InfluxEngine.Version2 ? "bucket 'energy'" : "database 'energy'";
        Assert.That(StatusOf(run, "server"), Is.EqualTo("ok"), run.Cli.Output);
        Assert.That(StatusOf(run, parent), Is.EqualTo("ok"));
        Assert.That(TextOf(run, parent), Does.Contain("30 days"));
        Assert.That(StatusOf(run, "table generation"), Is.EqualTo("ok"));
        Assert.That(StatusOf(run, "right to write"), Is.EqualTo("ok"), TextOf(run, "right to write"));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_stored([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);

        await run.RunAsync("check");

        Assert.That(run.BytesWritten, Is.Zero);
        Assert.That(run.Bucket.Tables, Is.Empty);
    }

    [Test]
    public async Task A_missing_bucket_or_database_fails([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set("INFLUXDB_BUCKET", "nowhere").Set("INFLUXDB_DATABASE", "nowhere");

        int exit = await run.RunAsync("check");

        Assert.That(StatusOf(run, engine == InfluxEngine.Version2 ? "bucket 'nowhere'" : "database 'nowhere'"), Is.EqualTo("failed"), run.Cli.Output);
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_token_fails_and_is_not_shown([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Cli.Set("INFLUXDB_TOKEN", "wrong-token-1234");

        int exit = await run.RunAsync("check");

        Assert.That(run.Cli.Output, Does.Contain("refuses the token"));
        Assert.That(run.Cli.Output + run.Cli.Error, Does.Not.Contain("wrong-token-1234"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_that_may_only_read_fails([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Server.Faults.On("influx:Write").Always().Error(403, "forbidden", "insufficient permissions for write");

        int exit = await run.RunAsync("check");

        Assert.That(StatusOf(run, "right to write"), Is.EqualTo("failed"), run.Cli.Output);
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task An_error_of_the_server_does_not_show_the_right_to_write([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        run.Server.Faults.On("influx:Write").Always().InternalError();

        int exit = await run.RunAsync("check");

        Assert.That(StatusOf(run, "right to write"), Is.EqualTo("warning"), run.Cli.Output);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_column_that_conflicts_fails_by_name([Values] InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        await WriteAsync(run, "generation,region=SE,version=0000000000000000001-00000000 value=\"text\" 1700000000000000000");

        int exit = await run.RunAsync("check");

        Assert.That(StatusOf(run, "table generation"), Is.EqualTo("failed"), run.Cli.Output);
        Assert.That(TextOf(run, "table generation"), Does.Contain("value"));
        Assert.That(StatusOf(run, "table consumption"), Is.EqualTo("ok"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task An_engine_that_the_setting_contradicts_fails()
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(InfluxEngine.Version2);
        run.Cli.Set("INFLUXDB_ENGINE", "3").Set("INFLUXDB_DATABASE", "energy");

        int exit = await run.RunAsync("check");

        Assert.That(TextOf(run, "server"), Does.Contain("has engine 2").And.Contain("INFLUXDB_ENGINE is 3"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task Missing_settings_are_listed_and_no_server_is_asked()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("check", "--sink", "influxdb");

        Assert.That(cli.Output, Does.Contain("INFLUXDB_URL is not set").And.Contain("skipped  server"));
        Assert.That(exit, Is.EqualTo(1));
    }

    private static async Task WriteAsync(InfluxDbRun run, string line)
    {
        IReadOnlyDictionary<string, string> settings = run.Server.Environment();
        string path = run.Server.Engine == InfluxEngine.Version2
            ? $"/api/v2/write?org={settings["INFLUXDB_ORG"]}&bucket=energy&precision=ns"
            : "/api/v3/write_lp?db=energy&precision=nanosecond";
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(run.Server.Endpoint, path)) { Content = new StringContent(line) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {settings["INFLUXDB_TOKEN"]}");
        using HttpResponseMessage response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static string StatusOf(InfluxDbRun run, string check) => Find(run, check).GetProperty("status").GetString()!;

    private static string TextOf(InfluxDbRun run, string check) =>
        $"{Find(run, check).GetProperty("found").GetString()} {Find(run, check).GetProperty("remedy").GetString()}";

    private static JsonElement Find(InfluxDbRun run, string check) =>
        run.Cli.Json.GetProperty("checks").EnumerateArray().Single(result => result.GetProperty("name").GetString() == check);
}
