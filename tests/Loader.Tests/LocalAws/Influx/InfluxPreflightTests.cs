using System.Text;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class InfluxPreflightTests
{
    [TestCase(InfluxEngine.Version2, 204, "OSS")]
    [TestCase(InfluxEngine.Version3, 200, "Core")]
    public async Task Ping_tells_the_engine(InfluxEngine engine, int status, string build)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine });

        var answer = await server.SendAsync(HttpMethod.Get, "ping");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(status));
            Assert.That(answer.Headers.GetValues("X-Influxdb-Build").Single(), Is.EqualTo(build));
            Assert.That(answer.Headers.GetValues("X-Influxdb-Version").Single(), Does.Contain(engine == InfluxEngine.Version2 ? "2." : "3."));
            Assert.That(server.Requests.Count("influx:Ping"), Is.EqualTo(1));
        });
    }

    [TestCase(InfluxEngine.Version2, "ping", 204)]
    [TestCase(InfluxEngine.Version2, "health", 200)]
    [TestCase(InfluxEngine.Version2, "ready", 200)]
    [TestCase(InfluxEngine.Version3, "ping", 401)]
    [TestCase(InfluxEngine.Version3, "health", 200)]
    public async Task Without_a_token(InfluxEngine engine, string path, int status)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine, PathsWithoutToken = ["/health"] });

        Assert.That((await server.SendAsync(HttpMethod.Get, path, authorization: null)).Status, Is.EqualTo(status));
    }

    [TestCase(InfluxEngine.Version2, "\"status\":\"pass\"")]
    [TestCase(InfluxEngine.Version3, "OK")]
    public async Task Health(InfluxEngine engine, string text)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine });

        Assert.That((await server.SendAsync(HttpMethod.Get, "health")).Text, Does.Contain(text));
    }

    [TestCase(null, null, "[]")]
    [TestCase(48, null, """[{"type":"expire","everySeconds":172800,"shardGroupDurationSeconds":86400}]""")]
    [TestCase(null, 24, """[{"type":"expire","everySeconds":0,"shardGroupDurationSeconds":86400}]""")]
    public async Task Engine_2_shows_a_bucket_with_its_retention(int? hours, int? shardHours, string rules)
    {
        TimeSpan? Of(int? count) => count is { } value ? TimeSpan.FromHours(value) : null;
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2, Buckets = [new("other"), new("energy", Of(hours), Of(shardHours))] });

        var answer = await server.SendAsync(HttpMethod.Get, "api/v2/buckets?org=energy-org&name=energy");

        var bucket = answer.Json.GetProperty("buckets").EnumerateArray().Single();
        Assert.That(bucket.GetProperty("id").GetString(), Is.EqualTo(server.Bucket("energy").Id));
        Assert.That(bucket.GetProperty("retentionRules").GetRawText(), Is.EqualTo(rules));
    }

    [Test]
    public async Task Engine_2_names_a_missing_bucket()
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2 });

        var answer = await server.SendAsync(HttpMethod.Get, "api/v2/buckets?org=energy-org&name=none");

        Assert.That((answer.Status, answer.Message), Is.EqualTo((404, "bucket \"none\" not found")));
    }

    [Test]
    public async Task Engine_3_makes_and_lists_databases()
    {
        await using var server = await LocalInfluxServer.StartAsync();

        var made = await server.SendAsync(HttpMethod.Post, "api/v3/configure/database", """{"db":"second","retention_period":"30d"}"""u8.ToArray());
        var again = await server.SendAsync(HttpMethod.Post, "api/v3/configure/database", """{"db":"second"}"""u8.ToArray());
        var list = await server.SendAsync(HttpMethod.Get, "api/v3/configure/database?format=json");

        Assert.Multiple(() =>
        {
            Assert.That((made.Status, again.Status), Is.EqualTo((200, 409)));
            Assert.That(server.Bucket("second").Retention, Is.EqualTo(TimeSpan.FromDays(30)));
            Assert.That(list.Text, Is.EqualTo("""[{"iox::database":"_internal"},{"iox::database":"energy"},{"iox::database":"second"}]"""));
        });
    }

    [Test]
    public async Task Engine_3_makes_a_table_whose_order_of_tags_stays()
    {
        await using var server = await LocalInfluxServer.StartAsync();
        byte[] table = Encoding.UTF8.GetBytes("""{"db":"energy","table":"g","tags":["region","source","version"],"fields":[{"name":"value","type":"float64"}]}""");

        var made = await server.SendAsync(HttpMethod.Post, "api/v3/configure/table", table);
        var again = await server.SendAsync(HttpMethod.Post, "api/v3/configure/table", table);
        await server.WriteAsync("g,version=1,extra=x,region=SE value=1 1");

        Assert.That((made.Status, again.Status), Is.EqualTo((200, 409)));
        Assert.That(server.Bucket("energy").Table("g").Columns.Select(column => column.Name), Is.EqualTo(new[] { "region", "source", "version", "value", "time", "extra" }));
    }

    [Test]
    public async Task The_environment_names_the_server()
    {
        await using var two = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2 });
        await using var three = await LocalInfluxServer.StartAsync();

        Assert.That(two.Environment().Keys, Is.EquivalentTo(new[] { "INFLUXDB_URL", "INFLUXDB_TOKEN", "INFLUXDB_ORG", "INFLUXDB_BUCKET" }));
        Assert.That(three.Environment().Keys, Is.EquivalentTo(new[] { "INFLUXDB_URL", "INFLUXDB_TOKEN", "INFLUXDB_DATABASE" }));
    }
}
