using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Timestream;
using Loader.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Timestream;

/// <summary>
/// Responses that Timestream never sends, but proxies, wrong endpoints and broken servers do. No row may count as written that was not confirmed, every load
/// ends within its limits, and the failure has the right class. The limit of a request is measured by a clock that the test advances.
/// </summary>
[TestFixture]
internal sealed class HostileTimestreamTests
{
    private const int Rows = 10;
    private const string WriteRecords = "WriteRecords";
    private const string DescribeTable = "DescribeTable";
    private const string DescribeEndpoints = "DescribeEndpoints";

    /// <summary>The limit of the whole test, generous for a slow machine. No response decides how long a load takes.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private static readonly string Giant = new('x', 3_000_000);
    private static readonly string Deep = new string('[', 5_000) + new string(']', 5_000);

    private static IEnumerable<TestCaseData> UnconfirmedWrites()
    {
        yield return Case("no members", Hostile.Ok("{}"));
        yield return Case("no body", Hostile.Ok(""));
        yield return Case("null", Hostile.Ok("null"));
        yield return Case("a list", Hostile.Ok("[]"));
        yield return Case("a text", Hostile.Ok("\"ok\""));
        yield return Case("a page", Hostile.Answer(200, "<html><body>Welcome</body></html>", "Content-Type: text/html"));
        yield return Case("RecordsIngested is null", Hostile.Ok("""{"RecordsIngested":null}"""));
        yield return Case("RecordsIngested is empty", Hostile.Ok("""{"RecordsIngested":{}}"""));
        yield return Case("RecordsIngested is a number", Hostile.Ok("""{"RecordsIngested":10}"""));
        yield return Case("RecordsIngested is a list", Hostile.Ok("""{"RecordsIngested":[{"Total":10}]}"""));
        yield return Case("only the stores are counted", Hostile.Ok("""{"RecordsIngested":{"MemoryStore":10,"MagneticStore":0}}"""));
        yield return Case("a total in another place", Hostile.Ok("""{"Total":10,"Other":{"Total":10}}"""));
        yield return Case("a total of null", Total("null"));
        yield return Case("a total as text", Total("\"10\""));
        yield return Case("a total as object", Total("{\"Total\":10}"));
        yield return Case("a total too low", Total("9"));
        yield return Case("a total too high", Total("11"));
        yield return Case("a total of zero", Total("0"));
        yield return Case("a negative total", Total("-10"));
        yield return Case("a total with a fraction", Total("10.5"));
        yield return Case("a total beyond all numbers", Total("1e999"));
        yield return Case("deep JSON", Hostile.Ok($"{{\"RecordsIngested\":{{\"Total\":10}},\"More\":{Deep}}}"));
        yield return Case("text behind the JSON", Hostile.Ok("""{"RecordsIngested":{"Total":10}}{}"""));
        yield return Case("JSON without end", Hostile.Ok("""{"RecordsIngested":{"Total":10}"""));
        yield return Case("invalid UTF-8", Hostile.Answer(200, [.. "{\"RecordsIngested\":{\"Tot\u00e9l\":10,"u8, 0xff, .. "\":1}}"u8]));
        yield return Case("an exception with status 200", Hostile.Ok("""{"__type":"x#InternalServerException","message":"no"}"""));
        yield return Case("a rejection with status 200", Hostile.Ok("""{"RejectedRecords":[{"RecordIndex":0,"Reason":"no"}]}"""));
        yield return Case("status 202", Hostile.Answer(202, """{"RecordsIngested":{"Total":10}}"""));
        yield return Case("status 204", Hostile.Answer(204, ""));
        yield return Case("status 206", Hostile.Answer(206, """{"RecordsIngested":{"Total":10}}"""));
        yield return Case("gzip", Hostile.Answer(200, Hostile.Gzip("""{"RecordsIngested":{"Total":10}}"""u8.ToArray()), "Content-Encoding: gzip"));
        yield return Case("a gzip bomb", Hostile.Answer(200, Hostile.Gzip(new byte[64 << 20]), "Content-Encoding: gzip"));
        yield return Case("a giant body", Hostile.Ok($"{{\"RecordsIngested\":{{\"Total\":10}},\"More\":\"{Giant}\"}}"));
        yield return Case("an endless body", Hostile.Endless(200));
        yield return Case("an endless chunked body", Hostile.Endless(200, "Transfer-Encoding: chunked"));
        yield return Case("a length of 5 TB", Hostile.Endless(200, "Content-Length: 5000000000000"));
        yield return Case("an endless error", Hostile.Endless(503));
        yield return Case("endless headers", Hostile.EndlessHeaders());
        yield return Case("a length beyond the body", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"RecordsIngested\":{\"Total\":10}}"));
        yield return Case(
            "a length below the body", Hostile.Raw("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{\"RecordsIngested\":{\"Total\":10}}"));
        yield return Case("two lengths", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 32\r\n\r\n{\"RecordsIngested\":{\"Total\":10}}"));
        yield return Case("an end within the headers", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Le"));
        yield return Case("an end within a chunk", Hostile.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"RecordsIngested\":"));
        yield return Case("a chunk without a size", Hostile.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n"));
        yield return Case("no response", Hostile.Raw(""));
        yield return Case("not HTTP", Hostile.Raw("SSH-2.0-OpenSSH_9.2\r\n"));
        yield return Case("a status that is no number", Hostile.Raw("HTTP/1.1 OK\r\n\r\n"));
        yield return Case("an error page", Hostile.Answer(502, $"<html>{Giant}</html>"));
        yield return Case("a rejection without body", Hostile.Answer(419, "", "x-amzn-ErrorType: RejectedRecordsException"));
        yield return Case("a giant rejection", Rejection($$"""{"RecordIndex":0,"Reason":"{{Giant}}"}"""));
        yield return Case("a rejection of no record", Rejection(""));
        yield return Case("a rejection of null", Rejection("null"));
        yield return Case("a rejection without index", Rejection("""{"Reason":"no"}"""));
        yield return Case("a rejection of a record that was not sent", Rejection("""{"RecordIndex":10,"Reason":"no"}"""));
        yield return Case("a rejection before the first record", Rejection("""{"RecordIndex":-1,"Reason":"no"}"""));
        yield return Case("a rejection of an index beyond all numbers", Rejection("""{"RecordIndex":99999999999,"Reason":"no"}"""));
        yield return Case("a rejection of an index as text", Rejection("""{"RecordIndex":"0","Reason":"no"}"""));
        yield return Case("a valid and an invalid rejection", Rejection("""{"RecordIndex":0,"Reason":"no"},{"RecordIndex":10,"Reason":"no"}"""));
        yield return Case("a version beyond all numbers", Rejection("""{"RecordIndex":0,"Reason":"no","ExistingVersion":1e99}"""));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        foreach (int status in (int[])[301, 302, 303, 307, 308])
        {
            yield return Case($"redirect {status}", Hostile.Answer(status, "", "Location: http://127.0.0.1:9/"), typeof(DestinationRefusedException), "127.0.0.1:9");
        }

        yield return Case("a redirect to nowhere", Hostile.Answer(302, ""), typeof(DestinationRefusedException), "HTTP 302");
        yield return Case("a redirect with a giant address", Hostile.Answer(302, "", $"Location: http://{Giant[..20_000]}"), typeof(DestinationRefusedException), "HTTP 302");
        yield return Case("a page that is not found", Hostile.Answer(404, "<html>Not found</html>"), typeof(DestinationRefusedException), "AWS_ENDPOINT_URL");
        yield return Case("an endless page that is not found", Hostile.Endless(404), typeof(DestinationRefusedException), "HTTP 404");
        yield return Case("a bad request", Hostile.Answer(400, "{}"), typeof(DestinationRefusedException), "HTTP 400");
        yield return Case(
            "a giant message", Hostile.Answer(402, $$"""{"__type":"x#ServiceQuotaExceededException","message":"{{Giant[..900_000]}}"}"""),
            typeof(DestinationRefusedException), "ServiceQuotaExceededException");
        yield return Case(
            "a giant code", Hostile.Answer(402, $$"""{"__type":"{{Giant[..900_000]}}","message":"no"}"""), typeof(DestinationRefusedException), "no");
        yield return Case("a giant page that forbids", Hostile.Answer(403, $"<html>{Giant}</html>"), typeof(DestinationAccessDeniedException), "HTTP 403");
        yield return Case("an endless page that forbids", Hostile.Endless(403), typeof(DestinationAccessDeniedException), "HTTP 403");
        yield return Case(
            "a message that is no text", Hostile.Answer(403, """{"__type":["AccessDenied"],"message":{"a":1}}"""), typeof(DestinationAccessDeniedException), "HTTP 403");
    }

