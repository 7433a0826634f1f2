using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;
using Loader.Tests.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>
/// Responses that InfluxDB never sends, but proxies, wrong addresses and broken servers do. No row may count as written that was not
/// confirmed, every load ends within its limits, the failure has the right class, and no message tells the token. The limit of a request is
/// measured by a clock that the test advances.
/// </summary>
[TestFixture]
internal sealed class HostileInfluxTests
{
    private const int Rows = 10;

    /// <summary>The limit of the whole test, generous for a slow machine. No response decides how long a load takes.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private static readonly string Giant = new('x', 3_000_000);
    private static readonly string Deep = new string('[', 5_000) + new string(']', 5_000);

    private static IEnumerable<TestCaseData> UnconfirmedWrites()
    {
        yield return Case("status 200", Hostile.Answer(200, ""));
        yield return Case("status 200 with JSON", Json(200, """{"written":10}"""));
        yield return Case("an error with status 200", Json(200, """{"error":"no"}"""));
        yield return Case("a page", Hostile.Answer(200, "<html><body>Welcome</body></html>", "Content-Type: text/html"));
        yield return Case("status 201", Hostile.Answer(201, ""));
        yield return Case("status 202", Hostile.Answer(202, ""));
        yield return Case("status 205", Hostile.Answer(205, ""));
        yield return Case("status 206", Hostile.Answer(206, ""));
        yield return Case("a giant body", Hostile.Answer(200, Giant));
        yield return Case("an endless body", Hostile.Endless(200));
        yield return Case("an endless chunked body", Hostile.Endless(200, "Transfer-Encoding: chunked"));
        yield return Case("a length of 5 TB", Hostile.Endless(200, "Content-Length: 5000000000000"));
        yield return Case("a gzip bomb", Hostile.Answer(503, Hostile.Gzip(new byte[64 << 20]), "Content-Encoding: gzip"));
        yield return Case("an endless error", Hostile.Endless(503));
        yield return Case("endless headers", Hostile.EndlessHeaders());
        yield return Case("a length beyond the body", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"));
        yield return Case("two lengths", Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 32\r\n\r\n{}"));
        yield return Case("an end within the headers of a success", Hostile.Raw("HTTP/1.1 204 No Content\r\nX-Influxdb-Vers"));
        yield return Case("an end within the status", Hostile.Raw("HTTP/1.1 204"));
        yield return Case("a chunk without a size", Hostile.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n"));
        yield return Case("no response", Hostile.Raw(""));
        yield return Case("not HTTP", Hostile.Raw("SSH-2.0-OpenSSH_9.2\r\n"));
        yield return Case("a status that is no number", Hostile.Raw("HTTP/1.1 OK\r\n\r\n"));
        yield return Case("an error page", Hostile.Answer(502, $"<html>{Giant}</html>"));
        yield return Case("a time-out", Json(500, """{"code":"internal error","message":"unexpected error writing points to database: timeout"}"""));
        yield return Case("an error that repeats the token", Json(500, """{"error":"secret-token is wrong"}"""));
        yield return Case("deep JSON", Json(500, $"{{\"message\":{Deep}}}"));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        foreach (int status in (int[])[301, 302, 303, 307, 308])
        {
            yield return Case($"redirect {status}", Hostile.Answer(status, "", "Location: http://127.0.0.1:9/"), typeof(DestinationRefusedException), "127.0.0.1:9");
        }

        yield return Case("a redirect to nowhere", Hostile.Answer(302, ""), typeof(DestinationRefusedException), "HTTP 302");
        yield return Case("a redirect with a giant address", Hostile.Answer(302, "", $"Location: http://{Giant[..20_000]}"), typeof(DestinationRefusedException), "HTTP 302");
        yield return Case("a page that is not found", Hostile.Answer(404, "<html>Not found</html>"), typeof(DestinationMissingException), "status 404");
        yield return Case("an endless page that is not found", Hostile.Endless(404), typeof(DestinationMissingException), "does not know");
        yield return Case("a giant message", Json(402, $$"""{"message":"{{Giant[..900_000]}}"}"""), typeof(DestinationRefusedException), "HTTP 402");
        yield return Case("a giant page that forbids", Hostile.Answer(403, $"<html>{Giant}</html>"), typeof(DestinationAccessDeniedException), "HTTP 403");
        yield return Case("an endless page that forbids", Hostile.Endless(403), typeof(DestinationAccessDeniedException), "HTTP 403");
        yield return Case("an empty refusal of the token", Hostile.Answer(401, ""), typeof(DestinationAccessDeniedException), "HTTP 401");
        yield return Case("a refusal that repeats the token", Json(401, """{"message":"secret-token is wrong"}"""), typeof(DestinationAccessDeniedException), "(token)");
        yield return Case("a message that is no text", Json(403, """{"message":{"a":1},"error":[1]}"""), typeof(DestinationAccessDeniedException), "HTTP 403");
    }

    /// <summary>Refusals of lines that do not say which lines, or say it wrongly.</summary>
    private static IEnumerable<TestCaseData> UnusableRefusals()
    {
        foreach (InfluxEngine engine in Enum.GetValues<InfluxEngine>())
        {
            foreach (int status in (int[])[400, 413, 422])
            {
                yield return Refusal(engine, $"status {status}", Hostile.Answer(status, ""));
                yield return Refusal(engine, $"a page with status {status}", Hostile.Answer(status, "<html></html>"));
                yield return Refusal(engine, $"status {status} with JSON that is none", Json(status, """{"message":"""));
                yield return Refusal(engine, $"a giant message with status {status}", Json(status, $$"""{"message":"{{Giant}}","error":"{{Giant}}"}"""));
            }
        }

        foreach (string data in (string[])
        [
            "null", "{}", "[]", "[null]", "[1]", "\"all\"", """[{}]""", """[{"line_number":1}]""", """[{"error_message":"no"}]""",
            """[{"line_number":0,"error_message":"no"}]""", """[{"line_number":-1,"error_message":"no"}]""", """[{"line_number":11,"error_message":"no"}]""",
            """[{"line_number":99999999999,"error_message":"no"}]""", """[{"line_number":1.5,"error_message":"no"}]""",
            """[{"line_number":"1","error_message":"no"}]""", """[{"line_number":1,"error_message":7}]""",
            """[{"line_number":3,"error_message":"no"},{"line_number":11,"error_message":"no"}]""",
        ])
        {
            yield return Refusal(InfluxEngine.Version3, data, Json(400, $$"""{"error":"partial write of line protocol occurred","data":{{data}}}"""));
        }

        foreach (string message in (string[])
        [
            "partial write:", "partial write: no dropped=", "partial write: no dropped=x", "partial write: no dropped=-3", "partial write: no dropped=0",
            "partial write: no dropped=99999999999", "dropped=10",
        ])
        {
            yield return Refusal(InfluxEngine.Version2, message, Json(422, $$"""{"code":"unprocessable entity","message":"{{message}}"}"""));
        }

        foreach (string message in (string[])["unable to parse ''", "unable to parse 'x': no", "unable to parse 'generation", "unable to parse '': no\\nunable to parse '"])
        {
            yield return Refusal(InfluxEngine.Version2, message, Json(400, $$"""{"code":"invalid","message":"{{message}}"}"""));
        }
    }

    private static IEnumerable<TestCaseData> Hangs()
    {
        yield return Case("nothing", Hostile.Stall(""));
        yield return Case("half a status line", Hostile.Stall("HTTP/1.1 204"));
        yield return Case("half of the headers", Hostile.Stall("HTTP/1.1 204 No Content\r\nX-Influxdb-Version: v2\r\n"));
        yield return Case("headers without body", Hostile.Stall("HTTP/1.1 400 Bad Request\r\nContent-Length: 32\r\n\r\n"));
        yield return Case("half of an error", Hostile.Stall("HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 999\r\n\r\n{\"message\":\"partial write: no dropped=10"));
        yield return Case("a slow body", Hostile.Trickle("HTTP/1.1 503 Unavailable\r\nContent-Length: 100000\r\n\r\n{", " "));
        yield return Case("slow headers", Hostile.Trickle("HTTP/1.1 204 No Content\r\n", "X"));
    }

    /// <summary>Answers to the questions before a load that are none.</summary>
    private static IEnumerable<TestCaseData> UnusableDescriptions()
    {
        foreach ((InfluxEngine engine, string path) in ((InfluxEngine, string)[])
            [(InfluxEngine.Version2, HostileInflux.Ping), (InfluxEngine.Version2, HostileInflux.Buckets), (InfluxEngine.Version2, HostileInflux.Query2), (InfluxEngine.Version3, HostileInflux.Query3)])
        {
            foreach (string body in (string[])["", "null", "7", "\"energy\"", "<html></html>", """{"results":""", """{"buckets":7,"results":7}""", """[7]""", """[[7]]""", $"{{\"buckets\":{Deep}}}"])
            {
                yield return new TestCaseData(engine, path, Json(200, body)).SetArgDisplayNames(engine.ToString(), path, body.Length switch { 0 => "no body", > 99 => "deep JSON", _ => body });
            }

            yield return new TestCaseData(engine, path, Hostile.Answer(204, "")).SetArgDisplayNames(engine.ToString(), path, "status 204");
            yield return new TestCaseData(engine, path, Hostile.Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"results\"")).SetArgDisplayNames(engine.ToString(), path, "half a response");
            yield return new TestCaseData(engine, path, Hostile.Endless(200)).SetArgDisplayNames(engine.ToString(), path, "an endless answer");
            yield return new TestCaseData(engine, path, Hostile.Endless(503)).SetArgDisplayNames(engine.ToString(), path, "an endless error");
        }
    }

    [TestCaseSource(nameof(UnconfirmedWrites))]
    public async Task A_write_that_is_not_confirmed_is_retried_and_then_fails_with_its_rows_unsettled(HostileAnswer answer)
    {
        foreach (InfluxEngine engine in Enum.GetValues<InfluxEngine>())
        {
            await using HostileInflux server = HostileInflux.Start(engine, HostileInflux.PathOfWrites(engine), answer);

            WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

            Assert.Multiple(() =>
            {
                Assert.That((outcome.Written, outcome.Rejected.Count, outcome.Unsettled), Is.EqualTo((0, 0, Rows)));
                Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Property("IsTransient").True.And.Message.Contains("sent 2 times"));
                Assert.That(outcome.Failure!.Message, Has.Length.LessThan(2_000).And.Not.Contains("secret-token"));
                Assert.That(server.Operations.Count(operation => operation == server.Write), Is.EqualTo(2));
            });
        }
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refusal_is_not_retried(HostileAnswer answer, Type failure, string says)
    {
        foreach (InfluxEngine engine in Enum.GetValues<InfluxEngine>())
        {
            await using HostileInflux server = HostileInflux.Start(engine, HostileInflux.PathOfWrites(engine), answer);

            WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

            Assert.Multiple(() =>
            {
                Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, Rows)));
                Assert.That(outcome.Failure, Is.TypeOf(failure).With.Property("IsTransient").False.And.Message.Contains(says));
                Assert.That(outcome.Failure!.Message, Has.Length.LessThan(3_000).And.Not.Contains("secret-token"));
                Assert.That(server.Operations.Count(operation => operation == server.Write), Is.EqualTo(1));
            });
        }
    }

    /// <summary>The lines are sent alone in the end. As each is refused, the load ends as refused; none counts as written.</summary>
    [TestCaseSource(nameof(UnusableRefusals))]
    public async Task A_refusal_that_does_not_say_which_lines_counts_no_line_as_written(InfluxEngine engine, HostileAnswer answer)
    {
        await using HostileInflux server = HostileInflux.Start(engine, HostileInflux.PathOfWrites(engine), answer);

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Rejected.Count + outcome.Unsettled), Is.EqualTo((0, Rows)));
            Assert.That(outcome.Rejected.Select(row => row.Row), Is.Unique);
            Assert.That(outcome.Rejected.Select(row => row.Detail!.Length), Is.All.LessThan(3_000));
            Assert.That(outcome.Failure, outcome.Unsettled > 0 ? Is.TypeOf<DestinationRefusedException>() : Is.Null);
            Assert.That(server.Operations.Count(operation => operation == server.Write), Is.LessThanOrEqualTo(2 * Rows));
        });
    }

    [TestCaseSource(nameof(Hangs))]
    public async Task A_response_that_does_not_end_is_given_up_after_the_limit_of_the_request(HostileAnswer answer)
    {
        FakeTimeProvider clock = Clock();
        await using HostileInflux server = HostileInflux.Start(InfluxEngine.Version2, HostileInflux.Write2, answer);
        Task<WriteOutcome> writing = WriteAsync(server, clock);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await server.StalledAsync().WaitAsync(TimeLimit);
            clock.Advance(new InfluxDbOptions().RequestTimeout);
        }

        WriteOutcome outcome = await writing.WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, Rows)));
            Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Message.Contains("within 30 s"));
            Assert.That(server.Operations.Count(operation => operation == server.Write), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_load_that_waits_for_a_response_can_be_cancelled([Values] InfluxEngine engine)
    {
        await using HostileInflux server = HostileInflux.Start(engine, HostileInflux.PathOfWrites(engine), Hostile.Stall(""));
        using var cancel = new CancellationTokenSource();
        Task<WriteOutcome> writing = WriteAsync(server, Clock(), cancellationToken: cancel.Token);
        await server.StalledAsync().WaitAsync(TimeLimit);

        await cancel.CancelAsync();
        WriteOutcome outcome = await writing.WaitAsync(TimeLimit);

        Assert.That((outcome.Written, outcome.Unsettled, outcome.Failure), Is.EqualTo((0, Rows, (LoadException?)null)));
    }

    [Test]
    public async Task A_line_that_is_refused_twice_is_rejected_once()
    {
        await using HostileInflux server = HostileInflux.Start(
            InfluxEngine.Version3, HostileInflux.Write3, Json(400, """{"data":[{"line_number":4,"error_message":"a"},{"line_number":4,"error_message":"b"},{"line_number":6,"error_message":""}]}"""));

        WriteOutcome outcome = await WriteAsync(server, Clock()).WaitAsync(TimeLimit);

        Assert.That(
            (outcome.Written, outcome.Unsettled, string.Join(',', outcome.Rejected.Select(row => $"{row.Row} {row.Detail}"))),
            Is.EqualTo((Rows - 2, 0, "3 a,5 the server gave no reason")));
    }

    [TestCaseSource(nameof(UnusableDescriptions))]
    public async Task A_description_that_is_none_is_a_failure_before_anything_is_written(InfluxEngine engine, string path, HostileAnswer answer)
    {
        await using HostileInflux server = HostileInflux.Start(engine, path, answer);

        Exception? failure = await FailureOf(WriteAsync(server, Clock()).WaitAsync(TimeLimit));

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.Not.Null.And.Message.Length.LessThan(3_000));
            Assert.That(server.Operations, Does.Not.Contain(server.Write));
        });
    }

    /// <summary>Under overwrite a question about newer points that has no answer leaves the rows unsettled.</summary>
    [TestCase("""{"results":[{"series":[{"tags":{"region":"SE","energy_source":"hydro","measurement_type":"power","quality_flag":"good"},"values":[[1]]}]}]}""")]
    [TestCase("""{"results":[{"series":[{"tags":{"region":7},"values":[]}]}]}""")]
    [TestCase("""{"results":[{"series":7}]}""")]
    [TestCase("""{"results":[]}""")]
    [TestCase("""{"results":[{"series":[{"values":[[1,2]]}]}]}""")]
    [TestCase("[]")]
    [TestCase("")]
    public async Task Newer_points_that_cannot_be_read_leave_the_rows_unsettled(string body)
    {
        int asked = 0;
        HostileAnswer usual = Json(200, """{"results":[{"statement_id":0}]}""");

        // The columns of the table are asked for first, by two questions.
        await using HostileInflux server = HostileInflux.Start(InfluxEngine.Version2, HostileInflux.Query2, (from, connection, token) =>
            (Interlocked.Increment(ref asked) <= 2 ? usual : Json(200, body))(from, connection, token));

        WriteOutcome outcome = await WriteAsync(server, Clock(), InfluxDbLayout.Overwrite).WaitAsync(TimeLimit);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, Rows)));
            Assert.That(outcome.Failure, Is.InstanceOf<LoadException>());
            Assert.That(server.Operations, Does.Not.Contain(server.Write));
        });
    }

    /// <summary>All points of one time cannot be asked for in parts.</summary>
    [Test]
    public async Task Newer_points_of_one_time_that_are_too_many_leave_the_rows_unsettled()
    {
        int asked = 0;
        HostileAnswer usual = Json(200, """{"results":[{"statement_id":0}]}""");
        await using HostileInflux server = HostileInflux.Start(InfluxEngine.Version2, HostileInflux.Query2, (from, connection, token) =>
            (Interlocked.Increment(ref asked) <= 2 ? usual : Hostile.Endless(200))(from, connection, token));
        using InfluxDbSink sink = server.Connect(Clock(), InfluxDbLayout.Overwrite);
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, "0123456789abcdef"), CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Row().Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None).WaitAsync(TimeLimit);

        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 1)));
        Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Message.Contains("longer than 16 MiB"));
    }

    private static FakeTimeProvider Clock() => new(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon).AddDays(1));

    private static HostileAnswer Json(int status, string body) => Hostile.Answer(status, body, "Content-Type: application/json");

    private static TestCaseData Refusal(InfluxEngine engine, string name, HostileAnswer answer) =>
        new TestCaseData(engine, answer).SetArgDisplayNames(engine.ToString(), name);

    private static TestCaseData Case(string name, HostileAnswer answer, params object[] more) =>
        new TestCaseData([answer, .. more]).SetArgDisplayNames(name);

    private static async Task<WriteOutcome> WriteAsync(
        HostileInflux server, TimeProvider clock, InfluxDbLayout layout = InfluxDbLayout.Versions, CancellationToken cancellationToken = default)
    {
        using InfluxDbSink sink = server.Connect(clock, layout);
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, "0123456789abcdef"), CancellationToken.None);
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
