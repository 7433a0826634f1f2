using System.Globalization;
using System.Net;
using System.Text.Json;
using InfluxDB3.Client;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.LocalAws.Influx;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>The official C# client against the fake and influxd: they read what a writer wrote that knows nothing of the loader.</summary>
[TestFixture]
internal sealed class OutsideClientTests
{
    private const string Table = "generation";

    /// <summary>Texts that the client writes unchanged: no tab, no carriage return, no newline, no two backslashes.</summary>
    private static readonly string[] Texts = ["SE", "wind, onshore", "a=b", "\"quoted\"", "hydro power", "água", "水力🌊", "a\\b", "#1", "it's"];

    [TestCase(InfluxEngine.Version3, false)]
    [TestCase(InfluxEngine.Version3, true)]
    [TestCase(InfluxEngine.Version2, true)]
    public async Task What_the_client_writes_the_fake_reads_back(InfluxEngine engine, bool useV2Api)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine });
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api);
        List<StoredPoint> points = Points(2_000);

        await client.WritePointsAsync(points.Select(point => OutsideClient.PointOf(Table, point)));

        Assert.That(Ordered(server.Bucket("energy").Table(Table).Points.Select(StoredPoint.From)), Is.EqualTo(Ordered(points)));
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    [Test]
    public async Task What_the_client_writes_influxd_reads_back()
    {
        await using InfluxdAsEngine2 judge = await InfluxdAsEngine2.StartAsync();
        await judge.CreateBucketAsync("energy");
        using InfluxDBClient client = OutsideClient.Create(judge.Endpoint, useV2Api: true);
        List<StoredPoint> points = Points(2_000);

        await client.WritePointsAsync(points.Select(point => OutsideClient.PointOf(Table, point)));

        Assert.That(Ordered(await judge.ReadAsync("energy", Table)), Is.EqualTo(Ordered(points)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_the_client_writes_SQL_reads_back(bool useV2Api)
    {
        await using var server = await LocalInfluxServer.StartAsync();
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api);
        List<StoredPoint> points = Points(200);

        await client.WritePointsAsync(points.Select(point => OutsideClient.PointOf(Table, point)));

        InfluxAnswer answer = await server.SqlAsync($"SELECT region, value, note, time FROM \"{Table}\" ORDER BY time");
        Assert.That(answer.Json.EnumerateArray().Select(Row), Is.EqualTo(points.Select(point => (
            point.Tags.Single(tag => tag.Key == "region").Value,
            point.Fields.Single(field => field.Key == "value").Value.Float,
            point.Fields.Single(field => field.Key == "note").Value.Text,
            point.TimeNanoseconds))));

        static (string?, double, string?, long) Row(JsonElement row) => (
            row.GetProperty("region").GetString(), row.GetProperty("value").GetDouble(), row.GetProperty("note").GetString(),
            DateTimeOffset.Parse(row.GetProperty("time").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds() * 1_000_000_000);
    }

    [TestCase(false, "3.10.0")]
    [TestCase(true, "3.10.0")]
    public async Task The_client_learns_the_version(bool useV2Api, string version)
    {
        await using var server = await LocalInfluxServer.StartAsync();
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api);

        Assert.That(await client.GetServerVersion(), Is.EqualTo(version));
    }

    [Test]
    public async Task A_partial_answer_of_engine_3_names_the_refused_lines_to_the_client()
    {
        await using var server = await LocalInfluxServer.StartAsync();
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api: false);

        var refused = Assert.ThrowsAsync<InfluxDBPartialWriteException>(() => client.WriteRecordsAsync(["m v=1 1", "m v=\"text\" 2", "m v=3 3", "m v= 4"]));

        Assert.That(refused!.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(refused.LineErrors.Select(line => line.LineNumber), Is.EqualTo(new int?[] { 2, 4 }));

        // A line that parses is quoted as the server writes it, without the quotes of a text.
        Assert.That(refused.LineErrors.Select(line => line.OriginalLine), Is.EqualTo(new[] { "m v=text 2", "m v= 4" }));
        Assert.That(refused.LineErrors.Select(line => line.ErrorMessage), Has.All.Not.Empty);
        Assert.That(server.Bucket("energy").Table("m").Points.Select(point => point.TimeNanoseconds / 1_000_000_000), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public async Task Without_partial_writes_engine_3_names_the_first_line_and_stores_none()
    {
        await using var server = await LocalInfluxServer.StartAsync();
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api: false, acceptPartial: false);

        var refused = Assert.ThrowsAsync<InfluxDBPartialWriteException>(() => client.WriteRecordsAsync(["m v=1 1", "m v= 2", "m v= 3"]));

        Assert.That(refused!.LineErrors.Select(line => line.LineNumber), Is.EqualTo(new int?[] { 2 }));
        Assert.That(server.Bucket("energy").Tables.Sum(table => table.Count), Is.Zero);
    }

    [TestCase(InfluxEngine.Version3)]
    [TestCase(InfluxEngine.Version2)]
    public async Task The_endpoint_of_engine_2_stores_nothing_and_names_no_lines(InfluxEngine engine)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine });
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api: true);

        var refused = Assert.ThrowsAsync<InfluxDBApiException>(() => client.WriteRecordsAsync(["m v=1 1", "m v= 2"]));

        Assert.That(refused!.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(refused.Message, Is.Not.Empty);
        Assert.That(server.Bucket("energy").Tables.Sum(table => table.Count), Is.Zero);
    }

    [TestCase(InfluxEngine.Version3, false)]
    [TestCase(InfluxEngine.Version3, true)]
    [TestCase(InfluxEngine.Version2, true)]
    public async Task A_wrong_token_is_refused(InfluxEngine engine, bool useV2Api)
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine });
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api, token: "wrong");

        var refused = Assert.ThrowsAsync<InfluxDBApiException>(() => client.WriteRecordAsync("m v=1 1"));

        Assert.That(refused!.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    // InfluxDB reference, section 8: therefore the loader is not compared with the client on such texts.
    [TestCase("a\tb", "a\\tb", TestName = "A tab becomes a backslash and a t")]
    [TestCase("a\rb", "a\\rb", TestName = "A carriage return becomes a backslash and an r")]
    [TestCase("a\nb", "a\\nb", TestName = "A newline becomes a backslash and an n")]
    [TestCase("a\\\\b", "a\\b", TestName = "Of two backslashes one is lost on engine 3")]
    public async Task The_client_changes_some_texts_without_a_word(string text, string stored)
    {
        await using var server = await LocalInfluxServer.StartAsync();
        using InfluxDBClient client = OutsideClient.Create(server.Endpoint, useV2Api: false);

        await client.WritePointAsync(OutsideClient.PointOf("m", StoredPoint.Create([new("t", text)], 0, [new("v", InfluxValue.Of(1.0))])));

        Assert.That(server.Bucket("energy").Table("m").Points.Single().Tag("t"), Is.EqualTo(stored));
    }

    /// <summary>Points with every type of field, floats of any bits, and texts with what line protocol escapes.</summary>
    private static List<StoredPoint> Points(int count)
    {
        var random = new Random(20261127);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            return StoredPoint.Create(
                [new("region", Text()), new("energy_source", Text()), new("quality_flag", Text())],
                (1_700_000_000 + i) * 1_000_000_000L,
                [
                    new("value", InfluxValue.Of(double.IsFinite(value) ? value : i)),
                    new("version", InfluxValue.Of(random.NextInt64(long.MinValue, long.MaxValue))),
                    new("flag", InfluxValue.Of(i % 2 == 0)),
                    new("note", InfluxValue.Of($"{Text()} \"\\ {Text()}")),
                ]);
        })];

        string Text() => Texts[random.Next(Texts.Length)];
    }

    private static IEnumerable<string> Ordered(IEnumerable<StoredPoint> points) => points.Select(point => point.ToString()).Order(StringComparer.Ordinal);
}
