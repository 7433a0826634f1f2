using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.Timestream;

namespace Loader.Tests.Lambda;

/// <summary>The executable as the function that S3 triggers.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class S3FunctionTests
{
    private static readonly byte[] Small = SomeFiles.Generation(rows: 5);

    private LocalAwsServer _server = null!;
    private LambdaProcess _function = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        _server.S3.CreateBucket("data");
        _function = LambdaProcess.Start(_server, "LoadFromS3Event", new Dictionary<string, string> { ["REJECTED_ROWS_LOCATION"] = "s3://data/rejected/", ["SOURCE_PREFIX"] = "_lake/" });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _function.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_month_of_real_load_arrives_in_its_table_whole()
    {
        string key = "dataset=consumption/year=2023/month=01/curva carga+1.parquet";
        _server.S3.CreateBucket("data").PutFile(key, SomeFiles.RealMonth());

        LambdaResult result = await _function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record("dataset%3Dconsumption/year%3D2023/month%3D01/curva+carga%2B1.parquet")));

        JsonElement data = DataOf(result);
        Assert.That(data.GetProperty("dataset_type").GetString(), Is.EqualTo("consumption"));
        Assert.That(data.GetProperty("read").GetInt64(), Is.EqualTo(31 * 24 * 4));
        Assert.That(data.GetProperty("records_processed").GetInt64(), Is.EqualTo(31 * 24 * 4));
        Assert.That(_server.Timestream.Table(EnergyTables.Database, EnergyTables.Consumption).Count, Is.EqualTo(31 * 24 * 4));
    }

    [Test]
    public async Task Two_records_of_one_event_are_both_loaded()
    {
        Put("dataset=generation/two/a.parquet");
        Put("dataset=generation/two/b.parquet");

        LambdaResult result = await _function.InvokeAsync(
            SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/two/a.parquet"), SomeEvents.S3Record("dataset%3Dgeneration/two/b.parquet")));

        Assert.That(DataOf(result).GetProperty("files").GetArrayLength(), Is.EqualTo(2));
        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(10));
    }

    [Test]
    public async Task A_key_from_EventBridge_is_not_decoded()
    {
        Put("dataset=generation/a+b%20c.parquet");

        LambdaResult result = await _function.InvokeAsync(SomeEvents.EventBridge("dataset=generation/a+b%20c.parquet"));

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_version_that_the_event_names_is_the_one_that_is_read()
    {
        string first = PutVersioned("dataset=generation/v.parquet", rows: 3);
        PutVersioned("dataset=generation/v.parquet", rows: 4);

        LambdaResult result = await _function.InvokeAsync(SomeEvents.EventBridge("dataset=generation/v.parquet", bucket: "versioned", versionId: first));

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(3));
    }

    [Test]
    public async Task One_bad_message_among_three_is_the_only_one_reported_back()
    {
        Put("dataset=generation/queue/a.parquet");
        Put("dataset=generation/queue/b.parquet");

        LambdaResult result = await _function.InvokeAsync(SomeEvents.Sqs(
            ("1", SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/queue/a.parquet"))),
            ("2", SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/queue/missing.parquet"))),
            ("3", SomeEvents.Sns(SomeEvents.EventBridge("dataset=generation/queue/b.parquet")))));

        Assert.That(result.Payload, Is.EqualTo("""{"batchItemFailures":[{"itemIdentifier":"2"}]}"""));
        Assert.That(_function.Log.Where(line => line.Contains("\"MessageId\":\"2\"", StringComparison.Ordinal)), Is.All.Contains("SourceNotFoundException").And.Not.Empty);
    }

    [Test]
    public async Task A_call_that_CloudTrail_reports_is_loaded()
    {
        Put("dataset=generation/cloud+trail%20.parquet");

        LambdaResult result = await _function.InvokeAsync(SomeEvents.CloudTrail("dataset=generation/cloud+trail%20.parquet"));

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_topic_that_calls_the_function_itself_is_loaded()
    {
        Put("dataset=generation/topic.parquet");

        LambdaResult result = await _function.InvokeAsync(SomeEvents.SnsToFunction(SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/topic.parquet"))));

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(5));
    }

    [TestCase("null", false)]
    [TestCase(null, false)]
    [TestCase(null, true)]
    public async Task The_ETag_of_the_event_is_held_against_the_object(string? versionId, bool isReplaced)
    {
        string eTag = _server.S3.Put("data", "dataset=generation/etag.parquet", Small).ETag.Trim('"');

        LambdaResult result = await _function.InvokeAsync(
            SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/etag.parquet", versionId: versionId, eTag: isReplaced ? "earlier" : eTag)));

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(5));
        Assert.That(DataOf(result).TryGetProperty("replaced_since_event", out _), Is.EqualTo(isReplaced));
    }

    [TestCase("_lake/dataset=generation/a.parquet", null)]
    [TestCase("_lake/dataset=generation/_temporary/a.parquet", "hidden")]
    [TestCase("_other/dataset=generation/a.parquet", "hidden")]
    [TestCase("_lake/dataset=generation/a", "not_parquet")]
    public async Task Only_what_is_below_the_source_prefix_can_be_hidden(string key, string? reason)
    {
        Put(key);

        LambdaResult result = await _function.InvokeAsync(SomeEvents.EventBridge(key));

        string? skipped = DataOf(result).TryGetProperty("skipped", out JsonElement list) ? list[0].GetProperty("reason").GetString() : null;
        Assert.That(skipped, Is.EqualTo(reason));
        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.EqualTo(reason is null ? 5 : 0));
        Assert.That(
            _function.Log.Count(line => line.Contains($"Skipped s3://data/{key}: {reason}", StringComparison.Ordinal)), Is.EqualTo(reason is null ? 0 : 1));
    }

    [Test]
    public async Task An_event_that_has_its_key_twice_is_refused()
    {
        LambdaResult result = await _function.InvokeAsync("""{"Records":[{"s3":{"bucket":{"name":"data"},"object":{"key":"a.parquet","key":"b.parquet"}}}]}""");

        Assert.That(result.ErrorType, Is.EqualTo("InvalidEventException"));
        Assert.That(result.Payload, Does.Contain("the member 'key' twice"));
    }

    [Test]
    public async Task A_test_event_succeeds()
    {
        LambdaResult result = await _function.InvokeAsync(SomeEvents.Test);

        Assert.That(DataOf(result).GetProperty("read").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Rejected_rows_that_the_loader_kept_do_not_trigger_it_again()
    {
        LambdaResult result = await _function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record("rejected/data/dataset%3Dgeneration/row-group-00000.parquet")));

        Assert.That(DataOf(result).GetProperty("skipped")[0].GetProperty("reason").GetString(), Is.EqualTo("kept_rows"));
    }

    [Test]
    public async Task A_failure_is_an_error_of_its_own_name_and_the_process_goes_on()
    {
        Put("dataset=generation/after.parquet");

        LambdaResult failed = await _function.InvokeAsync("""{"hello":"secret"}""");
        LambdaResult next = await _function.InvokeAsync(SomeEvents.EventBridge("dataset=generation/after.parquet"));

        Assert.That(failed.Outcome, Is.EqualTo(LambdaOutcome.FunctionError));
        Assert.That(failed.ErrorType, Is.EqualTo("InvalidEventException"));
        Assert.That(failed.Payload, Does.StartWith("""{"errorType":"InvalidEventException","errorMessage":""").And.Contains("{hello: string}").And.Not.Contains("secret"));
        Assert.That(DataOf(next).GetProperty("read").GetInt64(), Is.EqualTo(5));
        Assert.That(_function.Log, Is.All.Not.Contains("secret"));
    }

    [Test]
    public async Task Log_lines_are_JSON_and_belong_to_their_invocation()
    {
        Put("dataset=generation/logged.parquet");

        LambdaResult result = await _function.InvokeAsync(SomeEvents.EventBridge("dataset=generation/logged.parquet"));

        string[] lines = [.. _function.Log.Where(line => line.Contains("logged.parquet", StringComparison.Ordinal))];
        Assert.That(lines, Has.Length.EqualTo(2));
        foreach (string line in lines)
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            Assert.That(entry.GetProperty("level").GetString(), Is.EqualTo("INFO"));
            Assert.That(entry.GetProperty("requestId").GetString(), Is.EqualTo(result.RequestId));
            Assert.That(entry.GetProperty("traceId").GetString(), Does.StartWith("Root="));
            Assert.That(entry.GetProperty("properties").GetProperty("File").GetString(), Is.EqualTo("s3://data/dataset=generation/logged.parquet"));
            Assert.That(entry.GetProperty("timestamp").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UnixEpoch));
        }
    }

    private static JsonElement DataOf(LambdaResult result)
    {
        Assert.That(result.Outcome, Is.EqualTo(LambdaOutcome.Success), result.Payload);
        JsonElement answer = JsonDocument.Parse(result.Payload).RootElement;
        Assert.That(answer.GetProperty("statusCode").GetInt32(), Is.EqualTo(200));
        return answer.GetProperty("data");
    }

    private void Put(string key) => _server.S3.Put("data", key, Small);

    private string PutVersioned(string key, int rows) =>
        _server.S3.CreateBucket("versioned", versioned: true).Put(key, SomeFiles.Generation(rows)).VersionId!;
}
