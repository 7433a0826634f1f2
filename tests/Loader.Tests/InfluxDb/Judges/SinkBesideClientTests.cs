using InfluxDB3.Client;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.Tests.Support;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>The same rows, written by the loader and by the official C# client, read the same.</summary>
[TestFixture]
internal sealed class SinkBesideClientTests
{
    private const int Count = 3_000;

    /// <summary>Texts that the client writes unchanged.</summary>
    private static readonly string[] Texts = ["SE", "wind, onshore", "a=b", "\"quoted\"", "hydro power", "água", "水力🌊", "a\\b", "#1", "it's", "\u0001"];

    private static readonly string[] Units = ["MW", "M\"W\"", "a\\b", "kWh/h", "€/MWh, net"];

    [TestCase(InfluxEngine.Version3, false, false)]
    [TestCase(InfluxEngine.Version3, false, true)]
    [TestCase(InfluxEngine.Version3, true, true)]
    [TestCase(InfluxEngine.Version2, true, false)]
    [TestCase(InfluxEngine.Version2, true, true)]
    public async Task On_the_fake(InfluxEngine engine, bool useV2Api, bool gzip)
    {
        await using var ours = await LocalInfluxServer.StartAsync(new() { Engine = engine });
        await using var theirs = await LocalInfluxServer.StartAsync(new() { Engine = engine });
        List<(long Time, double Value, SeriesKey Key)> rows = Rows();

        await WriteAsync(ours.Environment(), gzip, rows);
        using InfluxDBClient client = OutsideClient.Create(theirs.Endpoint, useV2Api);
        await client.WritePointsAsync(rows.Select(row => OutsideClient.PointOf("generation", PointOf(row, hasUnit: engine == InfluxEngine.Version3))));

        Compare(Read(ours), Read(theirs));
        Assert.That(ours.Requests.Failures, Is.Empty);

        static List<string> Read(LocalInfluxServer server) => Ordered(server.Bucket("energy").Table("generation").Points.Select(StoredPoint.From));
    }

    [Test]
    public async Task On_influxd([Values] bool gzip)
    {
        await using InfluxdAsEngine2 judge = await InfluxdAsEngine2.StartAsync();
        await judge.CreateBucketAsync("ours");
        await judge.CreateBucketAsync("energy");
        List<(long Time, double Value, SeriesKey Key)> rows = Rows();

        await WriteAsync(judge.Environment("ours"), gzip, rows);
        using InfluxDBClient client = OutsideClient.Create(judge.Endpoint, useV2Api: true);
        await client.WritePointsAsync(rows.Select(row => OutsideClient.PointOf("generation", PointOf(row, hasUnit: false))));

        Compare(Ordered(await judge.ReadAsync("ours", "generation")), Ordered(await judge.ReadAsync("energy", "generation")));
        Assert.That(judge.Requests.Failures, Is.Empty);
    }

    private static async Task WriteAsync(IReadOnlyDictionary<string, string> environment, bool gzip, List<(long, double, SeriesKey)> rows)
    {
        using InfluxDbSink sink = SinkOf.Create(environment, options =>
        {
            options.Layout = InfluxDbLayout.Plain;
            options.Gzip = gzip;
            options.BatchLines = 700;
        });
        WriteOutcome outcome = await sink.WriteAsync(Some.Batch(rows));
        Assert.That((outcome.Written, outcome.Failure), Is.EqualTo((Count, (object?)null)));
    }

    /// <summary>Rows with floats of any bits, some without a flag. One unit a series, as the loader asks.</summary>
    private static List<(long Time, double Value, SeriesKey Key)> Rows()
    {
        var random = new Random(20261127);
        var units = new Dictionary<SeriesKey, string>();
        return [.. Enumerable.Range(0, Count).Select(row =>
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            var series = new SeriesKey(Text(), Text(), Text(), random.Next(4) == 0 ? null : Text(), null);
            units.TryAdd(series, Units[random.Next(Units.Length)]);
            return (Some.Time + (row * 1_000L), double.IsFinite(value) ? value : row, series with { Unit = units[series] });
        })];

        string Text() => Texts[random.Next(Texts.Length)];
    }

    private static StoredPoint PointOf((long Time, double Value, SeriesKey Key) row, bool hasUnit)
    {
        var (time, value, key) = row;
        InfluxTag[] tags = [new("region", key.Region!), new("energy_source", key.Subject!), new("measurement_type", key.MeasurementType!)];
        InfluxField[] fields = [new("value", InfluxValue.Of(value))];
        return StoredPoint.Create(
            key.QualityFlag is { } flag ? [.. tags, new("quality_flag", flag)] : tags,
            time * 1_000_000,
            hasUnit ? [.. fields, new("unit", InfluxValue.Of(key.Unit!))] : fields);
    }

    private static void Compare(List<string> ours, List<string> theirs) => Assert.Multiple(() =>
    {
        Assert.That(ours.Except(theirs).Take(10), Is.Empty, "only the loader's");
        Assert.That(theirs.Except(ours).Take(10), Is.Empty, "only the client's");
        Assert.That((ours.Count, theirs.Count), Is.EqualTo((Count, Count)));
    });

    private static List<string> Ordered(IEnumerable<StoredPoint> points) => [.. points.Select(point => point.ToString()).Order(StringComparer.Ordinal)];
}
