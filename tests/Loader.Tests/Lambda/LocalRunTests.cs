using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.Timestream;
using Loader.Tests.Support;

namespace Loader.Tests.Lambda;

/// <summary>The executable without Lambda: what it prints, what it loads and how it ends.</summary>
public sealed class LocalRunTests
{
    private const string Handler = "--handler=LoadFromStepFunctions";
    private const string Key = "dataset=generation/a.parquet";
    private const string Write = "timestream:WriteRecords";
    private const int RequestsOfOneRowGroup = (SomeFiles.RowGroupRows + 99) / 100;
    private const string Input = $$"""{"bucket":"data","key":"{{Key}}"}""";
    private const string ResumableInput = $$"""{"bucket":"data","key":"{{Key}}","resumable":true}""";

    private LocalAwsServer _server = null!;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 5));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task The_destination_is_named_first()
    {
        LocalRun run = await RunAsync(new() { ["REJECTED_ROWS_LOCATION"] = "s3://lake/rejected/" }, Input);

        string[] lines = run.Errors.Split('\n');
        Assert.That(lines[..7], Is.EqualTo(new[]
        {
            "sink:          timestream",
            $"endpoint:      {_server.Endpoint.GetLeftPart(UriPartial.Authority)}",
            $"region:        {_server.Environment()["AWS_REGION"]}",
            "database:      energy",
            "tables:        generation, consumption, transmission",
            "rejected rows: s3://lake/rejected/",
            "metrics:       not published",
        }));
        Assert.That(lines[7], Does.Match("^[-0-9]{10}T[:.0-9]{12}Z\t"));
    }

    [Test]
    public async Task The_destination_in_InfluxDB_is_named_without_its_token_and_loaded()
    {
        await using LocalInfluxServer influx = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = InfluxEngine.Version3 });
        var settings = new Dictionary<string, string>(influx.Environment(), StringComparer.Ordinal) { ["SINK"] = "influxdb" };

        LocalRun run = await RunAsync(settings, Input);

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(run.Errors, Does.StartWith($"sink:          influxdb\nURL:           {settings["INFLUXDB_URL"]}\ndatabase:      energy\n"));
        Assert.That(run.Errors + run.Output, Does.Not.Contain(settings["INFLUXDB_TOKEN"]));
        Assert.That(influx.Bucket("energy").Table("generation").Newest(), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task The_response_is_all_that_is_on_standard_output()
    {
        LocalRun run = await RunAsync([], Input);

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(run.Output, Does.EndWith("}\n"));
        Assert.That(run.Json.GetProperty("data").GetProperty("written").GetInt64(), Is.EqualTo(5));
        Assert.That(_server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Count, Is.EqualTo(5));
    }

    [Test]
    public async Task The_event_can_come_from_standard_input()
    {
        LocalRun run = await LocalRun.RunAsync(Settings([]), Input, [Handler, "-"]);

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(run.Json.GetProperty("statusCode").GetInt32(), Is.EqualTo(200));
    }

    [Test]
    public async Task A_byte_order_mark_is_not_part_of_the_event()
    {
        LocalRun run = await RunAsync([], $"\uFEFF{Input}");

        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }

    [Test]
    public async Task Without_the_option_the_variables_of_Lambda_name_the_function()
    {
        LocalRun run = await LocalRun.RunAsync(Settings(new() { ["_HANDLER"] = "LoadFromStepFunctions" }), Input, ["-"]);

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
    }

    [TestCase(false, 0)]
    [TestCase(true, 1)]
    public async Task Metrics_are_published_only_if_they_are_asked_for(bool asksForMetrics, int requests)
    {
        LocalRun run = await RunAsync([], Input, asksForMetrics ? ["--metrics"] : []);

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(_server.Requests.Count("cloudwatch:PutMetricData"), Is.EqualTo(requests));
        Assert.That(run.Errors, Does.Contain(asksForMetrics ? "metrics:       CloudWatch, namespace ONS/Timestream\n" : "metrics:       not published\n"));
    }

    [Test]
    public async Task A_failed_invocation_prints_the_error_that_Lambda_would_receive()
    {
        LocalRun run = await RunAsync([], """{"bucket":"data","key":"dataset=generation/missing.parquet"}""");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Json.GetProperty("errorType").GetString(), Is.EqualTo("SourceNotFoundException"));
        Assert.That(run.Json.TryGetProperty("stackTrace", out _), Is.False);
        Assert.That(run.Errors, Does.Contain("\tERROR\tThe invocation failed: SourceNotFoundException: "));
    }

    [Test]
    public async Task An_event_that_is_no_JSON_is_the_failure_of_the_function()
    {
        LocalRun run = await RunAsync([], "no JSON");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Json.GetProperty("errorType").GetString(), Is.EqualTo("InvalidEventException"));
    }

    [Test]
    public async Task Wrong_settings_are_reported_all_at_once_before_anything_is_sent()
    {
        LocalRun run = await RunAsync(new() { ["TIMESTREAM_DATABASE_NAME"] = "", ["MAX_RETRIES"] = "many" }, Input);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Json.GetProperty("errorType").GetString(), Is.EqualTo("ConfigurationException"));
        Assert.That(
            run.Json.GetProperty("errorMessage").GetString(), Does.Contain("TIMESTREAM_DATABASE_NAME is not set").And.Contains("MAX_RETRIES is 'many'"));
        Assert.That(_server.Requests.Counts, Is.Empty);
    }

    [Test]
    public async Task A_load_stops_before_its_timeout_and_can_be_resumed()
    {
        PutFileWithRowGroups();
        _server.Faults.On(Write).When(call => call > RequestsOfOneRowGroup).Delay(TimeSpan.FromSeconds(7));

        LocalRun first = await RunAsync(new() { ["ROW_GROUPS_IN_FLIGHT"] = "1", ["MAX_RETRIES"] = "0" }, ResumableInput, "--timeout=11");

        Assert.That(first.ExitCode, Is.Zero, first.Output);
        Assert.That(first.Json.GetProperty("statusCode").GetInt32(), Is.EqualTo(206));
        Assert.That(first.Json.GetProperty("data").GetProperty("resume").GetProperty("row_group").GetInt32(), Is.InRange(1, 2));
    }

    [Test]
    public async Task A_signal_stops_the_load_as_a_deadline_does()
    {
        var gate = new FaultGate();
        PutFileWithRowGroups();
        _server.Faults.On(Write).When(call => call > RequestsOfOneRowGroup).Hold(gate);

        LocalRun run = await LocalRun.StopAsync(
            Settings(new() { ["ROW_GROUPS_IN_FLIGHT"] = "1" }), gate.Reached, gate.Open, Handler, EventFile(ResumableInput));

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Json.GetProperty("statusCode").GetInt32(), Is.EqualTo(206));
    }

    [TestCase("is not an option", Handler, "--sink", "duckdb", "e.json")]
    [TestCase("--handler is 'bootstrap'; allowed are LoadFromS3Event and LoadFromStepFunctions", "--handler", "bootstrap", "e.json")]
    [TestCase("--handler is ''", "e.json", "--handler")]
    [TestCase("No function is named", "e.json")]
    [TestCase("No event is given", Handler)]
    [TestCase("'two.json' is a second event", Handler, "one.json", "two.json")]
    [TestCase("--timeout is '0'; allowed is a whole number of seconds from 1 to 900", Handler, "--timeout", "0", "e.json")]
    [TestCase("--timeout is '1.5'", Handler, "--timeout=1.5", "e.json")]
    [TestCase("--timeout is '901'", Handler, "--timeout=901", "e.json")]
    [TestCase("--metrics takes no value", Handler, "--metrics=yes", "e.json")]
    [TestCase("There is no file 'missing.json'", Handler, "missing.json")]
    [TestCase("is a folder", Handler, "/")]
    [TestCase("larger than 6,291,456 bytes", Handler, "/dev/zero")]
    public async Task Wrong_arguments_are_errors_that_say_what_is_wrong(string message, params string[] arguments)
    {
        LocalRun run = await LocalRun.RunAsync(Settings([]), arguments);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Errors, Does.Contain(message).And.Not.Contains("   at "));
    }

    [Test]
    public async Task Help_names_every_option()
    {
        LocalRun run = await LocalRun.RunAsync(new Dictionary<string, string>(), "--help");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("--handler").And.Contains("--timeout").And.Contains("--metrics").And.Contains("<event>"));
        Assert.That(run.Output.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(140));
    }

    [Test]
    public async Task With_a_Runtime_API_the_arguments_do_not_count()
    {
        LocalRun run = await LocalRun.RunAsync(
            Settings(new() { ["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:1", ["_HANDLER"] = "LoadFromS3Event" }), "--help");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("The Runtime API failed"));
    }

    private void PutFileWithRowGroups() => _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3 * SomeFiles.RowGroupRows));

    private Task<LocalRun> RunAsync(Dictionary<string, string> settings, string json, params string[] options) =>
        LocalRun.RunAsync(Settings(settings), [Handler, .. options, EventFile(json)]);

    private string EventFile(string json)
    {
        string path = Path.Combine(_folder.Path, "event.json");
        File.WriteAllText(path, json);
        return path;
    }

    private Dictionary<string, string> Settings(Dictionary<string, string> settings) =>
        new(_server.Environment().Concat(settings).GroupBy(pair => pair.Key).Select(group => group.Last()), StringComparer.Ordinal);
}
