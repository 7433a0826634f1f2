using System.Globalization;
using System.Text;
using Loader.LocalAws.InfluxDb;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class Influx3WriteTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private LocalInfluxServer _server = null!;
    private FakeTimeProvider _time = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _time = new FakeTimeProvider(Now);
        _server = await LocalInfluxServer.StartAsync(new() { TimeProvider = _time, Buckets = [new("energy"), new("short", TimeSpan.FromDays(1))], MaxTables = 3, MaxColumns = 6, MaxDatabases = 4 });
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Refused_lines_are_named_by_number_and_twenty_bytes_and_the_rest_is_stored()
    {
        var answer = await _server.WriteAsync("m,t=a v=1 1\nm,t=åäöåäöåäö v= 2\nm,t=a v=3 3\nm,t=a v=4i 4");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Json.GetProperty("error").GetString(), Is.EqualTo("partial write of line protocol occurred"));
            Assert.That(answer.Refused, Is.EqualTo(new[]
            {
                (2, "m,t=åäöåäöåä", "No fields were provided"),
                (4, "m,t=a v=4i 4", "invalid column type for column 'v', expected iox::column_type::field::float, got iox::column_type::field::integer"),
            }));
            Assert.That(_server.Bucket("energy").Table("m").Points.Select(point => point.Field("v")!.Value.Float), Is.EqualTo(new[] { 1.0, 3.0 }));
        });
    }

    [Test]
    public async Task Empty_lines_and_comments_have_no_number_but_shift_the_quotation()
    {
        var answer = await _server.WriteAsync("# first\n\nm v=1 1\nm v= 2");

        Assert.That(answer.Refused.Single(), Is.EqualTo((2, "", "No fields were provided")));
    }

    [Test]
    public async Task Without_accept_partial_the_first_error_is_one_object_and_nothing_is_stored_or_made()
    {
        var answer = await _server.WriteAsync("m v=1 1\nm v= 2\nm v=x 3", "&accept_partial=false");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Json.GetProperty("error").GetString(), Is.EqualTo("line protocol parsing error"));
            Assert.That(answer.Json.GetProperty("data").GetProperty("line_number").GetInt32(), Is.EqualTo(2));
            Assert.That(_server.Bucket("energy").FindTable("m"), Is.Null);
        });
    }

    [Test]
    public async Task The_copy_of_version_2_stores_nothing_and_names_no_line()
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "api/v2/write?org=any&bucket=energy&precision=s", "m v=1 1\nm v= 2"u8.ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Text, Is.EqualTo("""{"code":"invalid","message":"write buffer error: line protocol parse failed: No fields were provided"}"""));
            Assert.That(_server.Bucket("energy").FindTable("m"), Is.Null);
        });
    }

    [TestCase("second", 5, 5_000_000_000)]
    [TestCase("s", 5, 5_000_000_000)]
    [TestCase("millisecond", 5, 5_000_000)]
    [TestCase("us", 5, 5_000)]
    [TestCase("n", 5, 5)]
    [TestCase("auto", 1_700_000_000, 1_700_000_000_000_000_000)]
    [TestCase("auto", 1_700_000_000_000, 1_700_000_000_000_000_000)]
    [TestCase("auto", 1_700_000_000_000_000, 1_700_000_000_000_000_000)]
    [TestCase("auto", 1_700_000_000_000_000_000, 1_700_000_000_000_000_000)]
    [TestCase("auto", 86_400_000, 86_400_000_000_000_000, TestName = "auto takes the second of January 1970 in milliseconds for 1972")]
    public async Task The_precision_scales_or_is_guessed(string precision, long time, long nanoseconds)
    {
        await _server.SendAsync(HttpMethod.Post, $"api/v3/write_lp?db=energy&precision={precision}", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"m v=1 {time}")));

        Assert.That(_server.Bucket("energy").Table("m").Points.Single().TimeNanoseconds, Is.EqualTo(nanoseconds));
    }

    [Test]
    public async Task A_time_that_overflows_is_a_refused_line()
    {
        var answer = await _server.WriteAsync("m v=1 9223372037");

        Assert.That(answer.Refused.Single().Message, Is.EqualTo("timestamp, 9223372037, out of range for precision: Second"));
    }

    [Test]
    public async Task A_tag_and_a_field_may_not_share_a_name_and_the_refused_line_made_its_table()
    {
        var answer = await _server.WriteAsync("m,v=a v=1 1");

        Assert.That(answer.Refused.Single().Message, Is.EqualTo("invalid column type for column 'v', expected iox::column_type::tag, got iox::column_type::field::float"));
        Assert.That(_server.Bucket("energy").Table("m").Columns.Select(column => column.Name), Is.EqualTo(new[] { "v" }));
    }

    [TestCase("m,t=a,t=b v=1 1")]
    [TestCase("m v=1,v=2 1")]
    [TestCase("m,time=a v=1 1")]
    [TestCase("m time=1 1")]
    public async Task Repeated_and_reserved_names_are_refused(string line) => Assert.That((await _server.WriteAsync(line)).Status, Is.EqualTo(400));

    [Test]
    public async Task A_missing_database_is_made_silently_until_there_are_too_many()
    {
        var made = await _server.SendAsync(HttpMethod.Post, "api/v3/write_lp?db=new", "m v=1 1"u8.ToArray());
        await _server.SendAsync(HttpMethod.Post, "api/v3/write_lp?db=newer", "m v=1 1"u8.ToArray());
        var refused = await _server.SendAsync(HttpMethod.Post, "api/v3/write_lp?db=newest", "m v=1 1"u8.ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(204));
            Assert.That(_server.Bucket("new").Count, Is.EqualTo(1));
            Assert.That(refused.Status, Is.EqualTo(422));
            Assert.That(refused.Text, Is.EqualTo("""{"error":"Adding a new database would exceed limit of 4 databases"}"""));
        });
    }

    [Test]
    public async Task The_limit_of_tables_is_422_with_the_lines()
    {
        var answer = await _server.WriteAsync("a v=1 1\nb v=1 1\nc v=1 1\nd v=1 1\na v=2 2");

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(answer.Refused.Single(), Is.EqualTo((4, "d v=1 1", "Update to schema would exceed number of tables limit: attempted to create table but already have 3 table(s) (limit: 3)")));
        Assert.That(_server.Bucket("energy").Table("a").Count, Is.EqualTo(2));
    }

    [Test]
    public async Task The_limit_of_columns_counts_time()
    {
        await _server.WriteAsync("m,t=1 a=1,b=2,c=3,d=4 1");

        var answer = await _server.WriteAsync("m e=5 2");

        Assert.That((answer.Status, answer.Refused.Single().Message), Is.EqualTo((422, "Update to schema would exceed number of columns per table limit of 6 columns")));
    }

    [Test]
    public async Task A_point_older_than_the_retention_is_accepted_and_not_seen()
    {
        long old = Now.AddDays(-2).ToUnixTimeSeconds();

        var answer = await _server.SendAsync(HttpMethod.Post, "api/v3/write_lp?db=short&precision=s", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"m v=1 {old}\nm v=2 {Now.ToUnixTimeSeconds()}")));

        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(_server.Bucket("short").Table("m").Points.Select(point => point.Field("v")!.Value.Float), Is.EqualTo(new[] { 2.0 }));
    }

    [TestCase("")]
    [TestCase("# only a comment\n\n")]
    public async Task A_write_of_nothing_is_refused(string body)
    {
        var answer = await _server.WriteAsync(body);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, "incoming write was empty")));
    }

    [Test]
    public async Task No_sync_fails_loudly()
    {
        var answer = await _server.WriteAsync("m v=1 1", "&no_sync=true");

        Assert.That(answer.Status, Is.EqualTo(500));
        Assert.That(_server.Requests.Failures.Single().Message, Does.Contain("no_sync"));
    }

    [TestCase("deflate", 400)]
    [TestCase("zstd", 400)]
    [TestCase("identity", 204)]
    public async Task Other_encodings_are_refused(string encoding, int status) => Assert.That((await _server.WriteAsync("m v=1 1", encoding: encoding)).Status, Is.EqualTo(status));

    [Test]
    public async Task A_gzip_of_several_members_is_read_to_the_end()
    {
        await _server.WriteAsync([.. InfluxHttp.Gzip("m v=1 1\n"), .. InfluxHttp.Gzip("m v=2 2\n")], encoding: "gzip");

        Assert.That(_server.Bucket("energy").Table("m").Count, Is.EqualTo(2));
    }

    [Test]
    public async Task A_cut_gzip_is_refused()
    {
        byte[] whole = InfluxHttp.Gzip("m v=1 1\nm v=2 2\n");

        Assert.That((await _server.WriteAsync(whole[..^9], encoding: "gzip")).Status, Is.EqualTo(400));
        Assert.That((await _server.WriteAsync("m v=1 1", encoding: "gzip")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Ten_MiB_are_the_limit_before_and_after_inflating()
    {
        string body = "m v=1 1\n#" + new string('x', 10 * 1024 * 1024);

        Assert.That((await _server.WriteAsync(body)).Status, Is.EqualTo(413));
        Assert.That((await _server.WriteAsync(InfluxHttp.Gzip(body), encoding: "gzip")).Status, Is.EqualTo(413));
        Assert.That((await _server.WriteAsync(InfluxHttp.Gzip(body[..^100]), encoding: "gzip")).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Invalid_UTF_8_refuses_the_whole_body()
    {
        Assert.That((await _server.WriteAsync([.. "m,t="u8, 0xc3, .. " v=1 1\nm v=1 2"u8])).Status, Is.EqualTo(400));
        Assert.That(_server.Bucket("energy").FindTable("m"), Is.Null);
    }

    [TestCase("Token", 204)]
    [TestCase("Bearer", 204)]
    [TestCase("Digest", 400)]
    public async Task Schemes_of_the_token(string scheme, int status) =>
        Assert.That((await _server.SendAsync(HttpMethod.Post, "api/v3/write_lp?db=energy", "m v=1 1"u8.ToArray(), authorization: $"{scheme} {InfluxHttp.Token}")).Status, Is.EqualTo(status));

    [TestCase(true, "")]
    [TestCase(false, """{"error": "the request was not authenticated"}""")]
    public async Task A_wrong_token_is_401(bool isEmpty, string body)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { IsUnauthorizedEmpty = isEmpty });

        var answer = await server.SendAsync(HttpMethod.Get, "ping", authorization: "Bearer wrong");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((401, body)));
    }

    [TestCase("api/v3/write_lp", "missing query parameter 'db'")]
    [TestCase("api/v3/write_lp?db=_energy", """{"error":"db name did not start with a number or letter"}""")]
    public async Task A_database_must_be_named(string path, string text)
    {
        var answer = await _server.SendAsync(HttpMethod.Post, path, "m v=1 1"u8.ToArray());

        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, text)));
    }
}
