using System.Globalization;
using Loader.LocalAws.InfluxDb;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class Influx2WriteTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private LocalInfluxServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await LocalInfluxServer.StartAsync(new()
    {
        Engine = InfluxEngine.Version2,
        TimeProvider = new FakeTimeProvider(Now),
        Buckets = [new("energy"), new("short", TimeSpan.FromDays(1))],
    });

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_write_is_answered_with_204_and_readable()
    {
        var answer = await _server.WriteAsync("g,region=SE,source=wind value=1.5,version=7i 10\n");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((204, "")));
        var point = _server.Bucket("energy").Table("g").Points.Single();
        Assert.Multiple(() =>
        {
            Assert.That(point.TimeNanoseconds, Is.EqualTo(10_000_000_000));
            Assert.That(point.Tag("region"), Is.EqualTo("SE"));
            Assert.That(point.Field("value"), Is.EqualTo(InfluxValue.Of(1.5)));
            Assert.That(point.Field("version")!.Value.Integer, Is.EqualTo(7));
        });
    }

    [TestCase("ns", 1)]
    [TestCase("us", 1_000)]
    [TestCase("ms", 1_000_000)]
    [TestCase("s", 1_000_000_000)]
    public async Task The_precision_scales_the_times(string precision, long unit)
    {
        await _server.SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&bucket=energy&precision={precision}", "m v=1 3"u8.ToArray());

        Assert.That(_server.Bucket("energy").Table("m").Points.Single().TimeNanoseconds, Is.EqualTo(3 * unit));
    }

    [TestCase("h")]
    [TestCase("second")]
    [TestCase("auto")]
    public async Task Other_precisions_are_refused(string precision) =>
        Assert.That((await _server.SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&bucket=energy&precision={precision}", "m v=1 3"u8.ToArray())).Status, Is.EqualTo(400));

    [Test]
    public async Task One_bad_line_refuses_the_request_and_every_bad_line_is_quoted_in_full()
    {
        var answer = await _server.WriteAsync("m,t=a v=1 1\nm,t= v=1 2\nm v=+1 3\nm,t=b v=1 4");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Json.GetProperty("code").GetString(), Is.EqualTo("invalid"));
            Assert.That(answer.Message, Is.EqualTo("unable to parse 'm,t= v=1 2': missing tag value\nunable to parse 'm v=+1 3': invalid boolean"));
            Assert.That(_server.Bucket("energy").FindTable("m"), Is.Null);
        });
    }

    [Test]
    public async Task A_field_of_another_type_is_dropped_and_the_rest_stored_and_the_line_is_not_said()
    {
        await _server.WriteAsync("m v=1 1");

        var answer = await _server.WriteAsync("m v=2 2\nm v=3i 3\nm v=\"x\" 4\nm v=5 5");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(422));
            Assert.That(answer.Message, Is.EqualTo("failure writing points to database: partial write: field type conflict: input field \"v\" on measurement \"m\" is type integer, already exists as type float dropped=2"));
            Assert.That(_server.Bucket("energy").Table("m").Count, Is.EqualTo(3));
        });
    }

    [Test]
    public async Task Another_group_of_shards_may_have_another_type()
    {
        await _server.WriteAsync("m v=1 1");

        var answer = await _server.WriteAsync($"m v=3i {(long)TimeSpan.FromDays(30).TotalSeconds}");

        Assert.That(answer.Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Of_several_groups_of_shards_with_conflicts_one_is_reported_so_N_is_less_than_what_was_dropped()
    {
        long month = (long)TimeSpan.FromDays(30).TotalSeconds;
        await _server.WriteAsync($"m v=1 1\nm v=1 {month}");

        var answer = await _server.WriteAsync($"m v=1i 2\nm v=1i {month + 1}\nm v=2 3");

        Assert.That(answer.Message, Does.EndWith("dropped=1"));
        Assert.That(_server.Bucket("energy").Table("m").Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Points_older_than_the_retention_are_dropped_and_counted()
    {
        var answer = await WriteShortAsync($"m,t=a v=1 {Hours(-25)}\nm,t=a v=2 {Hours(-1)}\nm,t=b v=3 {Hours(-30)}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(422));
            Assert.That(answer.Message, Is.EqualTo(
                "failure writing points to database: partial write: dropped 2 points outside retention policy of duration 24h0m0s - "
                + "oldest point m,t=b at 2026-11-24T06:00:00Z dropped because it violates a Retention Policy Lower Bound at 2026-11-24T12:00:00Z, "
                + "newest point m,t=a at 2026-11-24T11:00:00Z dropped because it violates a Retention Policy Lower Bound at 2026-11-24T12:00:00Z "
                + $"dropped=2 for database: {_server.Bucket("short").Id} for retention policy: autogen"));
            Assert.That(_server.Bucket("short").Table("m").Points.Select(point => point.Field("v")!.Value.Float), Is.EqualTo(new[] { 2.0 }));
        });
    }

    [Test]
    public async Task An_old_point_is_stored_if_a_newer_one_needs_its_group_of_shards()
    {
        _server.AddBucket(new("aligned", TimeSpan.FromHours(23.5)));

        var answer = await WriteToAsync("aligned", $"m v=1 {Hours(-23.75)}\nm v=2 {Hours(-23.25)}");

        Assert.That(answer.Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_field_named_time_is_lost_silently_and_a_point_with_no_other_field_is_dropped()
    {
        var answer = await _server.WriteAsync("m time=1,v=2 1\nm time=3 2");

        Assert.That(answer.Message, Does.Contain("invalid field name: input field \"time\" on measurement \"m\" is invalid dropped=1"));
        Assert.That(_server.Bucket("energy").Table("m").Points.Single().Fields.Select(field => field.Key), Is.EqualTo(new[] { "v" }));
    }

    [Test]
    public async Task The_last_arrival_of_each_field_wins()
    {
        await _server.WriteAsync("m,t=a v=1,w=1 5");
        await _server.WriteAsync("m,t=a v=2 5\nm,t=a v=3 5");

        Assert.That(_server.Bucket("energy").Table("m").Points.Single().Fields.ToDictionary(field => field.Key, field => field.Value.Float), Is.EqualTo(new Dictionary<string, double> { ["v"] = 3, ["w"] = 1 }));
    }

    [Test]
    public async Task A_line_without_a_time_gets_the_servers()
    {
        await _server.WriteAsync("m v=1");

        Assert.That(_server.Bucket("energy").Table("m").Points.Single().Time, Is.EqualTo(Now));
    }

    [TestCase("", 204, TestName = "An empty body is a write of nothing")]
    [TestCase("# comment", 204)]
    public async Task Bodies_without_lines(string body, int status) => Assert.That((await _server.WriteAsync(body)).Status, Is.EqualTo(status));

    [TestCase("api/v2/write?org=energy-org&bucket=none", 404, "bucket \"none\" not found")]
    [TestCase("api/v2/write?org=other&bucket=energy", 404, "organization name \"other\" not found")]
    [TestCase("api/v2/write?org=energy-org", 404, "bucket not found")]
    [TestCase("api/v3/write_lp?db=energy", 404, "path not found")]
    public async Task What_is_missing_is_named(string path, int status, string message)
    {
        var answer = await _server.SendAsync(HttpMethod.Post, path, "m v=1 1"u8.ToArray());

        Assert.That((answer.Status, answer.Message), Is.EqualTo((status, message)));
    }

    [TestCase(null)]
    [TestCase("Token wrong")]
    [TestCase("Basic x")]
    public async Task A_wrong_token_is_refused_in_JSON(string? authorization)
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "api/v2/write?org=energy-org&bucket=energy", "m v=1 1"u8.ToArray(), authorization: authorization);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((401, """{"code":"unauthorized","message":"unauthorized access"}""")));
    }

    [Test]
    public async Task Bearer_is_accepted_too() =>
        Assert.That((await _server.SendAsync(HttpMethod.Post, "api/v2/write?org=energy-org&bucket=energy", "m v=1 1"u8.ToArray(), authorization: $"Bearer {InfluxHttp.Token}")).Status, Is.EqualTo(204));

    [Test]
    public async Task A_gzip_of_several_members_is_read_to_the_end()
    {
        await _server.WriteAsync([.. InfluxHttp.Gzip("m v=1 1\n"), .. InfluxHttp.Gzip("m v=2 2\n")], encoding: "gzip");

        Assert.That(_server.Bucket("energy").Table("m").Count, Is.EqualTo(2));
    }

    [Test]
    public async Task A_limit_of_the_body_is_kept_before_and_after_inflating()
    {
        await using var limited = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2, MaxBodyBytes = 1000 });
        string lines = string.Concat(Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"m v=1 {i}\n")));

        Assert.That((await limited.WriteAsync(lines)).Status, Is.EqualTo(413));
        Assert.That((await limited.WriteAsync(InfluxHttp.Gzip(lines), encoding: "gzip")).Status, Is.EqualTo(413));
        Assert.That((await limited.WriteAsync(lines[..900].TrimEnd())).Status, Is.EqualTo(204));
    }

    private Task<InfluxAnswer> WriteShortAsync(string lines) => WriteToAsync("short", lines);

    private Task<InfluxAnswer> WriteToAsync(string bucket, string lines) =>
        _server.SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&bucket={bucket}&precision=s", System.Text.Encoding.UTF8.GetBytes(lines));

    private static string Hours(double hours) => Now.AddHours(hours).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