    private static IEnumerable<TestCaseData> Hangs()
    {
        yield return Case("nothing", Hostile.Stall(""));
        yield return Case("half a status line", Hostile.Stall("HTTP/1.1 2"));
        yield return Case("half of the headers", Hostile.Stall("HTTP/1.1 200 OK\r\nContent-Length: 32\r\n"));
        yield return Case("headers without body", Hostile.Stall("HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n"));
        yield return Case("half of the body", Hostile.Stall("HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"RecordsIngested\":"));
        yield return Case("a body without length or end", Hostile.Stall("HTTP/1.1 200 OK\r\n\r\n{\"RecordsIngested\":{\"Total\":10}}"));
        yield return Case("half of an error", Hostile.Stall("HTTP/1.1 403 Forbidden\r\nContent-Length: 999\r\n\r\n{"));
        yield return Case("a slow body", Hostile.Trickle("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{", " "));
        yield return Case("slow headers", Hostile.Trickle("HTTP/1.1 200 OK\r\n", "X"));
        yield return Case("endless promises", Hostile.Trickle("", "HTTP/1.1 102 Processing\r\n\r\n"));
    }

    private static IEnumerable<TestCaseData> UnusableDescriptions()
    {
        yield return Case("no members", Hostile.Ok("{}"));
        yield return Case("no body", Hostile.Ok(""));
        yield return Case("a table of null", Hostile.Ok("""{"Table":null}"""));
        yield return Case("a table as list", Hostile.Ok("""{"Table":[]}"""));
        yield return Case("a table as text", Hostile.Ok("""{"Table":"generation"}"""));
        yield return Case("a page", Hostile.Ok("<html></html>"));
        yield return Case("an exception with status 200", Hostile.Ok("""{"__type":"x#ResourceNotFoundException","message":"no"}"""));
        yield return Case("a giant table", Hostile.Ok($$$"""{"Table":{"TableName":"{{{Giant}}}"}}"""));
        yield return Case("deep JSON", Hostile.Ok($"{{\"Table\":{{\"Schema\":{Deep}}}}}"));
        yield return Case("half a response", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"Table\""));
        yield return Case("status 204", Hostile.Answer(204, ""));
    }

    private static IEnumerable<TestCaseData> UnusableEndpoints()
    {
        foreach (string body in (string[])
        [
            "", "{}", "null", "<html></html>", """{"Endpoints":null}""", """{"Endpoints":{}}""", """{"Endpoints":[]}""", """{"Endpoints":[null]}""",
            """{"Endpoints":["a"]}""", """{"Endpoints":[{}]}""", """{"Endpoints":[{"CachePeriodInMinutes":5}]}""",
            """{"Endpoints":[{"Address":null,"CachePeriodInMinutes":5}]}""", """{"Endpoints":[{"Address":"","CachePeriodInMinutes":5}]}""",
            """{"Endpoints":[{"Address":7,"CachePeriodInMinutes":5}]}""", """{"Endpoints":[{"Address":"a b","CachePeriodInMinutes":5}]}""",
            """{"Endpoints":[{"Address":"a.example","CachePeriodInMinutes":"5"}]}""", """{"Endpoints":[{"Address":"a.example","CachePeriodInMinutes":1e99}]}""",
            """{"Endpoints":[{"Address":"a.example/path","CachePeriodInMinutes":5}]}""", """{"Endpoints":[{"Address":"u:p@a.example","CachePeriodInMinutes":5}]}""",
            """{"Endpoints":[{"Address":"a.example:99999","CachePeriodInMinutes":5}]}""", """{"Endpoints":[{"Address":"\ud800","CachePeriodInMinutes":5}]}""",
        ])
        {
            yield return Case(body.Length == 0 ? "no body" : body, Hostile.Ok(body));
        }

        yield return Case("a giant address", Hostile.Ok($$"""{"Endpoints":[{"Address":"{{Giant[..500_000]}}","CachePeriodInMinutes":5}]}"""));
        yield return Case("an endless body", Hostile.Endless(200));
        yield return Case("no response", Hostile.Raw(""));
    }

    [TestCaseSource(nameof(UnconfirmedWrites))]
    public async Task A_write_that_is_not_confirmed_is_retried_and_then_fails_with_its_rows_unsettled(HostileAnswer answer)
    {
        await using HostileTimestream server = HostileTimestream.Start(WriteRecords, answer);

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Rejected.Count, outcome.Unsettled), Is.EqualTo((0, 0, Rows)));
            Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Property("IsTransient").True.And.Message.Contains("sent 2 times"));
            Assert.That(outcome.Failure!.Message, Has.Length.LessThan(2_000));
            Assert.That(server.Operations.Count(operation => operation == WriteRecords), Is.EqualTo(2));
        });
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refusal_is_not_retried(HostileAnswer answer, Type failure, string says)
    {
        await using HostileTimestream server = HostileTimestream.Start(WriteRecords, answer);

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, Rows)));
            Assert.That(outcome.Failure, Is.TypeOf(failure).With.Property("IsTransient").False.And.Message.Contains(says));
            Assert.That(outcome.Failure!.Message, Has.Length.LessThan(3_000));
            Assert.That(server.Operations.Count(operation => operation == WriteRecords), Is.EqualTo(1));
        });
    }

    [TestCaseSource(nameof(Hangs))]
    public async Task A_response_that_does_not_end_is_given_up_after_the_limit_of_the_request(HostileAnswer answer)
    {
        FakeTimeProvider clock = Clock();
        await using HostileTimestream server = HostileTimestream.Start(WriteRecords, answer);
        Task<WriteOutcome> writing = WriteAsync(server, clock);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await server.StalledAsync().WaitAsync(TimeLimit);
            clock.Advance(new TimestreamOptions().RequestTimeout);
        }

        WriteOutcome outcome = await writing.WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, Rows)));
            Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Message.Contains("within 20 s"));
            Assert.That(server.Operations.Count(operation => operation == WriteRecords), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_load_that_waits_for_a_response_can_be_cancelled()
    {
        await using HostileTimestream server = HostileTimestream.Start(WriteRecords, Hostile.Stall(""));
        using var cancel = new CancellationTokenSource();
        Task<WriteOutcome> writing = WriteAsync(server, Clock(), cancellationToken: cancel.Token);
        await server.StalledAsync().WaitAsync(TimeLimit);

        await cancel.CancelAsync();
        WriteOutcome outcome = await writing.WaitAsync(TimeLimit);

        Assert.That((outcome.Written, outcome.Unsettled, outcome.Failure), Is.EqualTo((0, Rows, (LoadException?)null)));
    }

    [Test]
    public async Task A_record_that_is_rejected_twice_is_rejected_once_with_a_reason()
    {
        await using HostileTimestream server = HostileTimestream.Start(
            WriteRecords, Rejection("""{"RecordIndex":3},{"RecordIndex":3,"Reason":"again"},{"RecordIndex":5,"Reason":null},{"RecordIndex":6,"Reason":7}"""));

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Rejected.Count, outcome.Unsettled, outcome.Failure), Is.EqualTo((Rows - 3, 3, 0, (LoadException?)null)));
            Assert.That(outcome.Rejected.Select(row => row.Detail), Is.All.EqualTo("the service gave no reason"));
        });
    }

    [Test]
    public async Task A_version_conflict_hides_no_other_rejection_of_the_same_record()
    {
        long newer = SomeBatch.DefaultVersion + (5L << ObjectVersion.RowGroupBits);
        await using HostileTimestream server = HostileTimestream.Start(
            WriteRecords, Rejection($$"""{"RecordIndex":3,"Reason":"old","ExistingVersion":{{newer}}},{"RecordIndex":3,"Reason":"too large"}"""));

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.That((outcome.Superseded, outcome.Rejected.Single().Detail), Is.EqualTo((0, "too large")));
    }

    [TestCaseSource(nameof(UnusableDescriptions))]
    public async Task A_description_that_is_none_is_retried_and_then_a_failure(HostileAnswer answer)
    {
        await using HostileTimestream server = HostileTimestream.Start(DescribeTable, answer);
        using TimestreamSink sink = server.Connect(Clock());

        Exception? failure = await FailureOf(sink.OpenAsync(DatasetType.Generation, CancellationToken.None).WaitAsync(TimeLimit));

        Assert.That(failure, Is.TypeOf<UnavailableException>().With.Message.Contains("sent 2 times").And.Message.Contains("endpoint settings"));
        Assert.That(server.Operations, Is.EqualTo(new[] { DescribeTable, DescribeTable }));
    }

    [Test]
    public async Task A_table_without_retention_is_written_and_the_service_judges_the_times()
    {
        await using HostileTimestream server = HostileTimestream.Start(DescribeTable, Hostile.Ok("""{"Table":{"RetentionProperties":null}}"""));

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.That(outcome.Written, Is.EqualTo(Rows));
    }

    [TestCaseSource(nameof(UnusableEndpoints))]
    public async Task A_discovery_without_a_usable_endpoint_is_retried_and_then_a_failure(HostileAnswer answer)
    {
        await using HostileTimestream server = HostileTimestream.Start(DescribeEndpoints, answer);
        using TimestreamSink sink = server.Connect(Clock(), discover: true);

        Exception? failure = await FailureOf(sink.OpenAsync(DatasetType.Generation, CancellationToken.None).WaitAsync(TimeLimit));

        Assert.That(failure, Is.TypeOf<UnavailableException>().With.Message.Contains("sent 2 times").And.Message.Contains(server.Authority));
        Assert.That(server.Operations, Is.EqualTo(new[] { DescribeEndpoints, DescribeEndpoints }));
    }

    [Test]
    public async Task A_discovery_that_never_answers_is_given_up_after_the_limit_of_the_request()
    {
        FakeTimeProvider clock = Clock();
        await using HostileTimestream server = HostileTimestream.Start(DescribeEndpoints, Hostile.Stall(""));
        using TimestreamSink sink = server.Connect(clock, discover: true);
        Task<IRecordWriter> opening = sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await server.StalledAsync().WaitAsync(TimeLimit);
            clock.Advance(new TimestreamOptions().RequestTimeout);
        }

        Exception? failure = await FailureOf(opening.WaitAsync(TimeLimit));

        Assert.That(failure, Is.TypeOf<UnavailableException>().With.Message.Contains("within 20 s"));
    }

    [Test]
    public async Task An_address_without_scheme_is_used_with_the_scheme_of_the_settings()
    {
        await using HostileTimestream server = HostileTimestream.Start("none", Hostile.Raw(""));

        WriteOutcome outcome = await WriteAsync(server, Clock(), discover: true).WaitAsync(TimeLimit);

        Assert.That((outcome.Written, server.Operations[0]), Is.EqualTo((Rows, DescribeEndpoints)));
    }

    private static FakeTimeProvider Clock() => new(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon).AddDays(1));

    private static HostileAnswer Total(string json) => Hostile.Ok($$$"""{"RecordsIngested":{"Total":{{{json}}}}}""");

    private static HostileAnswer Rejection(string records) =>
        Hostile.Answer(419, $$"""{"__type":"com.amazonaws.timestream.v20181101#RejectedRecordsException","RejectedRecords":[{{records}}],"message":"See RejectedRecords."}""");

    private static TestCaseData Case(string name, HostileAnswer answer, params object[] more) =>
        new TestCaseData([answer, .. more]).SetArgDisplayNames(name);

    private static async Task<WriteOutcome> WriteAsync(
        HostileTimestream server, TimeProvider clock, bool discover = false, CancellationToken cancellationToken = default)
    {
        using TimestreamSink sink = server.Connect(clock, discover);
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Rows(Rows).Build();
        return await writer.WriteAsync(batch, cancellationToken);
    }

    private static async Task<Exception?> FailureOf(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (LoadException failure)
        {
            return failure;
        }
    }
}
