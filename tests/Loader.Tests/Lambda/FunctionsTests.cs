using System.Text.Json;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda;
using Loader.Lambda.Loading;
using Loader.Lambda.Responses;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Loader.Tests.Lambda;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FunctionsTests
{
    private const string A = "dataset=generation/a.parquet";
    private const string B = "dataset=generation/b.parquet";
    private const string C = "dataset=consumption/c.parquet";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeFiles _files = new();
    private readonly IRejectedRowStore _rejectedRows = Substitute.For<IRejectedRowStore>();
    private readonly FakeLogger<ObjectLoader> _log = new();
    private readonly TimeSpan _timeout = TimeSpan.FromMinutes(5);
    private string _sourcePrefix = "";
    private int _filesInFlight = 1;
    private CancellationToken _stopRequested;

    [Test]
    public async Task All_objects_of_an_event_are_loaded_and_summed_up()
    {
        _files.Add(A, rowGroups: 2);
        _files.Add(C);

        string answer = await OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(C)));

        using JsonDocument json = JsonDocument.Parse(answer);
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.That(json.RootElement.GetProperty("statusCode").GetInt32(), Is.EqualTo(200));
        Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo("Loaded 3 records of 3 rows from 2 objects"));
        Assert.That(data.GetProperty("records_processed").GetInt64(), Is.EqualTo(3));
        Assert.That(data.GetProperty("batches_processed").GetInt64(), Is.EqualTo(3));
        Assert.That(data.GetProperty("dataset_type").GetString(), Is.EqualTo("consumption,generation"));
        Assert.That(data.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()), Is.EqualTo(new[] { $"s3://data/{A}", $"s3://data/{C}" }));
    }

    [Test]
    public async Task The_answer_for_one_object_has_the_shape_that_callers_know()
    {
        _files.Add(A);

        string answer = await OnStepFunctions($$"""{"bucket":"data","key":"{{A}}","version":7}""");

        Assert.That(answer, Is.EqualTo(string.Concat(
            """{"statusCode":200,"message":"Loaded 1 records of 1 rows","data":{"records_processed":1,"batches_processed":1,"dataset_type":"generation",""",
            """ "file":"s3://data/dataset=generation/a.parquet","read":1,"written":1,"superseded":0,"duplicate":0,"invalid":0,"rejected":0,"unsettled":0,"filtered":0,""".TrimStart(),
            """ "version":7,"bytes_read":10,"throttles":0,"retries":0,"elapsed_ms":0}}""".TrimStart())));
    }

    [Test]
    public void One_failure_among_several_objects_is_thrown_after_all_were_tried()
    {
        _files.Add(A);
        _files.Add(C);

        Assert.That(
            () => OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record("dataset%3Dgeneration/missing.parquet"), SomeEvents.S3Record(C))),
            Throws.TypeOf<SourceNotFoundException>().With.InnerException.Null);
        Assert.That(_files.Opened.Select(file => file.Key), Is.EqualTo(new[] { A, "dataset=generation/missing.parquet", C }));
    }

    [Test]
    public void Of_several_failures_one_exception_tells_of_all()
    {
        _files.Add(A, failure: new UnavailableException("gone"));
        _files.Add(B, failure: new SourceCorruptException("torn"));

        Assert.That(
            () => OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B))),
            Throws.TypeOf<SourceCorruptException>().With.Message.Contains("gone").And.Message.Contains("torn"));
    }

    [Test]
    public async Task An_object_that_is_named_twice_is_loaded_once()
    {
        _files.Add(A);

        await OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(A)));

        Assert.That(_files.Opened, Has.Count.EqualTo(1));
    }

    [TestCase("dataset%3Dgeneration/", "not_parquet")]
    [TestCase("dataset%3Dgeneration_%24folder%24", "not_parquet")]
    [TestCase("dataset%3Dgeneration/000000_0", "not_parquet")]
    [TestCase("dataset%3Dgeneration/a.parquet/", "not_parquet")]
    [TestCase("dataset%3Dgeneration/_SUCCESS", "not_parquet")]
    [TestCase("dataset%3Dgeneration/_temporary/0/a.parquet", "hidden")]
    [TestCase("dataset%3Dgeneration/.spark-staging-77/a.parquet", "hidden")]
    [TestCase("dataset%3Dgeneration/._a.parquet", "hidden")]
    [TestCase("rejected/a.parquet", "kept_rows")]
    public async Task What_is_not_data_is_skipped_and_the_answer_says_so(string key, string reason)
    {
        _rejectedRows.Holds(Arg.Any<SourceFile>()).Returns(call => call.Arg<SourceFile>().Key.StartsWith("rejected/", StringComparison.Ordinal));

        string answer = await OnS3(SomeEvents.S3(SomeEvents.S3Record(key)));

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo($"Skipped 1 object ({reason}: 1)"));
        Assert.That(json.RootElement.GetProperty("data").GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo($$"""{"{{reason}}":1}"""));
        Assert.That(json.RootElement.GetProperty("data").GetProperty("skipped")[0].GetProperty("reason").GetString(), Is.EqualTo(reason));
        Assert.That(_log.Collector.LatestRecord.Message, Is.EqualTo($"Skipped s3://data/{System.Net.WebUtility.UrlDecode(key)}: {reason}"));
        Assert.That(_files.Opened, Is.Empty);
    }

    [Test]
    public async Task Skipped_objects_are_counted_beside_loaded_ones()
    {
        _files.Add(A);

        string answer = await OnS3(SomeEvents.S3(
            SomeEvents.S3Record("x.csv"), SomeEvents.S3Record(A), SomeEvents.S3Record("_temporary/a.parquet"), SomeEvents.S3Record("y.csv")));

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo("Loaded 1 records of 1 rows; skipped 3 objects (hidden: 1, not_parquet: 2)"));
        Assert.That(json.RootElement.GetProperty("data").GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"hidden":1,"not_parquet":2}"""));
    }

    [TestCase("", "_lake/dataset=generation/a.parquet", 0)]
    [TestCase("_lake/", "_lake/dataset=generation/a.parquet", 1)]
    [TestCase("_lake/", "_lake/_temporary/a.parquet", 0)]
    [TestCase("_lake/", "_other/dataset=generation/a.parquet", 0)]
    public async Task Segments_above_the_source_prefix_are_not_judged(string prefix, string key, int opened)
    {
        _sourcePrefix = prefix;
        _files.Add(key);

        await OnS3(SomeEvents.EventBridge(key));

        Assert.That(_files.Opened, Has.Count.EqualTo(opened));
    }

    [TestCase("dataset=generation/000000_0")]
    [TestCase("dataset=generation/_temporary/a.parquet")]
    [TestCase("rejected/dataset=generation/a.parquet")]
    public async Task What_a_person_names_is_loaded_whatever_its_name(string key)
    {
        _rejectedRows.Holds(Arg.Any<SourceFile>()).Returns(call => call.Arg<SourceFile>().Key.StartsWith("rejected/", StringComparison.Ordinal));
        _files.Add(key, holdsKeptRows: true);

        string answer = await OnStepFunctions($$"""{"bucket":"data","key":"{{key}}"}""");

        Assert.That(answer, Does.StartWith("""{"statusCode":200,"message":"Loaded 1 records of 1 rows","""));
    }

    [TestCase("dataset=generation/000000_0", "not_parquet")]
    [TestCase("dataset=generation/_temporary/a.parquet", "hidden")]
    [TestCase("rejected/dataset=generation/a.parquet", "kept_rows")]
    public async Task What_a_machine_listed_follows_the_rule(string key, string reason)
    {
        _rejectedRows.Holds(Arg.Any<SourceFile>()).Returns(call => call.Arg<SourceFile>().Key.StartsWith("rejected/", StringComparison.Ordinal));
        _files.Add(key);

        string answer = await OnStepFunctions($$"""{"bucket":"data","key":"{{key}}","listed":true}""");

        Assert.That(answer, Does.StartWith($$"""{"statusCode":200,"message":"Skipped 1 object ({{reason}}: 1)","data":{"records_processed":0"""));
        Assert.That(_files.Opened, Is.Empty);
    }

    [Test]
    public async Task Kept_rows_that_lie_elsewhere_are_recognised_when_they_are_opened()
    {
        _files.Add(A, holdsKeptRows: true);
        _files.Add(B);

        string answer = await OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B)));

        using JsonDocument json = JsonDocument.Parse(answer);
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo("Loaded 1 records of 1 rows; skipped 1 object (kept_rows: 1)"));
        Assert.That(data.GetProperty("file").GetString(), Is.EqualTo($"s3://data/{B}"));
        Assert.That(data.GetProperty("skipped").GetRawText(), Is.EqualTo($$"""[{"file":"s3://data/{{A}}","reason":"kept_rows"}]"""));
    }

    [TestCase("abc", false)]
    [TestCase("\"abc\"", false)]
    [TestCase("another", true)]
    public async Task An_object_that_was_replaced_since_its_event_is_loaded_and_the_answer_says_so(string eTag, bool isReplaced)
    {
        _files.Add(A);

        string answer = await OnS3(SomeEvents.EventBridge(A, eTag: eTag));

        using JsonDocument json = JsonDocument.Parse(answer);
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.That(data.TryGetProperty("replaced_since_event", out JsonElement replaced) && replaced.GetBoolean(), Is.EqualTo(isReplaced));
        Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo(isReplaced ? "Loaded 1 records of 1 rows (replaced since the event)" : "Loaded 1 records of 1 rows"));
    }

    [Test]
    public async Task Of_several_objects_each_says_whether_it_was_replaced()
    {
        _files.Add(A);
        _files.Add(B);

        string answer = await OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B, eTag: "another")));

        using JsonDocument json = JsonDocument.Parse(answer);
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.That(data.GetProperty("replaced_since_event").GetBoolean(), Is.True);
        Assert.That(data.GetProperty("files").EnumerateArray().Select(file => file.TryGetProperty("replaced_since_event", out _)), Is.EqualTo(new[] { false, true }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_answer_to_a_machine_says_that_an_object_was_replaced(bool isListed)
    {
        _files.Add(A);

        string answer = await OnStepFunctions($$"""{"bucket":"data","key":"{{A}}","event":{"etag":"another"},"listed":{{(isListed ? "true" : "false")}}}""");

        Assert.That(answer, Does.Contain("\"replaced_since_event\":true"));
    }

    [Test]
    public async Task A_parquet_key_counts_whatever_its_case()
    {
        _files.Add("dataset=generation/A.PARQUET");

        await OnStepFunctions("""{"bucket":"data","key":"dataset=generation/A.PARQUET"}""");

        Assert.That(_files.Opened, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_test_event_succeeds()
    {
        string answer = await OnS3(SomeEvents.Test);

        Assert.That(answer, Does.StartWith("""{"statusCode":200,"message":"Nothing to load","data":{"records_processed":0"""));
    }

    [Test]
    public async Task Only_the_messages_that_failed_are_reported_to_a_queue()
    {
        _files.Add(A);
        _files.Add(B, failure: new SourceCorruptException("torn"));
        string text = SomeEvents.Sqs(
            ("good", SomeEvents.EventBridge(A)),
            ("half", SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B))),
            ("odd", "not json"),
            ("test", SomeEvents.Test),
            ("skipped", SomeEvents.EventBridge("x.csv")));

        string answer = await OnS3(text);

        Assert.That(answer, Is.EqualTo("""{"batchItemFailures":[{"itemIdentifier":"half"},{"itemIdentifier":"odd"}]}"""));
    }

    [Test]
    public async Task A_defect_met_by_one_message_fails_that_message_alone()
    {
        _files.Add(A, failure: new InvalidCastException("bug"));
        _files.Add(B);

        string answer = await OnS3(SomeEvents.Sqs(("1", SomeEvents.EventBridge(A)), ("2", SomeEvents.EventBridge(B))));

        Assert.That(answer, Is.EqualTo("""{"batchItemFailures":[{"itemIdentifier":"1"}]}"""));
    }

    [Test]
    public async Task A_queue_without_failures_gets_an_empty_list()
    {
        _files.Add(A);

        Assert.That(await OnS3(SomeEvents.Sqs(("1", SomeEvents.EventBridge(A)))), Is.EqualTo("""{"batchItemFailures":[]}"""));
    }

    [Test]
    public void An_object_that_could_not_be_begun_is_transient_for_nothing_is_wrong_with_it()
    {
        _files.Add(A, onRead: () => _time.Advance(_timeout - TimeSpan.FromSeconds(5)));
        _files.Add(B);

        Assert.That(
            () => OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B))),
            Throws.TypeOf<IncompleteLoadException>().With.Property(nameof(IncompleteLoadException.Resume)).Null.And.Message.Contains(B));
    }

    [Test]
    public void An_object_that_found_too_little_time_left_is_transient_too()
    {
        _files.Add(A, onRead: () => _time.Advance(TimeSpan.FromMinutes(4)));
        _files.Add(B, onRead: () => _time.Advance(TimeSpan.FromMinutes(1)));

        Assert.That(
            () => OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B))),
            Throws.TypeOf<IncompleteLoadException>().With.InnerException.TypeOf<NoProgressException>());
    }

    [Test]
    public void The_first_object_that_settles_nothing_in_the_whole_time_fails_for_good()
    {
        _files.Add(A, onRead: () => _time.Advance(_timeout));

        Assert.That(() => OnS3(SomeEvents.S3(SomeEvents.S3Record(A))), Throws.TypeOf<NoProgressException>());
    }

    [Test]
    public void A_load_that_meets_its_deadline_fails_unless_it_may_be_resumed()
    {
        _files.Add(A, rowGroups: 9, onRead: () => _time.Advance(TimeSpan.FromMinutes(1)));

        Assert.That(() => OnStepFunctions($$"""{"bucket":"data","key":"{{A}}"}"""), Throws.TypeOf<IncompleteLoadException>());
    }

    [Test]
    public async Task A_resumable_load_goes_on_with_its_token_until_every_row_is_settled()
    {
        _files.Add(A, rowGroups: 9, onRead: () => _time.Advance(TimeSpan.FromMinutes(1)));
        string resume = "null";
        long read = 0;
        int rounds = 0;
        int status;

        do
        {
            using JsonDocument json = JsonDocument.Parse(await OnStepFunctions($$$"""{"bucket":"data","key":"{{{A}}}","resumable":true,"resume":{{{resume}}}}"""));
            status = json.RootElement.GetProperty("statusCode").GetInt32();
            read += json.RootElement.GetProperty("data").GetProperty("read").GetInt64();
            resume = status == 206 ? json.RootElement.GetProperty("data").GetProperty("resume").GetRawText() : "";
            rounds++;
        }
        while (status == 206);

        Assert.That(status, Is.EqualTo(200));
        Assert.That(read, Is.EqualTo(9));
        Assert.That(rounds, Is.GreaterThan(1));
    }

    [Test]
    public void A_resumable_load_of_an_object_that_was_replaced_fails()
    {
        _files.Add(A, rowGroups: 2);

        Assert.That(
            () => OnStepFunctions($$"""{"bucket":"data","key":"{{A}}","resumable":true,"resume":{"row_group":1,"etag":"another","version":7} }"""),
            Throws.TypeOf<SourceChangedException>());
    }

    [Test]
    public async Task An_answer_about_very_many_objects_fits_a_state()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => $"dataset=generation/{i}/{new string('k', 900)}")];
        Array.ForEach(keys[..500], key => _files.Add(key + ".parquet"));

        string answer = await OnS3(SomeEvents.S3([.. keys.Select((key, i) => SomeEvents.S3Record(i < 500 ? key + ".parquet" : key + ".csv"))]));

        using JsonDocument json = JsonDocument.Parse(answer);
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.That(answer, Has.Length.LessThan(256 * 1024));
        Assert.That(data.GetProperty("read").GetInt64(), Is.EqualTo(500));
        Assert.That(data.GetProperty("files").GetArrayLength() + data.GetProperty("files_left_out").GetInt32(), Is.EqualTo(500));
        Assert.That(data.GetProperty("skipped").GetArrayLength() + data.GetProperty("skipped_left_out").GetInt32(), Is.EqualTo(500));
    }

    [Test]
    public async Task The_objects_of_an_event_are_loaded_side_by_side_and_reported_in_the_order_of_the_event()
    {
        _filesInFlight = 4;
        using var all = new CountdownEvent(4);
        string[] keys = [.. Enumerable.Range(0, 4).Select(number => $"dataset=generation/part-{3 - number}")];
        foreach (string key in keys)
        {
            _files.Add(key + ".parquet", onRead: () =>
            {
                all.Signal();
                Assert.That(all.Wait(TimeSpan.FromSeconds(60)), Is.True, "the loads were not in flight together");
            });
        }

        string answer = await OnS3(SomeEvents.S3([.. keys.Select(key => SomeEvents.S3Record(key + ".parquet"))]));

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.That(
            json.RootElement.GetProperty("data").GetProperty("files").EnumerateArray()
                .Select(file => keys.Single(key => file.GetProperty("file").GetString()!.EndsWith(key + ".parquet", StringComparison.Ordinal))),
            Is.EqualTo(keys));
    }

    [Test]
    public void A_stop_is_the_reason_of_an_object_that_was_not_begun()
    {
        using var stop = new CancellationTokenSource();
        _stopRequested = stop.Token;
        _files.Add(A, onRead: stop.Cancel);
        _files.Add(B);

        Assert.That(
            () => OnS3(SomeEvents.S3(SomeEvents.S3Record(A), SomeEvents.S3Record(B))),
            Throws.TypeOf<IncompleteLoadException>().With.Message.Contains($"{B} was not loaded, because a stop was requested before it began."));
    }

    private Task<string> OnS3(string text) => ResponseOf((functions, context) => functions.LoadFromS3Event(Json.Of(text), context));

    private Task<string> OnStepFunctions(string text) => ResponseOf((functions, context) => functions.LoadFromStepFunctions(Json.Of(text), context));

    private async Task<string> ResponseOf(Func<Functions, LambdaContext, Task<FunctionResponse>> call)
    {
        IOptions<LoadOptions> options = Options.Create(new LoadOptions { RowGroupsInFlight = 1, FilesInFlight = _filesInFlight });
        var load = new LoadParquetFile(
            _files, _files, _rejectedRows, Substitute.For<IMetricsPublisher>(), options, _time, NullLogger<LoadParquetFile>.Instance);
        var functions = new Functions(
            new ObjectLoader(new LoadParquetFiles(load, options), _rejectedRows, options, _sourcePrefix, _time, _log), NullLogger<Functions>.Instance);
        var context = new LambdaContext { AwsRequestId = "r-1", Deadline = _time.GetUtcNow() + _timeout, StopRequested = _stopRequested };
        return System.Text.Encoding.UTF8.GetString(ResponseJson.Serialize(await call(functions, context)));
    }
}
