using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.S3;
using Loader.Parquet.Storage;

namespace Loader.Tests.S3;

/// <summary>Reading an object from a server that answers wrongly, slowly or not at all.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HostileObjectTests
{
    private const int TailBytes = 64 << 10;
    private const string ETag = "\"old\"";
    private const string Modified = "Mon, 01 Jan 2024 00:00:00 GMT";

    /// <summary>No case may take longer, on a machine that does much else.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static readonly SourceFile Source = SourceFile.InS3("lake", "a.parquet");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 3 * TailBytes).Select(i => (byte)(i * 31 / 7))];

    [Test]
    public async Task A_correct_server_is_read()
    {
        await using var server = new HostileS3(call => PartAsync(call));

        Assert.That(await ReadAsync(server), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_server_that_never_answers_is_unavailable()
    {
        await using var server = new HostileS3(call => call.NeverAsync());

        UnavailableException failure = await FailureAsync<UnavailableException>(server, HostileS3.Short);

        Assert.That(failure.Message, Does.StartWith("s3://lake/a.parquet could not be read: ").And.Contains($"{server.Endpoint.Authority} did not answer within 0.4 s"));
        Assert.That(server.Requests, Has.Count.EqualTo(3), "the client makes three attempts");
    }

    [Test]
    public async Task A_server_that_stops_within_the_headers_is_unavailable()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendAsync("HTTP/1.1 206 Partial\r\nETag: ");
            await call.NeverAsync();
        });

        Assert.That((await FailureAsync<UnavailableException>(server, HostileS3.Short)).Message, Does.Contain("did not answer within 0.4 s"));
    }

    [TestCase(1, TestName = "A_body_of_one_byte_now_and_then_is_unavailable")]
    [TestCase(0, TestName = "A_body_that_stops_is_unavailable")]
    public async Task A_slow_body_is_unavailable(int bytes)
    {
        await using var server = new HostileS3(async call =>
        {
            await PartHeadAsync(call);
            while (bytes > 0)
            {
                await call.Stream.WriteAsync(Content.AsMemory(0, bytes), call.Stop);
                await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, call.Stop);
            }

            await call.NeverAsync();
        });

        string message = (await FailureAsync<UnavailableException>(server, HostileS3.Short)).Message;

        Assert.That(message, Does.Contain("the download was interrupted 3 times (last: ").And.Contain(server.Endpoint.Authority).And.Contain("within 0.4 s"));
        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [TestCase("\"new\"", 0)]
    [TestCase(ETag, 1)]
    public async Task A_store_that_ignores_If_Match_does_not_splice_two_objects(string etag, int longer)
    {
        await using var server = new HostileS3(call => call.Number == 1 ? PartAsync(call) : PartAsync(call, etag, total: Content.Length + longer));

        SourceChangedException failure = await FailureAsync<SourceChangedException>(server);

        Assert.That(failure.Message, Is.EqualTo("s3://lake/a.parquet was replaced while it was read. Load it again."));
        Assert.That(failure.File, Is.EqualTo(Source));
    }

    [Test]
    public async Task An_object_that_became_shorter_was_replaced()
    {
        await using var server = new HostileS3(call => call.Number == 1 ? PartAsync(call) : call.ErrorAsync(416, "InvalidRange"));

        await FailureAsync<SourceChangedException>(server);
    }

    [TestCase(null, "the response has no ETag", 1)]
    [TestCase("W/\"weak\"", "weak ETag", 1)]
    [TestCase(null, "a response has no ETag", 2)]
    public async Task Without_a_strong_ETag_nothing_is_read(string? etag, string message, int from)
    {
        await using var server = new HostileS3(call => PartAsync(call, call.Number >= from ? etag : ETag));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain(message));
    }

    [TestCase(null, "no time of the last modification")]
    [TestCase("yesterday", "the response cannot be understood")]
    public async Task A_time_of_last_modification_that_is_none_is_a_failure(string? modified, string message)
    {
        await using var server = new HostileS3(call => PartAsync(call, modified: modified));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain(message));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task A_store_without_ranges_is_named(int from)
    {
        await using var server = new HostileS3(async call =>
        {
            if (call.Number < from)
            {
                await PartAsync(call);
                return;
            }

            await call.SendHeadAsync(200, ("ETag", ETag), ("Last-Modified", Modified), ("Content-Length", Number(Content.Length)));
            await call.Stream.WriteAsync(Content, call.Stop);
        });

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("returned the whole object instead of the requested range"));
    }

    [Test]
    public async Task A_store_without_ranges_serves_small_objects()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(200, ("ETag", ETag), ("Last-Modified", Modified), ("Content-Length", "1000"));
            await call.Stream.WriteAsync(Content.AsMemory(0, 1_000), call.Stop);
        });

        Assert.That(await ReadAsync(server), Is.EqualTo(Content[..1_000]));
    }

    [TestCase("bytes 0-65535/196608", "do not", TestName = "A_range_at_another_place_is_refused")]
    [TestCase("bytes 131072-196607/*", "which is none", TestName = "A_range_without_total_is_refused")]
    [TestCase("bytes 196607-131072/196608", "which is none", TestName = "A_range_that_runs_backwards_is_refused")]
    [TestCase("bytes 131072-196608/196608", "which is none", TestName = "A_range_beyond_the_total_is_refused")]
    [TestCase("pages 1-2/3", "which is none", TestName = "A_range_of_another_unit_is_refused")]
    [TestCase("bytes 131073-196607/196608", "has 65536 bytes for the range", TestName = "A_range_of_another_length_is_refused")]
    public async Task A_wrong_range_is_refused(string range, string message)
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(206, ("ETag", ETag), ("Last-Modified", Modified), ("Content-Range", range), ("Content-Length", Number(TailBytes)));
            await call.Stream.WriteAsync(Content.AsMemory(0, TailBytes), call.Stop);
        });

        string text = (await FailureAsync<UnavailableException>(server)).Message;

        Assert.That(text, Does.Contain(message == "do not" ? "does not contain the requested bytes" : message));
    }

    [Test]
    public async Task An_empty_body_is_unavailable()
    {
        await using var server = new HostileS3(call => PartHeadAsync(call));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("interrupted 3 times (last: "));
    }

    [TestCase(301, null)]
    [TestCase(302, "http://127.0.0.1:1/elsewhere")]
    [TestCase(303, "::::")]
    [TestCase(307, null)]
    [TestCase(307, "::::")]
    [TestCase(307, "http://lake.s3.us-west-2.amazonaws.com/a.parquet")]
    [TestCase(308, "/a.parquet")]
    public async Task A_redirect_is_not_followed_and_names_the_settings(int status, string? location)
    {
        await using var server = new HostileS3(call => call.ReplyAsync(status, "", ("Location", location)));

        ConfigurationException failure = await FailureAsync<ConfigurationException>(server);

        Assert.That(failure.Message, Does.Contain("the endpoint redirects the request").And.Contain("AWS_REGION"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_redirect_to_itself_ends()
    {
        HostileS3? self = null;
        await using var server = new HostileS3(call => call.ReplyAsync(307, "", ("Location", $"{self!.Endpoint}lake/a.parquet")));
        self = server;

        await FailureAsync<ConfigurationException>(server);

        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("PermanentRedirect", 301)]
    [TestCase("TemporaryRedirect", 307)]
    [TestCase("AuthorizationHeaderMalformed", 400)]
    public async Task A_bucket_in_another_region_is_named(string code, int status)
    {
        await using var server = new HostileS3(call => call.ErrorAsync(status, code, "the region 'eu-west-1' is wrong; expecting 'us-west-2'"));

        Assert.That((await FailureAsync<SourceNotFoundException>(server)).Message, Does.Contain("is in another region").And.Contain("Set AWS_REGION"));
    }

    [Test]
    public async Task An_endless_error_body_takes_no_memory_and_no_time()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(403, ("Content-Length", "3000000000"));
            await call.SendAsync("<Error><Code>AccessDenied</Code><Message>");
            byte[] filler = [.. Enumerable.Repeat((byte)'x', 1 << 16)];
            while (true)
            {
                await call.Stream.WriteAsync(filler, call.Stop);
            }
        });
        long before = GC.GetTotalAllocatedBytes();

        SourceAccessDeniedException failure = await FailureAsync<SourceAccessDeniedException>(server);

        Assert.That(failure.Message, Has.Length.LessThan(1_500));
        Assert.That(failure.ToString(), Has.Length.LessThan(200_000), "the cause has no more than the part that was read");
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(1L << 30));
    }

    [Test]
    public async Task An_error_body_that_trickles_is_given_up()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(403);
            while (true)
            {
                await call.SendAsync("x");
                await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, call.Stop);
            }
        });

        Assert.That((await FailureAsync<UnavailableException>(server, HostileS3.Short)).Message, Does.Contain(server.Endpoint.Authority).And.Contain("within 0.4 s"));
    }

    [Test]
    public async Task A_message_of_20_MB_is_cut()
    {
        await using var server = new HostileS3(call => call.ErrorAsync(400, "InvalidRequest", new string('m', 20_000_000)));

        LoadException failure = await FailureAsync<SourceAccessDeniedException>(server);

        Assert.That(failure.Message, Has.Length.LessThan(1_500));
    }

    [TestCase("<Error><Code>AccessDenied</Code><Mess", 403, typeof(SourceAccessDeniedException))]
    [TestCase("<Error><Code>NoSuchKey</Code>&undefined;</Error>", 404, typeof(SourceNotFoundException))]
    [TestCase("{\"error\":\"x\"}", 400, typeof(SourceAccessDeniedException))]
    [TestCase("\u0000\u0001\u0002", 500, typeof(UnavailableException))]
    [TestCase("", 503, typeof(UnavailableException))]
    public async Task A_malformed_error_is_classified_by_its_status(string body, int status, Type expected)
    {
        await using var server = new HostileS3(call => call.ReplyAsync(status, body));

        Assert.That(await FailureAsync(server), Is.TypeOf(expected));
    }

    [TestCase("NOT HTTP AT ALL\r\n\r\n")]
    [TestCase("")]
    [TestCase("HTTP/1.1 206 OK\r\nContent-Length: -5\r\n\r\n")]
    [TestCase("HTTP/1.1 206 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task What_is_not_HTTP_is_unavailable(string response)
    {
        await using var server = new HostileS3(call => call.SendAsync(response));

        await FailureAsync<UnavailableException>(server);
    }

    [Test]
    public async Task Endless_headers_are_unavailable()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendAsync("HTTP/1.1 206 OK\r\n");
            while (true)
            {
                await call.SendAsync($"x-amz-meta-a: {new string('h', 1_000)}\r\n");
            }
        });

        await FailureAsync<UnavailableException>(server);
    }

    [Test]
    public async Task Cancelling_ends_a_wait_for_headers_at_once()
    {
        var asked = new TaskCompletionSource();
        await using var server = new HostileS3(call =>
        {
            asked.TrySetResult();
            return call.NeverAsync();
        });
        using IAmazonS3 client = server.CreateClient();
        using var cancellation = new CancellationTokenSource();
        var bytes = new S3Bytes(Source, new Lazy<IAmazonS3>(client), TimeProvider.System, HostileS3.Limits);

        Task opening = bytes.OpenAsync(cancellation.Token);
        await asked.Task.WaitAsync(Soon);
        await cancellation.CancelAsync();

        Assert.That(async () => await opening.WaitAsync(Soon), Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<T> FailureAsync<T>(HostileS3 server, S3Limits? limits = null)
        where T : LoadException
    {
        Exception failure = await FailureAsync(server, limits);

        Assert.That(failure, Is.TypeOf<T>());
        return (T)failure;
    }

    /// <summary>Reads the object and returns the failure, which must come soon.</summary>
    private static async Task<Exception> FailureAsync(HostileS3 server, S3Limits? limits = null)
    {
        long start = Stopwatch.GetTimestamp();

        Exception failure = Assert.CatchAsync(() => ReadAsync(server, limits))!;

        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Soon));
        return await Task.FromResult(failure);
    }

    private static async Task<byte[]> ReadAsync(HostileS3 server, S3Limits? limits = null)
    {
        limits ??= HostileS3.Limits;
        using IAmazonS3 client = server.CreateClient(limits);
        await using RandomAccessFile bytes = new S3Bytes(Source, new Lazy<IAmazonS3>(client), TimeProvider.System, limits);
        await bytes.OpenAsync(CancellationToken.None).WaitAsync(Soon);
        byte[] all = new byte[bytes.Length];
        await bytes.ReadAsync(0, all, CancellationToken.None).AsTask().WaitAsync(Soon);
        return all;
    }

    /// <summary>Answers with the range that the request asks for.</summary>
    private static async Task PartAsync(HostileCall call, string? etag = ETag, string? modified = Modified, int? total = null)
    {
        (int offset, int end) = await PartHeadAsync(call, etag, modified, total);
        await call.Stream.WriteAsync(Content.AsMemory(offset, end - offset), call.Stop);
    }

    private static async Task<(int Offset, int End)> PartHeadAsync(
        HostileCall call, string? etag = ETag, string? modified = Modified, int? total = null)
    {
        (int offset, int end) = call.Range(Content.Length);
        await call.SendHeadAsync(
            206,
            ("ETag", etag),
            ("Last-Modified", modified),
            ("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{end - 1}/{total ?? Content.Length}")),
            ("Content-Length", Number(end - offset)));
        return (offset, end);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
