using System.Text.Json;
using System.Text.Json.Nodes;
using Loader.LocalAws;
using Loader.LocalAws.Http;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Timestream;
using Loader.Tests.Lambda;

namespace Loader.Tests.Deploy;

/// <summary>The machines as the module renders them but for their waits, executed by an interpreter; the real executable answers their task.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class StateMachineExecutionTests
{
    private const string Bucket = "data";
    private const string Write = "timestream:WriteRecords";
    private const string Invoke = "lambda:Invoke";

    private static readonly string LoadMachine = StateMachine.LoadText(retryIntervalSeconds: 1, retryAttempts: 2, resumePauseSeconds: 1);

    private LocalAwsServer _server = null!;
    private LambdaProcess _function = null!;
    private MotoServer _moto = null!;

    private LambdaFunction Function => _server.Lambda.Function(StateMachine.FunctionName);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _moto = await MotoServer.StartAsync(callsTo: _server.Endpoint);
        _server.Timestream.CreateEnergyTables(EnergyTables.Settings);
        _server.S3.CreateBucket(Bucket);
        _function = LambdaProcess.Start(
            _server,
            "LoadFromStepFunctions",
            new Dictionary<string, string> { ["MAX_RETRIES"] = "0", ["ROW_GROUPS_IN_FLIGHT"] = "1", ["MAX_CONCURRENCY"] = "32" },
            name: StateMachine.FunctionName);

        // A first start may take its time; what has a deadline comes after it.
        await _function.InvokeAsync(Request(Put("first", rows: 1)));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_function is not null)
        {
            await _function.DisposeAsync();
        }

        if (_moto is not null)
        {
            await _moto.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [SetUp]
    public void Begin()
    {
        _server.Faults.Clear();
        _server.Requests.Clear();
        Function.Timeout = LambdaProcess.Patience;
    }

    [Test]
    public async Task An_object_is_loaded_by_one_call_and_the_output_says_what_was_done()
    {
        string key = Put("whole", rows: 250);

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(execution.States, Is.EqualTo(new[] { "Event or request?", "Begin", "Make resumable", "Load", "Count", "Complete?", "Loaded" }));
        Assert.That(execution.Output["bucket"]!.GetValue<string>(), Is.EqualTo(Bucket));
        Assert.That(execution.Output["key"]!.GetValue<string>(), Is.EqualTo(key));
        Assert.That(execution.Output["dataset_type"]!.GetValue<string>(), Is.EqualTo("generation"));
        Assert.That(Total(execution, "rounds"), Is.EqualTo(1));
        Assert.That(Total(execution, "read"), Is.EqualTo(250));
        Assert.That(Total(execution, "records_processed"), Is.EqualTo(250));
        Assert.That(Total(execution, "batches_processed"), Is.EqualTo(3));
        Assert.That(Stored("whole"), Is.EqualTo(250));
        AssertAllowed("load", []);
    }

    [Test]
    public async Task An_event_of_a_versioned_bucket_loads_the_version_that_it_announced()
    {
        _server.S3.CreateBucket("versioned", versioned: true);
        string announced = _server.S3.Put("versioned", "dataset=generation/a+b%20c.parquet", File("announced", rows: 3)).VersionId!;
        _server.S3.Put("versioned", "dataset=generation/a+b%20c.parquet", File("later", rows: 4));
        string detail = JsonDocument.Parse(SomeEvents.EventBridge("dataset=generation/a+b%20c.parquet", bucket: "versioned", versionId: announced))
            .RootElement.GetProperty("detail").GetRawText();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, detail);

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That((Stored("announced"), Stored("later")), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task An_event_of_an_object_that_was_replaced_loads_the_current_one_and_the_output_says_so()
    {
        string detail = JsonDocument.Parse(SomeEvents.EventBridge(Put("replaced", rows: 3), bucket: Bucket, eTag: "another")).RootElement.GetProperty("detail").GetRawText();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, detail);

        Assert.That(execution.Output["message"]!.GetValue<string>(), Is.EqualTo("Loaded 3 records of 3 rows (replaced since the event)"));
    }

    [Test]
    public async Task An_event_of_a_file_that_is_not_committed_loads_nothing_and_the_output_says_so()
    {
        string key = Put("_temporary/uncommitted", rows: 3);
        string detail = JsonDocument.Parse(SomeEvents.EventBridge(key, bucket: Bucket)).RootElement.GetProperty("detail").GetRawText();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, detail);

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(execution.Output["message"]!.GetValue<string>(), Is.EqualTo("Skipped 1 object (hidden: 1)"));
        Assert.That(Stored("_temporary/uncommitted"), Is.Zero);
    }

    [Test]
    public async Task A_person_may_name_a_file_that_the_rule_would_skip()
    {
        string key = Put("_temporary/named", rows: 3);

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(Stored("_temporary/named"), Is.EqualTo(3));
    }

    [Test]
    public async Task An_event_of_a_bucket_without_versions_loads_the_object()
    {
        string detail = JsonDocument.Parse(SomeEvents.EventBridge(Put("event", rows: 3), bucket: Bucket)).RootElement.GetProperty("detail").GetRawText();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, detail);

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(Stored("event"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_load_that_is_throttled_twice_succeeds_at_the_third_call()
    {
        string key = Put("throttled", rows: 250);
        _server.Faults.On(Write).Where(_ => _server.Requests.Count(Invoke) < 2).Always().ThrottleMagneticStore();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(execution.TaskErrors, Is.EqualTo(new[] { "ThrottledException", "ThrottledException" }));
        Assert.That(_server.Requests.Count(Invoke), Is.EqualTo(3));
        Assert.That(Total(execution, "rounds"), Is.EqualTo(1));
        Assert.That(Total(execution, "records_processed"), Is.EqualTo(250));
        Assert.That(Stored("throttled"), Is.EqualTo(250));
    }

    [Test]
    public async Task Throttling_that_outlasts_the_retries_ends_as_a_failed_load_that_says_why()
    {
        string key = Put("outlasted", rows: 250);
        _server.Faults.On(Write).Always().ThrottleMagneticStore();

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("FAILED"), execution.ToString());
        Assert.That(execution.Error, Is.EqualTo("LoadFailed"));
        Assert.That(execution.Cause, Does.Contain("ThrottledException").And.Contains("can last for hours"));
        Assert.That(_server.Requests.Count(Invoke), Is.EqualTo(3), "the call and two retries");
    }

    [Test]
    public async Task What_lambda_itself_fails_with_is_tried_again()
    {
        string key = Put("refused", rows: 250);
        Function.Script(
            ScriptedResponse.ServiceError(429, "TooManyRequestsException"), ScriptedResponse.Error("Sandbox.Timedout"), ScriptedResponse.Error("Runtime.ExitError"));

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(execution.TaskErrors, Is.EqualTo(new[] { "Lambda.TooManyRequestsException", "Sandbox.Timedout", "Runtime.ExitError" }));
        Assert.That(Stored("refused"), Is.EqualTo(250));
    }

    [TestCase("dataset=generation/missing.parquet", "SourceNotFoundException")]
    [TestCase("dataset=generation/misfit.parquet", "SchemaMismatchException")]
    [TestCase("no/dataset.parquet", "UnknownDatasetException")]
    public async Task A_permanent_failure_ends_the_execution_at_the_first_call_with_its_name(string key, string error)
    {
        _server.S3.Put(Bucket, "dataset=generation/misfit.parquet", SomeFiles.Generation(rows: 3, columns: ", 'L1' AS line_id"));

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("FAILED"), execution.ToString());
        Assert.That(execution.Error, Is.EqualTo(error));
        Assert.That(JsonNode.Parse(execution.Cause!)!["errorMessage"]!.GetValue<string>(), Does.Contain(key));
        Assert.That(execution.States[^1], Is.EqualTo("Refused"));
        Assert.That(_server.Requests.Count(Invoke), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_that_has_no_name_of_ours_is_not_tried_again()
    {
        Function.Script(ScriptedResponse.Error("InvalidOperationException", "an unforeseen fault"));

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(Put("unforeseen", rows: 3)));

        Assert.That(execution.Status, Is.EqualTo("FAILED"), execution.ToString());
        Assert.That(execution.Error, Is.EqualTo("LoadFailed"));
        Assert.That(execution.Cause, Does.Contain("InvalidOperationException").And.Contains("an unforeseen fault"));
        Assert.That(_server.Requests.Count(Invoke), Is.EqualTo(1));
    }

    [Test]
    public async Task A_load_that_meets_its_deadline_is_resumed_until_every_row_is_stored_and_the_totals_are_of_all_rounds()
    {
        // Five row groups. Writing the second and the fourth takes so long that no call begins another one after them; a slow machine takes more calls.
        const int Rows = 5 * SomeFiles.RowGroupRows;
        string key = Put("resumed", Rows);
        Function.Timeout = TimeSpan.FromSeconds(14);
        _server.Faults.On(Write).Where(call => RowGroupOf(call) is 1 or 3).Always().Delay(TimeSpan.FromSeconds(3));

        Execution execution = await _moto.ExecuteAsync(LoadMachine, Request(key));

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That(Total(execution, "rounds"), Is.GreaterThanOrEqualTo(3));
        Assert.That(execution.States.Count(state => state == "Resume"), Is.EqualTo(Total(execution, "rounds") - 1));
        Assert.That(Total(execution, "read"), Is.EqualTo(Rows));
        Assert.That(Total(execution, "records_processed"), Is.EqualTo(Rows));
        Assert.That(Stored("resumed"), Is.EqualTo(Rows));
    }

    [Test]
    public async Task A_backfill_loads_every_object_below_the_prefix_and_goes_on_past_a_bad_one()
    {
        S3Bucket lake = _server.S3.CreateBucket("lake");
        foreach (string name in new[] { "one", "two" })
        {
            lake.Put($"processed/dataset=generation/{name}.parquet", File(name, rows: 30));
        }

        lake.Put("processed/dataset=generation/_SUCCESS", Array.Empty<byte>());
        lake.Put("processed/dataset=generation/.spark-staging-1/staged.parquet", File("staged", rows: 30));
        lake.Put("processed/dataset=generation/bad.parquet", "This is no Parquet file."u8.ToArray());
        lake.Put("elsewhere/dataset=generation/other.parquet", File("other", rows: 30));

        Execution execution = await _moto.ExecuteAsync(StateMachine.UnbatchedBackfillText("lake"), "{}");

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        JsonNode counts = execution.MapRuns.Single()["itemCounts"]!;
        Assert.That(counts["total"]!.GetValue<int>(), Is.EqualTo(5));
        Assert.That(counts["succeeded"]!.GetValue<int>(), Is.EqualTo(4), "two are loaded and two are skipped");
        Assert.That(counts["failed"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(new[] { "one", "two" }.Select(Stored), Is.All.EqualTo(30));
        Assert.That(Stored("other"), Is.Zero);
        Assert.That(Stored("staged"), Is.Zero);
        Assert.That(lake.Keys, Has.One.StartsWith("backfill-results/").And.EndsWith("/manifest.json"));
        AssertAllowed("backfill", new Dictionary<string, string>
        {
            ["StartChildren states:StartExecution"] = "The interpreter runs children in its own process.",
            ["FollowChildren states:DescribeExecution"] = "As above.",
            ["FollowChildren states:StopExecution"] = "As above; needed when an execution is stopped or fails.",
            ["RedriveChildren states:RedriveExecution"] = "The interpreter cannot redrive.",
            ["WriteResults s3:GetObject"] = "The interpreter writes an empty manifest and no results; Step Functions asks for all four.",
            ["WriteResults s3:ListMultipartUploadParts"] = "As above.",
            ["WriteResults s3:AbortMultipartUpload"] = "As above.",
        });
    }

    [Test]
    public async Task A_backfill_of_a_part_loads_that_part_and_gives_dataset_and_version_to_every_load()
    {
        _server.S3.Put("other-lake", "processed/dataset=generation/left-out.parquet", File("left-out", rows: 3));
        _server.S3.Put("other-lake", "processed/old/part.parquet", File("part", rows: 3));

        Execution execution = await _moto.ExecuteAsync(
            StateMachine.UnbatchedBackfillText("other-lake"), """{"prefix":"processed/old/","dataset":"generation","version":"2030-01-01T00:00:00Z"}""");

        Assert.That(execution.Status, Is.EqualTo("SUCCEEDED"), execution.ToString());
        Assert.That((Stored("part"), Stored("left-out")), Is.EqualTo((3, 0)));
        Assert.That(Records("part").Select(record => record.Version), Is.All.EqualTo(1_893_456_000_000L << 21));
    }

    private static byte[] File(string name, int rows) => SomeFiles.Generation(rows, columns: $", '{name}' AS energy_source");

    private static string Request(string key) => $$"""{"bucket":"{{Bucket}}","key":"{{key}}"}""";

    private static int Total(Execution execution, string count) => execution.Output["totals"]![count]!.GetValue<int>();

    /// <summary>The row group is in the low bits of the version that all records of a request share.</summary>
    private static long RowGroupOf(ServiceCall call)
    {
        using var request = JsonDocument.Parse(call.Body);
        long version = request.RootElement.GetProperty("CommonAttributes").GetProperty("Version").GetInt64();
        return version % (1L << 21);
    }

    /// <summary>Puts a file whose records are known by its name.</summary>
    private string Put(string name, int rows)
    {
        string key = $"dataset=generation/{name}.parquet";
        _server.S3.Put(Bucket, key, File(name, rows));
        return key;
    }

    private int Stored(string name) => Records(name).Count();

    private IEnumerable<StoredRecord> Records(string name) => _server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation)
        .Records.Where(record => record.Dimension("energy_source") == name);

    /// <summary>The machine's role allows what the interpreter called for it, and else only what has a reason.</summary>
    private void AssertAllowed(string machine, Dictionary<string, string> reasons)
    {
        IamPolicy policy = IamPolicy.Reviewed("state_machines", machine);
        IReadOnlyList<IamCall> calls = IamCall.Of(_server.Requests.All, MotoServer.AccessKeyId);

        Assert.That(policy.RefusedOf(calls), Is.Empty);
        Assert.That(policy.NotNeededBy(calls).Select(grant => $"{grant.Sid} {grant.Action}").Distinct(), Is.EquivalentTo(reasons.Keys));
    }
}
