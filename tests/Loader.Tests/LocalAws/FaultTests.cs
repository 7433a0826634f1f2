using System.Globalization;
using System.Net;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class FaultTests
{
    private const string Write = "timestream:WriteRecords";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly HttpClient Client = new();

    private FakeTimeProvider _time = null!;
    private LocalAwsServer _server = null!;
    private TimestreamTable _table = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _time = new FakeTimeProvider(Now);
        _server = await LocalAwsServer.StartAsync(new() { TimeProvider = _time });
        _table = _server.Timestream.CreateTable("energy", "generation");
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Named_calls_are_throttled_and_store_nothing()
    {
        var rule = _server.Faults.On(Write).Calls(1, 3).Throttle(retryAfter: TimeSpan.FromSeconds(2));

        AwsJsonAnswer[] answers = [await WriteAsync("SE"), await WriteAsync("NO"), await WriteAsync("DK"), await WriteAsync("FI")];

        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Status), Is.EqualTo(new[] { 429, 200, 429, 200 }));
            Assert.That(answers[0].Error, Is.EqualTo("ThrottlingException"));
            Assert.That(answers[0].Headers["Retry-After"], Is.EqualTo("2"));
            Assert.That(Regions(), Is.EquivalentTo(new[] { "NO", "FI" }));
            Assert.That(_server.Faults.Applied[new AppliedFault(Write, "Throttle")], Is.EqualTo(2));
            Assert.That((rule.Calls, rule.Applied), Is.EqualTo((4, 2)));
            Assert.That(_server.Requests.Of(Write).Select(request => request.Fault), Is.EqualTo(new[] { "Throttle", null, "Throttle", null }));
        });
    }

    [Test]
    public async Task Every_third_call_can_fail()
    {
        _server.Faults.On(Write).EveryNth(3).InternalError();

        var statuses = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            statuses.Add((await WriteAsync("SE")).Status);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 500, 200, 200, 500, 200 }));
    }

    [Test]
    public async Task The_same_seed_gives_the_same_faults()
    {
        async Task<List<int>> RunAsync()
        {
            await using var server = await LocalAwsServer.StartAsync();
            server.Faults.On("timestream:*").WithProbability(0.5, seed: 7).HtmlError();
            var statuses = new List<int>();
            for (var i = 0; i < 20; i++)
            {
                statuses.Add((await server.TimestreamAsync("DescribeEndpoints", "{}")).Status);
            }

            return statuses;
        }

        var first = await RunAsync();
        var second = await RunAsync();

        Assert.That(second, Is.EqualTo(first));
        Assert.That(first.Distinct(), Is.EquivalentTo(new[] { 200, 503 }));
    }

    [Test]
    public async Task A_reset_before_the_store_leaves_nothing_and_one_after_it_leaves_the_records()
    {
        _server.Faults.On(Write).Calls(1).ResetBeforeStore();
        _server.Faults.On(Write).Calls(2).ResetAfterStore();

        Assert.That(async () => await WriteAsync("SE"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(async () => await WriteAsync("NO"), Throws.InstanceOf<HttpRequestException>());

        Assert.That(Regions(), Is.EqualTo(new[] { "NO" }));
        Assert.That(_server.Requests.Of(Write).Select(request => (request.Status, request.Fault)), Is.EqualTo(new[] { (0, "ResetBeforeStore"), (0, "ResetAfterStore") }));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_truncated_answer_announces_more_than_it_sends()
    {
        _server.S3.Put("data", "k", new byte[1000]);
        _server.Faults.On("s3:GetObject").Next().Truncate(300);

        using var response = await Client.GetAsync(new Uri(_server.Endpoint, "data/k"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();

        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(1000));
        await body.ReadExactlyAsync(new byte[300]);
        Assert.That(async () => await body.ReadExactlyAsync(new byte[1]), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task An_answer_is_held_until_the_gate_opens_while_the_records_are_stored()
    {
        var gate = new FaultGate();
        _server.Faults.On(Write).Next().Hold(gate);

        var answer = WriteAsync("SE");
        await gate.Reached;
        var stored = Regions();
        var early = answer.IsCompleted;
        gate.Open();

        Assert.Multiple(async () =>
        {
            Assert.That(stored, Is.EqualTo(new[] { "SE" }));
            Assert.That(early, Is.False);
            Assert.That((await answer).Status, Is.EqualTo(200));
        });
    }

    [Test]
    public async Task A_delay_follows_the_servers_clock()
    {
        var rule = _server.Faults.On(Write).Next().Delay(TimeSpan.FromMinutes(1));

        var answer = WriteAsync("SE");
        while (!answer.IsCompleted)
        {
            // The delay begins after the record is stored.
            _time.Advance(_table.Count == 1 ? TimeSpan.FromMinutes(1) : TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.That(((await answer).Status, rule.Applied), Is.EqualTo((200, 1)));
    }

    [Test]
    public async Task One_poison_record_condemns_its_request_and_no_other()
    {
        _server.Faults.On(Write).Always().RefuseRequestsWith(record => record.Dimension("region") is "XX", "This record cannot be stored.");

        var poisoned = await WriteAsync("SE", "XX", "NO");
        var clean = await WriteAsync("SE", "NO");

        Assert.Multiple(() =>
        {
            Assert.That((poisoned.Status, poisoned.Error, poisoned.Message), Is.EqualTo((400, "ValidationException", "This record cannot be stored.")));
            Assert.That(clean.Ingested, Is.EqualTo(2));
            Assert.That(Regions(), Is.EquivalentTo(new[] { "SE", "NO" }));
        });
    }

    [Test]
    public async Task Scripted_rejections_leave_the_other_records()
    {
        _server.Faults.On(Write).Always().RejectRecords(record => record.Dimension("region") is "XX", "Not wanted.", existingVersion: 9);

        var answer = await WriteAsync("SE", "XX", "NO");

        Assert.Multiple(() =>
        {
            Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
            Assert.That(answer.Rejection(0).GetProperty("ExistingVersion").GetInt64(), Is.EqualTo(9));
            Assert.That(Regions(), Is.EquivalentTo(new[] { "SE", "NO" }));
        });
    }

    [Test]
    public async Task A_moved_cell_answers_421_and_discovery_names_the_new_one()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { ExtraCells = 2, RequireDiscovery = true });
        server.Faults.On("timestream:DescribeTable").Next().MovedCell(server.Timestream, server.Cells[1]);
        server.Timestream.CreateEnergyTables();
        const string Describe = """{"DatabaseName":"energy","TableName":"generation"}""";

        var left = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[0]);
        var again = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[0]);
        var moved = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[1]);

        Assert.That((left.Status, left.Error, again.Status, moved.Status), Is.EqualTo((421, "InvalidEndpointException", 421, 200)));
    }

    [Test]
    public async Task An_object_can_be_replaced_between_two_ranges()
    {
        var first = _server.S3.Put("data", "k", "aaaa"u8.ToArray());
        _server.Faults.On("s3:GetObject").Calls(2).Do(() => _server.S3.Put("data", "k", "bbbb"u8.ToArray()));

        var before = await GetAsync("data/k", first.ETag);
        var after = await GetAsync("data/k", first.ETag);

        Assert.That((before, after), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
    }

    [Test]
    public async Task A_rule_can_be_narrowed_to_one_object()
    {
        _server.S3.Put("data", "a", new byte[1]);
        _server.S3.Put("data", "b", new byte[1]);
        _server.Faults.On("s3:GetObject").Where(call => call.Path.EndsWith("/b", StringComparison.Ordinal)).Always().AccessDenied();

        Assert.That((await GetAsync("data/a"), await GetAsync("data/b")), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    [TestCase(0, 200, null)]
    [TestCase(-6, 403, "InvalidSignatureException")]
    [TestCase(6, 403, "InvalidSignatureException")]
    public async Task A_client_whose_clock_is_wrong_is_refused_and_told_the_time(int minutes, int status, string? error)
    {
        await using var server = await LocalAwsServer.StartAsync(new() { TimeProvider = _time, ClockTolerance = TimeSpan.FromMinutes(5) });
        var signed = Now.AddMinutes(minutes).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

        var answer = await AwsJson.PostAsync(server.Endpoint, "Timestream_20181101.DescribeEndpoints", "{}"u8.ToArray(), "eu-west-1/timestream", ("X-Amz-Date", signed));

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
            Assert.That(answer.Headers["Date"], Is.EqualTo(Now.ToString("R", CultureInfo.InvariantCulture)));
        });
    }

    [Test]
    public async Task Rules_can_be_dropped()
    {
        _server.Faults.On(Write).Always().ResourceNotFound();
        var struck = await WriteAsync("SE");
        _server.Faults.Clear();

        Assert.That((struck.Error, (await WriteAsync("SE")).Status), Is.EqualTo(("ResourceNotFoundException", 200)));
    }

    private static async Task<HttpStatusCode> GetAsync(LocalAwsServer server, string path, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Endpoint, path));
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        using var response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    private Task<HttpStatusCode> GetAsync(string path, string? ifMatch = null) => GetAsync(_server, path, ifMatch);

    private string?[] Regions() => [.. _table.Records.Select(record => record.Dimension("region"))];

    private Task<AwsJsonAnswer> WriteAsync(params string[] regions)
    {
        var records = string.Join(',', regions.Select(region =>
            $$"""{"Dimensions":[{"Name":"region","Value":"{{region}}"}],"MeasureName":"value","MeasureValue":"1","Time":"{{Now.ToUnixTimeMilliseconds()}}"}"""));
        return _server.TimestreamAsync("WriteRecords", $$"""{"DatabaseName":"energy","TableName":"generation","Records":[{{records}}]}""");
    }
}
