using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Loader.Tests.Cli;
using Loader.Tests.InfluxDb;
using Loader.Tests.Parquet;

namespace Loader.Tests.Verifying;

/// <summary><c>loader verify --sink influxdb</c> against a server that was loaded from the same files and changed since.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbVerifyTests
{
    private const InfluxEngine Engine2 = InfluxEngine.Version2;
    private const InfluxEngine Engine3 = InfluxEngine.Version3;

    [TestCase(Engine2, "versions")]
    [TestCase(Engine3, "versions")]
    [TestCase(Engine2, "overwrite")]
    [TestCase(Engine2, "plain")]
    [TestCase(Engine3, "plain")]
    public async Task Everything_that_was_loaded_is_stored(InfluxEngine engine, string layout)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, layout);
        loaded.Run.Server.Requests.Clear();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Run.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(loaded.File.GetProperty("knows_versions").GetBoolean(), Is.EqualTo(layout != "plain"));
        Assert.That(
            loaded.Run.Server.Requests.All.Select(request => request.Operation).Distinct(), Is.SubsetOf(new[] { "influx:Query", "influx:Buckets", "influx:Ping" }));
    }

    [TestCase(Engine2, "versions")]
    [TestCase(Engine3, "versions")]
    [TestCase(Engine2, "overwrite")]
    [TestCase(Engine2, "plain")]
    [TestCase(Engine3, "plain")]
    public async Task A_missing_row_is_found(InfluxEngine engine, string layout)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, layout);
        loaded.Delete("SE", hour: 3);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, missing 1"));
        Assert.That(loaded.Difference.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(VerifyFile.Begin.AddHours(3)));
        Assert.That(loaded.Difference.GetProperty("row").GetInt32(), Is.EqualTo(6));
    }

    [TestCase(Engine2, "versions")]
    [TestCase(Engine3, "versions")]
    [TestCase(Engine2, "overwrite")]
    [TestCase(Engine2, "plain")]
    [TestCase(Engine3, "plain")]
    public async Task A_changed_value_is_found(InfluxEngine engine, string layout)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, layout);
        InfluxPoint point = loaded.Delete("NE", hour: 4);
        await loaded.WriteAsync(point, value: -7);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1"));
        Assert.That(loaded.Difference.GetProperty("file_value").GetDouble(), Is.EqualTo(104.5));
        Assert.That(loaded.Difference.GetProperty("stored_value").GetDouble(), Is.EqualTo(-7));
    }

    [TestCase(Engine2, "versions")]
    [TestCase(Engine3, "versions")]
    [TestCase(Engine2, "overwrite")]
    public async Task A_newer_version_supersedes(InfluxEngine engine, string layout)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, layout);
        using var newer = new Folder();
        string correction = VerifyFile.Write(newer, hours: 3, change: "-i - 1");
        Assert.That(await loaded.Run.RunAsync("load", correction, "--version", "2100-01-01T00:00:00Z"), Is.Zero);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 14, superseded 6"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task An_older_version_beside_ours_changes_nothing(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        using var older = new Folder();
        string earlier = VerifyFile.Write(older, hours: 3, change: "-i - 1");
        Assert.That(await loaded.Run.RunAsync("load", earlier, "--version", "1"), Is.Zero);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
    }

    [TestCase(Engine2, "versions")]
    [TestCase(Engine3, "versions")]
    [TestCase(Engine2, "overwrite")]
    [TestCase(Engine2, "plain")]
    [TestCase(Engine3, "plain")]
    public async Task A_foreign_record_is_found(InfluxEngine engine, string layout)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, layout);
        InfluxPoint point = loaded.Find("NE", hour: 4);
        await loaded.WriteAsync(point, value: 1, after: TimeSpan.FromMinutes(7));
        await loaded.WriteAsync(point, value: 1, after: TimeSpan.FromDays(40));
        await loaded.WriteAsync(point, value: 1, after: TimeSpan.FromMinutes(7), region: "S");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 20, foreign 1"));
        Assert.That(loaded.Difference.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(VerifyFile.Begin.AddHours(4).AddMinutes(7)));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task Two_sources_of_one_version_are_reported(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        InfluxPoint point = loaded.Find("SE", hour: 2);
        string tag = point.Tag("version")!;
        await loaded.WriteAsync(point, value: -5, version: tag[..20] + "ffffffff");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1, two_sources 1"));
        Assert.That(
            loaded.File.GetProperty("differences").EnumerateArray().Select(one => one.GetProperty("kind").GetString()),
            Is.EqualTo(new[] { "different", "two_sources" }));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task Another_source_of_our_version_is_reported_although_readers_see_ours(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        InfluxPoint point = loaded.Find("SE", hour: 2);
        string tag = point.Tag("version")!;
        await loaded.WriteAsync(point, value: -5, version: tag[..20] + "00000000");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20, two_sources 1"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task In_an_empty_table_every_row_is_missing(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.Run.Bucket.Table("generation").Delete(_ => true);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_missing_table_is_named_and_not_made(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.Run.Cli.Set("GENERATION_TABLE_NAME", "other");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").GetString(), Does.StartWith("There is no table 'other' of"));
        Assert.That(loaded.Run.Bucket.FindTable("other"), Is.Null);
    }

    [TestCase(Engine2, "INFLUXDB_BUCKET")]
    [TestCase(Engine3, "INFLUXDB_DATABASE")]
    public async Task A_missing_database_is_a_permanent_failure(InfluxEngine engine, string variable)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.Run.Cli.Set(variable, "nowhere");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.File.GetProperty("error_type").GetString(), Is.EqualTo("DestinationMissingException"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_refused_token_is_a_permanent_failure(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.Run.Cli.Set("INFLUXDB_TOKEN", "wrong-token-5d1c");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.File.GetProperty("error_type").GetString(), Is.EqualTo("DestinationAccessDeniedException"));
        Assert.That(loaded.Run.Cli.Error, Does.Contain("token").And.Not.Contain("wrong-token-5d1c"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_query_for_points_that_is_refused_names_the_right_that_it_needs(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.OnPointQuery().Always().Answer(403, """{"code":"forbidden","message":"insufficient permissions"}""");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Run.Cli.Error, Does.Contain("allowed to read from the bucket or database").And.Not.Contain("write"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_query_that_fails_in_the_middle_is_sent_again(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        FaultRule failing = loaded.OnPointQuery().Calls(1).Status(503);
        FaultRule torn = loaded.OnPointQuery().Calls(2).Truncate(keepBytes: 40);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Run.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That((failing.Applied, torn.Applied), Is.EqualTo((1, 1)));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_response_that_is_too_long_is_asked_for_in_two_parts(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        FaultRule queries = loaded.OnPointQuery().Calls(1).Answer(200, new string(' ', 17 * 1024 * 1024) + "{}");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Run.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(queries.Calls, Is.EqualTo(3));
    }

    [Test]
    public async Task A_part_of_a_response_is_never_taken_for_all_of_it()
    {
        await using Loaded loaded = await Loaded.CreateAsync(Engine2, "versions");
        FaultRule queries = loaded.OnPointQuery().Calls(1, 2).Answer(200, """{"results":[{"statement_id":0,"series":[],"partial":true}]}""");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Run.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(queries.Calls, Is.EqualTo(5));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_server_that_keeps_failing_is_a_transient_failure(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.Run.Cli.Set("MAX_RETRIES", "0");
        loaded.OnPointQuery().Always().Status(503);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(3));
        Assert.That(loaded.Run.Cli.Error, Does.Contain("Run the command again later"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task A_signal_during_a_query_ends_the_run(InfluxEngine engine)
    {
        await using Loaded loaded = await Loaded.CreateAsync(engine, "versions");
        loaded.OnPointQuery().Next().Do(() => loaded.Run.Cli.Signals.Raise());

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(loaded.File.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task Names_with_quotes_and_backslashes_are_found(InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        using var folder = new Folder();
        string path = folder.Write(
            "dataset=generation/odd.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, i::DOUBLE AS value, name AS region, 'MW' AS unit, 'power' AS measurement_type,
                'it''s "hydro" \1' AS energy_source
            FROM (VALUES (1, 'S''E'), (2, 'a\b'), (3, 'x"y'), (4, '1'' OR 1=1 --'), (5, 'ü, =')) AS t(i, name)
            """);
        Assert.That(await run.RunAsync("load", path), Is.Zero);

        int exit = await run.RunAsync("verify", path);

        Assert.That(exit, Is.Zero, run.Cli.Output);
        Assert.That(VerifyText.Counts(run.Cli.Json.GetProperty("files")[0]), Is.EqualTo("verified: read 5, stored 5"));
    }

    [TestCase(Engine2)]
    [TestCase(Engine3)]
    public async Task Many_series_are_asked_for_in_several_bounded_queries(InfluxEngine engine)
    {
        await using InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
        using var folder = new Folder();
        string path = folder.Write(
            "dataset=generation/many.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' + INTERVAL (h) HOUR AS timestamp, (i + h)::DOUBLE AS value, 'R' || i AS region, 'MW' AS unit,
                'power' AS measurement_type, 'hydro' AS energy_source
            FROM range(250) AS t(i), range(3) AS u(h)
            """);
        await run.RunAsync("load", path);
        run.Server.Requests.Clear();

        int exit = await run.RunAsync("verify", path);

        Assert.That(exit, Is.Zero);
        string[] queries = [.. run.Server.Requests.Of("influx:Query").Select(Loaded.TextOf).Where(text => text.Contains("\"value\"", StringComparison.Ordinal))];
        Assert.That(queries, Has.Length.EqualTo(3));
        Assert.That(queries, Is.All.Contain("time >= ").And.All.Contain("time <= ").And.All.Contain("\"region\" = 'R"));
    }

    [Test]
    public async Task Another_unit_is_a_difference_where_points_have_one()
    {
        await using Loaded loaded = await Loaded.CreateAsync(Engine3, "versions");
        InfluxPoint point = loaded.Delete("NE", hour: 4);
        await loaded.WriteAsync(point, value: 104.5, unit: "kW");

        await loaded.VerifyAsync();

        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1"));
        Assert.That(loaded.Difference.GetProperty("other_unit").GetBoolean(), Is.True);
    }

    /// <summary>A file that was loaded into a server.</summary>
    private sealed class Loaded : IAsyncDisposable
    {
        private readonly Folder _files = new();

        private Loaded(InfluxDbRun run)
        {
            Run = run;
            Path = VerifyFile.Write(_files);
        }

        public InfluxDbRun Run { get; }

        public string Path { get; }

        public JsonElement File => Run.Cli.Json.GetProperty("files")[0];

        public JsonElement Difference => File.GetProperty("differences").EnumerateArray().Single();

        public string Counts => VerifyText.Counts(File);

        public static async Task<Loaded> CreateAsync(InfluxEngine engine, string layout)
        {
            InfluxDbRun run = await InfluxDbRun.StartAsync(engine);
            run.Cli.Set("INFLUXDB_LAYOUT", layout);
            var loaded = new Loaded(run);
            Assert.That(await run.RunAsync("load", loaded.Path), Is.Zero, run.Cli.Error);
            return loaded;
        }

        /// <summary>Returns the query of a request.</summary>
        public static string TextOf(RecordedRequest request) => TextOf(request.Target, request.Body);

        public Task<int> VerifyAsync() => Run.RunAsync("verify", Path);

        public FaultOccasion OnPointQuery() => Run.Server.Faults.On("influx:Query")
            .Where(call => TextOf(call.Target, call.Body).Contains("= 'power'", StringComparison.Ordinal));

        public InfluxPoint Find(string region, int hour) => Run.Bucket.Table("generation").Points.Single(point => IsAt(point, region, hour));

        public InfluxPoint Delete(string region, int hour)
        {
            InfluxPoint point = Find(region, hour);
            Run.Bucket.Table("generation").Delete(other => IsAt(other, region, hour));
            return point;
        }

        /// <summary>Writes a point like another one.</summary>
        public Task WriteAsync(
            InfluxPoint point, double value, TimeSpan after = default, string? region = null, string? version = null, string? unit = null)
        {
            string tags = string.Join(',', point.Tags.Select(tag => tag.Key switch
            {
                "region" => $"region={region ?? tag.Value}",
                "version" => $"version={version ?? tag.Value}",
                _ => $"{tag.Key}={tag.Value}",
            }));
            string fields = string.Join(',', point.Fields.Select(field => field.Key switch
            {
                "value" => $"value={value.ToString("R", CultureInfo.InvariantCulture)}",
                "unit" => $"unit=\"{unit ?? "MW"}\"",
                _ => $"{field.Key}={field.Value.Integer.ToString(CultureInfo.InvariantCulture)}i",
            }));
            return RawLines.PostAsync(Run.Server, $"generation,{tags} {fields} {point.TimeNanoseconds + (after.Ticks * 100)}");
        }

        public async ValueTask DisposeAsync()
        {
            _files.Dispose();
            await Run.DisposeAsync();
        }

        private static string TextOf(string target, ReadOnlyMemory<byte> body) => body.IsEmpty
            ? Uri.UnescapeDataString(target)
            : JsonDocument.Parse(body).RootElement.GetProperty("q").GetString()!;

        private static bool IsAt(InfluxPoint point, string region, int hour) =>
            point.Tag("region") == region && point.Time == VerifyFile.Begin.AddHours(hour);
    }
}
