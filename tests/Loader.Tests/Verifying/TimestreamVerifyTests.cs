using System.Text.Json;
using Loader.Application.Ports;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Loader.Tests.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Verifying;

/// <summary><c>loader verify --sink timestream</c> against a local server that was loaded from the same files and changed since.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class TimestreamVerifyTests
{
    [Test]
    public async Task Everything_that_was_loaded_is_stored()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Requests.Clear();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(loaded.File.GetProperty("knows_versions").GetBoolean(), Is.False);
        Assert.That(
            loaded.Server.Requests.All.Select(request => request.Operation), Is.EqualTo(new[] { "timestream:DescribeTable", "timestream:Query" }));
    }

    [Test]
    public async Task A_missing_row_is_found()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Table.Remove(record => IsAt(record, "SE", hour: 3));

        int exit = await loaded.VerifyAsync("--wait", "0");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, missing 1"));
        Assert.That(loaded.Difference.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(VerifyFile.Begin.AddHours(3)));
        Assert.That(loaded.Difference.GetProperty("row").GetInt32(), Is.EqualTo(6));
        Assert.That(loaded.Difference.GetProperty("stored_version").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_value_of_a_newer_version_looks_different()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        using var newer = new Folder();
        string correction = VerifyFile.Write(newer, hours: 1, change: "-1");
        await loaded.LoadAsync(correction, "--version", "2100-01-01T00:00:00Z");

        int exit = await loaded.VerifyAsync();
        string json = loaded.Counts;
        await loaded.Cli.RunAsync("verify", loaded.Path, "--sink", "timestream");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(json, Is.EqualTo("differs: read 20, stored 18, different 2"));
        Assert.That(loaded.Cli.Output, Does.Contain("Versions cannot be read here: a different value may be a newer one."));
    }

    [Test]
    public async Task A_foreign_record_is_found_and_others_are_not()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        using var other = new Folder();
        await loaded.LoadAsync(other.Write(
            "dataset=generation/other.parquet",
            """
            SELECT * FROM (VALUES (TIMESTAMP '2024-01-01 04:07:00', 'SE', 'hydro', NULL), (TIMESTAMP '2024-01-01 04:07:00', 'S', 'hydro', NULL),
                (TIMESTAMP '2024-01-03 04:07:00', 'SE', 'hydro', NULL), (TIMESTAMP '2024-01-01 04:07:00', 'SE', 'wind', NULL),
                (TIMESTAMP '2024-01-01 04:08:00', 'SE', 'hydro', 'estimated')) AS t(timestamp, region, energy_source, quality_flag)
            CROSS JOIN (VALUES (1::DOUBLE, 'MW', 'power')) AS u(value, unit, measurement_type)
            """));

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 20, foreign 1"));
        Assert.That(loaded.Difference.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(VerifyFile.Begin.AddHours(4).AddMinutes(7)));
    }

    [Test]
    public async Task In_an_empty_table_every_row_is_missing()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Table.Remove(_ => true);

        int exit = await loaded.VerifyAsync("--wait", "0");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task In_a_table_that_was_never_written_to_every_row_is_missing()
    {
        // Such a table has no columns for dimensions.
        await using Loaded loaded = await Loaded.CreateAsync(loads: false);

        int exit = await loaded.VerifyAsync("--wait", "0");

        Assert.That(exit, Is.EqualTo(1), loaded.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
    }

    [TestCase("TIMESTREAM_DATABASE_NAME")]
    [TestCase("GENERATION_TABLE_NAME")]
    public async Task A_missing_database_or_table_is_named(string variable)
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Rename(variable, "nowhere");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").GetString(), Does.Contain("'nowhere'").And.Contain("does not exist"));
        Assert.That(loaded.Server.Requests.Of("timestream:Query"), Is.Empty);
    }

    [Test]
    public async Task A_missing_table_is_named_also_where_it_may_not_be_described()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Rename("GENERATION_TABLE_NAME", "nowhere");
        loaded.Server.Faults.On("timestream:DescribeTable").Always().AccessDenied();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.File.GetProperty("error_type").GetString(), Is.EqualTo("DestinationMissingException"));
    }

    [Test]
    public async Task A_missing_right_is_named()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:Query").Always().AccessDenied();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.File.GetProperty("error_type").GetString(), Is.EqualTo("DestinationAccessDeniedException"));
        Assert.That(loaded.Cli.Error, Does.Contain("timestream:Select").And.Contain("timestream:DescribeEndpoints"));
    }

    [Test]
    public async Task A_table_that_may_not_be_described_is_read_all_the_same()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:DescribeTable").Always().AccessDenied();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(loaded.File.GetProperty("note").GetString(), Does.Contain("retention").And.Contain("timestream:DescribeTable"));
    }

    [Test]
    public async Task Rows_beyond_the_retention_are_invalid_and_not_missing()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Table.Update(new TableSettings { MemoryStoreHours = 1, MagneticStoreDays = 1, MagneticStoreWrites = true });

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, invalid 20"));
        Assert.That(loaded.File.GetProperty("invalid_by_reason").GetProperty("TimeTooOld").GetInt64(), Is.EqualTo(20));
    }

    [Test]
    public async Task Rows_come_in_pages_of_which_some_are_empty()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        (loaded.Server.Timestream.QueryPageRows, loaded.Server.Timestream.QueryEmptyPages) = (3, 2);
        loaded.Server.Requests.Clear();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(loaded.Server.Requests.Of("timestream:Query"), Has.Count.EqualTo(7 * 3));
    }

    [Test]
    public async Task A_query_that_fails_in_the_middle_is_sent_again()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Timestream.QueryPageRows = 6;
        loaded.Server.Faults.On("timestream:Query").Calls(2).InternalError();
        loaded.Server.Faults.On("timestream:Query").Calls(4).Throttle();
        loaded.Server.Faults.On("timestream:Query").Calls(6).ResetBeforeStore();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(loaded.Server.Faults.Applied.Values.Sum(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_response_that_is_no_page_is_asked_for_again()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:Query").Calls(1).Answer(200, """{"Rows":"none"}""", "application/x-amz-json-1.0");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
    }

    [Test]
    public async Task A_service_that_keeps_failing_is_a_transient_failure()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:Query").Always().InternalError();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(3));
        Assert.That(loaded.Cli.Error, Does.Contain("Run the command again later"));
    }

    [Test]
    public async Task A_signal_during_a_query_ends_the_run()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:Query").Next().Do(() => loaded.Cli.Signals.Raise());

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(loaded.File.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
    }

    [Test]
    public async Task Missing_rows_are_asked_for_once_more_after_a_pause()
    {
        await using Loaded loaded = await Loaded.CreateAsync(loads: false);
        var time = new ImmediateTime { Meanwhile = () => loaded.LoadAsync(loaded.Path).GetAwaiter().GetResult() };
        loaded.Cli.Time = time;

        int exit = await loaded.VerifyAsync("--wait", "7");

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(time.Delays, Is.EqualTo(new[] { TimeSpan.FromSeconds(7) }));
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
        Assert.That(loaded.File.GetProperty("found_after_wait").GetInt64(), Is.EqualTo(20));
        Assert.That(loaded.Cli.Error, Does.Contain("20 rows are missing; asking again in 7.00 s"));
    }

    [Test]
    public async Task Rows_that_stay_missing_are_asked_for_only_twice()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Table.Remove(record => IsAt(record, "SE", hour: 3));
        var time = new ImmediateTime();
        loaded.Cli.Time = time;
        loaded.Server.Requests.Clear();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(time.Delays, Is.EqualTo(new[] { TimeSpan.FromSeconds(15) }));
        Assert.That(loaded.Server.Requests.Of("timestream:Query"), Has.Count.EqualTo(2));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, missing 1"));
    }

    [Test]
    public async Task The_cost_is_told_before_the_first_query()
    {
        await using Loaded loaded = await Loaded.CreateAsync();
        loaded.Server.Faults.On("timestream:Query").Always().AccessDenied();

        await loaded.VerifyAsync();

        Assert.That(loaded.Cli.Error, Does.Contain("estimated 1 query that scan 10.0 MB, USD 0.0001 at an assumed USD 0.01 per GB"));
        Assert.That(loaded.Cli.Error.IndexOf("estimated", StringComparison.Ordinal), Is.LessThan(loaded.Cli.Error.IndexOf("Access denied", StringComparison.Ordinal)));
    }

    [Test]
    public async Task The_estimate_is_part_of_the_document()
    {
        await using Loaded loaded = await Loaded.CreateAsync();

        await loaded.VerifyAsync();

        JsonElement estimate = loaded.File.GetProperty("estimate");
        Assert.That(estimate.GetProperty("queries").GetInt64(), Is.EqualTo(1));
        Assert.That(estimate.GetProperty("bytes").GetInt64(), Is.EqualTo(10_000_000));
        Assert.That(estimate.GetProperty("cost").GetDecimal(), Is.EqualTo(0.0001m));
    }

    [Test]
    public async Task A_query_is_bounded_by_time_series_and_measure_and_quotes_names()
    {
        await using Loaded loaded = await Loaded.CreateAsync(loads: false);
        using var odd = new Folder();
        string path = odd.Write(
            "dataset=generation/odd.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, i::DOUBLE AS value, name AS region, 'MW' AS unit, 'power' AS measurement_type,
                'hydro' AS energy_source
            FROM (VALUES (1, 'S''E'), (2, 'a"b'), (3, '1'') OR (1=1'), (4, 'a\b')) AS t(i, name)
            """);
        await loaded.LoadAsync(path);
        loaded.Server.Requests.Clear();

        int exit = await loaded.Cli.RunAsync("verify", path, "--sink", "timestream", "--json");

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(VerifyText.Counts(loaded.File), Is.EqualTo("verified: read 4, stored 4"));
        Assert.That(
            loaded.Queries,
            Is.EqualTo(new[]
            {
                """SELECT time, measure_value::double, "region", "energy_source", "measurement_type", "quality_flag" FROM "energy"."generation" """
                    + """WHERE time BETWEEN from_nanoseconds(1704067200000000000) AND from_nanoseconds(1704067200000000000) AND measure_name = 'value' """
                    + """AND "dataset_type" = 'generation' AND "region" IN ('S''E', 'a"b', '1'') OR (1=1', 'a\b') AND "energy_source" IN ('hydro') """
                    + """AND "measurement_type" IN ('power')""",
                """SELECT time, measure_value::double, "region", "energy_source", "measurement_type" FROM "energy"."generation" """
                    + """WHERE time BETWEEN from_nanoseconds(1704067200000000000) AND from_nanoseconds(1704067200000000000) AND measure_name = 'value' """
                    + """AND "dataset_type" = 'generation' AND "region" IN ('S''E', 'a"b', '1'') OR (1=1', 'a\b') AND "energy_source" IN ('hydro') """
                    + """AND "measurement_type" IN ('power')""",
            }));
    }

    [Test]
    public async Task Values_of_every_size_are_read_back_exactly()
    {
        await using Loaded loaded = await Loaded.CreateAsync(loads: false);
        using var numbers = new Folder();
        string path = numbers.Write(
            "dataset=generation/numbers.parquet",
            """
            SELECT make_timestamp_ns(1704067200000000000 + i) AS timestamp, v::DOUBLE AS value, 'SE' AS region, 'MW' AS unit,
                'power' AS measurement_type, 'hydro' AS energy_source, IF(i % 2 = 0, 'good', NULL) AS quality_flag
            FROM (VALUES (0, 0.1), (1, 1e300), (2, -5e-324), (3, 1.7976931348623157e308), (4, 123456789.123456789), (5, -0.0)) AS t(i, v)
            """);
        await loaded.LoadAsync(path);

        int exit = await loaded.Cli.RunAsync("verify", path, "--sink", "timestream", "--json");

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(VerifyText.Counts(loaded.File), Is.EqualTo("verified: read 6, stored 6"));
    }

    [Test]
    public async Task Queries_go_to_the_cell_that_the_query_endpoint_names()
    {
        await using Loaded loaded = await Loaded.CreateAsync(new LocalAwsOptions { ExtraCells = 1, RequireDiscovery = true, KeepBodies = true });
        loaded.Server.Requests.Clear();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero, loaded.Cli.Error);
        Assert.That(
            loaded.Server.Requests.All.Select(request => request.Operation),
            Is.EqualTo(new[] { "timestream:DescribeEndpoints", "timestream:DescribeTable", "timestream:DescribeEndpoints", "timestream:Query" }));
        Assert.That(loaded.Server.Requests.Of("timestream:Query").Single().Header("Host"), Is.EqualTo(loaded.Server.Cells[0].Authority));
    }

    private static bool IsAt(StoredRecord record, string region, int hour) =>
        record.Dimension("region") == region && record.Time == VerifyFile.Begin.AddHours(hour);

    /// <summary>A file, and a server that it was loaded into.</summary>
    private sealed class Loaded : IAsyncDisposable
    {
        private readonly Folder _files = new();

        private Loaded(LocalAwsServer server, bool discover)
        {
            Server = server;
            Path = VerifyFile.Write(_files);
            Cli.Set("AWS_REGION", "eu-west-1");
            foreach ((string name, string value) in server.Environment().Where(pair => pair.Key.EndsWith("_NAME", StringComparison.Ordinal)))
            {
                Cli.Set(name, value);
            }

            Connect(discover);
        }

        public LocalAwsServer Server { get; }

        public CliRun Cli { get; } = new();

        public string Path { get; }

        public TimestreamTable Table => Server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation);

        public JsonElement File => Cli.Json.GetProperty("files")[0];

        public JsonElement Difference => File.GetProperty("differences").EnumerateArray().Single();

        public string Counts => VerifyText.Counts(File);

        /// <summary>Gets the queries that the server received.</summary>
        public IEnumerable<string?> Queries => Server.Requests.Of("timestream:Query")
            .Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("QueryString").GetString());

        public static async Task<Loaded> CreateAsync(LocalAwsOptions? options = null, bool loads = true)
        {
            LocalAwsServer server = await LocalAwsServer.StartAsync(options ?? new LocalAwsOptions { KeepBodies = true });
            server.Timestream.CreateEnergyTables();
            var loaded = new Loaded(server, discover: options is { RequireDiscovery: true });
            if (loads)
            {
                // A record with a flag gives the table a column for flags.
                await loaded.LoadAsync(loaded.Path);
                await loaded.LoadAsync(loaded._files.Write(
                    "dataset=generation/flag.parquet",
                    """
                    SELECT TIMESTAMP '2024-01-01' AS timestamp, 1::DOUBLE AS value, 'X' AS region, 'MW' AS unit, 'power' AS measurement_type,
                        'hydro' AS energy_source, 'good' AS quality_flag
                    """));
            }

            return loaded;
        }

        public async Task LoadAsync(string path, params string[] options)
        {
            using var cli = new CliRun { Services = Cli.Services };
            cli.Set("AWS_REGION", "eu-west-1").Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database).Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
                .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption).Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission);
            Assert.That(await cli.RunAsync(["load", path, "--sink", "timestream", .. options]), Is.Zero, cli.Error);
        }

        public Task<int> VerifyAsync(params string[] options) => Cli.RunAsync(["verify", Path, "--sink", "timestream", "--json", .. options]);

        /// <summary>Changes a setting of the sink.</summary>
        public void Rename(string variable, string name) => Cli.Services = services => services.AddSingleton<IRecordSink>(_ => LocalSink.Connect(
            Server,
            options =>
            {
                if (variable == "TIMESTREAM_DATABASE_NAME")
                {
                    options.DatabaseName = name;
                }
                else
                {
                    options.GenerationTableName = name;
                }
            }).Sink);

        public async ValueTask DisposeAsync()
        {
            Cli.Dispose();
            _files.Dispose();
            Assert.That(Server.Requests.Failures, Is.Empty);
            await Server.DisposeAsync();
        }

        private void Connect(bool discover) =>
            Cli.Services = services => services.AddSingleton<IRecordSink>(_ => LocalSink.Connect(Server, discover: discover).Sink);
    }
}
