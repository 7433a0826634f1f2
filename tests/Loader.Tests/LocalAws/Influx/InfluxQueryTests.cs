using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class InfluxQueryTests
{
    private const string Rows = """
        g,region=SE,version=0000000000000000001-aaaaaaaa value=1.5,unit="MW" 10
        g,region=SE,version=0000000000000000001-aaaaaaaa value=2.5,unit="MW" 20
        g,region=SE,version=0000000000000000002-bbbbbbbb value=3.5,unit="MW" 20
        g,region=NO,version=0000000000000000001-aaaaaaaa value=4 30
        """;

    private const string Versions = """
        g,region=SE value=1.5,version=5i 10
        g,region=SE value=2.5,version=9i 20
        g,region=NO value=4,version=9i 30
        """;

    [TestCase("""SELECT count(*) AS rows FROM "g" WHERE "version" = '0000000000000000001-aaaaaaaa' AND time >= '1970-01-01T00:00:10Z' AND time < '1970-01-01T00:00:30Z'""", """[{"rows":2}]""")]
    [TestCase("""SELECT count(*) AS rows FROM g WHERE version = 'x'""", """[{"rows":0}]""")]
    [TestCase("""SELECT version, count(*) AS rows, min(time) AS first, sum(value) AS total FROM g GROUP BY version""", """[{"version":"0000000000000000001-aaaaaaaa","rows":3,"first":"1970-01-01T00:00:10","total":8},{"version":"0000000000000000002-bbbbbbbb","rows":1,"first":"1970-01-01T00:00:20","total":3.5}]""")]
    [TestCase("""SELECT * FROM g WHERE time = to_timestamp_nanos(30000000000)""", """[{"region":"NO","time":"1970-01-01T00:00:30","value":4,"version":"0000000000000000001-aaaaaaaa"}]""")]
    [TestCase("""SELECT value FROM g ORDER BY value DESC LIMIT 2""", """[{"value":4},{"value":3.5}]""")]
    [TestCase("""SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'g'""", """[{"column_name":"region","data_type":"Dictionary(Int32, Utf8)"},{"column_name":"version","data_type":"Dictionary(Int32, Utf8)"},{"column_name":"value","data_type":"Float64"},{"column_name":"unit","data_type":"Utf8"},{"column_name":"time","data_type":"Timestamp(ns)"}]""")]
    [TestCase("""SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'iox' AND table_name = 'none'""", "[]")]
    [TestCase("""SELECT retention_period_ns FROM system.databases WHERE system.databases.database_name = 'energy'""", """[{"database_name":"energy","retention_period_ns":864000000000000000}]""")]
    public async Task Engine_3_answers_in_SQL(string query, string json)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Buckets = [new("energy", TimeSpan.FromDays(10_000))], TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(1)) });
        await server.WriteAsync(Rows);

        var answer = await server.SqlAsync(query);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, json)));
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    [Test]
    public async Task What_does_not_exist_in_SQL()
    {
        await using var server = await LocalInfluxServer.StartAsync();
        await server.WriteAsync("m v=1 1");

        var database = await server.SqlAsync("SELECT count(*) FROM m", "none");
        var table = await server.SqlAsync("SELECT count(*) FROM none");
        var column = await server.SqlAsync("SELECT none FROM m");

        Assert.Multiple(() =>
        {
            Assert.That((database.Status, database.Text), Is.EqualTo((404, """{"error":"query error: database not found: none"}""")));
            Assert.That((table.Status, table.Text), Is.EqualTo((400, "Error during planning: table 'public.iox.none' not found")));
            Assert.That(column.Status, Is.EqualTo(400));
            Assert.That(server.FindBucket("none"), Is.Null);
        });
    }

    [TestCase("DROP TABLE m")]
    [TestCase("SELECT avg(v) FROM m")]
    [TestCase("SELECT v FROM m WHERE v = 1 OR v = 2")]
    [TestCase("SELECT v FROM m JOIN n")]
    public async Task An_unknown_query_fails_loudly(string query)
    {
        await using var server = await LocalInfluxServer.StartAsync();
        await server.WriteAsync("m v=1 1");

        Assert.That((await server.SqlAsync(query)).Status, Is.EqualTo(400));
        Assert.That(server.Requests.Failures.Single().Message, Does.Contain(query));
    }

    [TestCase("""SELECT "value","version" FROM "g" WHERE "version" > 5 AND time >= 0 AND time < 30000000000 GROUP BY *""", """[{"name":"g","tags":{"region":"SE"},"columns":["time","value","version"],"values":[[20000000000,2.5,9]]}]""")]
    [TestCase("""SELECT count("value") FROM "g" WHERE "version" = 9 AND time >= '1970-01-01T00:00:00Z' AND time <= '1970-01-01T00:00:30Z'""", """[{"name":"g","columns":["time","count"],"values":[[0,2]]}]""")]
    [TestCase("""SELECT value, region FROM g WHERE region = 'NO'""", """[{"name":"g","columns":["time","value","region"],"values":[[30000000000,4,"NO"]]}]""")]
    [TestCase("""SHOW FIELD KEYS FROM "g" """, """[{"name":"g","columns":["fieldKey","fieldType"],"values":[["value","float"],["version","integer"]]}]""")]
    [TestCase("""SHOW TAG KEYS""", """[{"name":"g","columns":["tagKey"],"values":[["region"]]}]""")]
    [TestCase("""SHOW MEASUREMENTS""", """[{"name":"measurements","columns":["name"],"values":[["g"]]}]""")]
    public async Task Engine_2_answers_in_InfluxQL(string query, string series)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2 });
        await server.WriteAsync(Versions);

        var answer = await server.InfluxQlAsync(query);

        Assert.That(answer.Text, Is.EqualTo($$"""{"results":[{"statement_id":0,"series":{{series}}}]}"""));
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    [TestCase("""SELECT value FROM none""")]
    [TestCase("""SELECT value FROM g WHERE "version" > 9""")]
    [TestCase("""SELECT region FROM g""", TestName = "Tags alone select nothing")]
    public async Task Nothing_in_InfluxQL_is_a_result_without_series(string query)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2 });
        await server.WriteAsync(Versions);

        Assert.That((await server.InfluxQlAsync(query)).Text, Is.EqualTo("""{"results":[{"statement_id":0}]}"""));
    }
}
