using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Loader.Tests.LocalAws.Influx;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>The API of engine 2 in front of influxd answers as section 2 of the InfluxDB reference says, apart from what it lists.</summary>
[TestFixture]
internal sealed class InfluxdAsEngine2Tests
{
    private static readonly HttpClient Client = new();

    private InfluxdAsEngine2 _judge = null!;
    private string _bucket = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _judge = await InfluxdAsEngine2.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        // The set-up ends early where influxd is not installed.
        if (_judge is not null)
        {
            await _judge.DisposeAsync();
        }
    }

    [SetUp]
    public async Task CreateBucketAsync()
    {
        _bucket = TestContext.CurrentContext.Test.ID.Replace('-', '_');
        await _judge.CreateBucketAsync(_bucket);
    }

    [TearDown]
    public void Nothing_unexpected_happened() => Assert.That(_judge.Requests.Failures, Is.Empty);

    [Test]
    public async Task Ping_names_engine_2_without_a_token()
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(_judge.Endpoint, "ping"));

        Assert.That((int)response.StatusCode, Is.EqualTo(204));
        Assert.That(response.Headers.GetValues("X-Influxdb-Version").Single(), Does.StartWith("v2.7"));
        Assert.That(response.Headers.GetValues("X-Influxdb-Build").Single(), Is.EqualTo("OSS"));
    }

    [TestCase("api/v2/write?org=energy-org&bucket=b")]
    [TestCase("query?q=SHOW%20DATABASES")]
    public async Task Without_the_token_nothing_else_is_answered(string path) =>
        Assert.That((await SendAsync(HttpMethod.Post, path, token: "wrong")).Status, Is.EqualTo(401));

    [Test]
    public async Task A_bucket_has_an_id_and_its_retention()
    {
        string name = $"{_bucket}_short";
        await _judge.CreateBucketAsync(name, TimeSpan.FromHours(25));

        JsonElement forEver = await BucketAsync(_bucket);
        JsonElement limited = await BucketAsync(name);

        Assert.That(forEver.GetProperty("retentionRules").GetArrayLength(), Is.Zero);
        Assert.That(limited.GetProperty("retentionRules")[0].GetProperty("everySeconds").GetInt64(), Is.EqualTo(25 * 3600));
        Assert.That(limited.GetProperty("id").GetString(), Does.Match("^[0-9a-f]{16}$").And.Not.EqualTo(forEver.GetProperty("id").GetString()));
    }

    [TestCase("api/v2/buckets?org=energy-org&name=none", "GET", "bucket \"none\" not found")]
    [TestCase("api/v2/buckets?org=other&name=none", "GET", "organization name \"other\" not found")]
    [TestCase("api/v2/write?org=energy-org&bucket=none", "POST", "bucket \"none\" not found")]
    [TestCase("api/v2/write?org=other&bucket=none", "POST", "organization name \"other\" not found")]
    public async Task What_is_missing_is_named(string path, string method, string message)
    {
        var (status, text) = await SendAsync(new HttpMethod(method), path, "m v=1 1"u8.ToArray());

        Assert.That((status, Message(text)), Is.EqualTo((404, message)));
    }

    [TestCase("", 1)]
    [TestCase("&precision=ns", 1)]
    [TestCase("&precision=us", 1_000)]
    [TestCase("&precision=ms", 1_000_000)]
    [TestCase("&precision=s", 1_000_000_000)]
    public async Task Times_have_the_precision_of_the_request(string precision, long nanoseconds)
    {
        await WriteAsync("m v=1 7", precision);

        Assert.That((await _judge.ReadAsync(_bucket, "m")).Single().TimeNanoseconds, Is.EqualTo(7 * nanoseconds));
    }

    [Test]
    public async Task Another_precision_is_refused()
    {
        var (status, text) = await WriteAsync("m v=1 7", "&precision=h");

        Assert.That((status, Message(text)), Is.EqualTo((400, "invalid precision; valid precision units are ns, us, ms, and s")));
    }

    [Test]
    public async Task Points_read_back_with_the_types_of_their_fields()
    {
        await WriteAsync("m,b=x\\ y,a=å i=9007199254740993i,f=0.1,s=\"a \\\"b\\\"\",t=true 1\nm f=5E-324 2");

        Assert.That((await _judge.ReadAsync(_bucket, "m")).Select(point => point.ToString()), Is.EqualTo(new[]
        {
            "a=å,b=x y f=0.1,i=9007199254740993i,s=\"a \"b\"\",t=true 1",
            " f=5E-324 2",
        }));
    }

    [Test]
    public async Task A_compressed_body_is_passed_on_as_it_is()
    {
        var (status, _) = await SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&bucket={_bucket}", InfluxHttp.Gzip("m v=1 1\nm v=2 2"), "gzip");

        Assert.That(status, Is.EqualTo(204));
        Assert.That(await _judge.ReadAsync(_bucket, "m"), Has.Count.EqualTo(2));
    }

    [TestCase("m v= 1", TestName = "Alone")]
    [TestCase("m v=1 1\nm v= 1", TestName = "Beside a good line, which this server stores and InfluxDB 2 does not")]
    public async Task A_line_that_does_not_parse_is_quoted(string lines)
    {
        var (status, text) = await WriteAsync(lines);

        Assert.That((status, Message(text)), Is.EqualTo((400, "unable to parse 'm v= 1': missing field value")));
    }

    [Test]
    public async Task Every_line_that_does_not_parse_is_quoted_on_a_line_of_its_own()
    {
        var (_, text) = await WriteAsync("m v=1 1\nm v= 1\nm v=x 2");

        Assert.That(Message(text), Is.EqualTo("unable to parse 'm v= 1': missing field value\nunable to parse 'm v=x 2': invalid boolean"));
    }

    [Test]
    public async Task A_conflict_of_types_drops_its_points_and_counts_them()
    {
        await WriteAsync("m v=1 1");

        var (status, text) = await WriteAsync("m v=\"text\" 2\nm v=2 3");

        Assert.That((status, Message(text)), Is.EqualTo((
            422,
            "failure writing points to database: partial write: field type conflict: input field \"v\" on measurement \"m\" is type string, already exists as type float dropped=1")));
        Assert.That(await _judge.ReadAsync(_bucket, "m"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Points_older_than_the_retention_are_dropped_and_counted()
    {
        string name = $"{_bucket}_short";
        await _judge.CreateBucketAsync(name, TimeSpan.FromHours(24));
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var (status, text) = await SendAsync(
            HttpMethod.Post, $"api/v2/write?org=energy-org&bucket={name}&precision=s", Encoding.UTF8.GetBytes($"m v=1 1\nm v=2 2\nm v=3 {now}"));

        Assert.That((status, Message(text)), Is.EqualTo((422, "failure writing points to database: partial write: points beyond retention policy dropped=2")));
        Assert.That(await _judge.ReadAsync(name, "m"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_is_too_large_is_refused() =>
        Assert.That((await WriteAsync(new string('a', InfluxdAsEngine2.MaxBodyBytes + 1))).Status, Is.EqualTo(413));

    [Test]
    public async Task A_query_is_passed_on_by_GET_and_by_POST()
    {
        await WriteAsync("m v=1 1");
        string query = $"db={_bucket}&epoch=ns&q={Uri.EscapeDataString("SELECT v FROM m")}";

        var byGet = await SendAsync(HttpMethod.Get, $"query?{query}");
        var byPost = await SendAsync(HttpMethod.Post, "query", Encoding.UTF8.GetBytes(query), type: "application/x-www-form-urlencoded");

        Assert.That(byGet.Text, Does.Contain("""[[1,1]]"""));
        Assert.That(byPost, Is.EqualTo(byGet));
    }

    [Test]
    public async Task A_fault_of_the_script_hides_an_answer_and_not_the_write()
    {
        _judge.Faults.On("influx:Write").Next().ResetAfterStore();

        Assert.That(() => WriteAsync("m v=1 1"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(await _judge.ReadAsync(_bucket, "m"), Has.Count.EqualTo(1));
    }

    private Task<(int Status, string Text)> WriteAsync(string lines, string parameters = "") =>
        SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&bucket={_bucket}{parameters}", Encoding.UTF8.GetBytes(lines));

    private async Task<JsonElement> BucketAsync(string name)
    {
        var (status, text) = await SendAsync(HttpMethod.Get, $"api/v2/buckets?org=energy-org&name={name}");
        Assert.That(status, Is.EqualTo((int)HttpStatusCode.OK), text);
        return JsonDocument.Parse(text).RootElement.GetProperty("buckets").EnumerateArray().Single();
    }

    private async Task<(int Status, string Text)> SendAsync(
        HttpMethod method, string path, byte[]? body = null, string? encoding = null, string token = InfluxdAsEngine2.Token, string? type = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_judge.Endpoint, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        using HttpResponseMessage response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Message(string text) => JsonDocument.Parse(text).RootElement.GetProperty("message").GetString()!;
}
