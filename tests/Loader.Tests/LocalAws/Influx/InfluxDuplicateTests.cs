using System.Globalization;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>Points that are written more than once to engine 3.</summary>
[TestFixture]
internal sealed class InfluxDuplicateTests
{
    private static readonly string[] Firsts = [.. Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"m,t=a v=1 {i}"))];
    private static readonly string[] Seconds = [.. Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"m,t=a v=2 {i}"))];

    [Test]
    public async Task With_two_contents_some_points_keep_the_earlier_some_take_the_later_and_some_change_between_reads()
    {
        await using var server = await LocalInfluxServer.StartAsync(new() { Seed = 5 });
        await server.WriteAsync(string.Join('\n', Firsts));
        await server.WriteAsync(string.Join('\n', Seconds));

        List<double[]> reads = [.. Enumerable.Range(0, 20).Select(_ => Values(server))];
        int Same(double value) => Enumerable.Range(0, 60).Count(point => reads.TrueForAll(read => read[point] == value));

        Assert.Multiple(() =>
        {
            Assert.That(Same(1), Is.GreaterThan(5), "the earlier stays");
            Assert.That(Same(2), Is.GreaterThan(5), "the later stays");
            Assert.That(60 - Same(1) - Same(2), Is.GreaterThan(5), "it changes");
            Assert.That(server.Bucket("energy").Table("m").ContradictoryPoints, Is.EqualTo(60));
            Assert.That(server.Bucket("energy").Count, Is.EqualTo(60));
        });
    }

    [Test]
    public async Task The_seed_decides()
    {
        async Task<double[]> ReadAsync(int seed)
        {
            await using var server = await LocalInfluxServer.StartAsync(new() { Seed = seed });
            await server.WriteAsync(string.Join('\n', Firsts));
            await server.WriteAsync(string.Join('\n', Seconds));
            return Values(server);
        }

        double[] one = await ReadAsync(1);

        Assert.That(await ReadAsync(1), Is.EqualTo(one));
        Assert.That(await ReadAsync(2), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task The_same_content_again_is_harmless()
    {
        await using var server = await LocalInfluxServer.StartAsync();
        await server.WriteAsync("m,t=a,u=b v=1,w=\"x\" 1");
        await server.WriteAsync("m,u=b,t=a w=\"x\",v=1.0 1");

        Assert.That(server.Bucket("energy").Table("m").ContradictoryPoints, Is.Zero);
        Assert.That(server.Bucket("energy").Count, Is.EqualTo(1));
    }

    [Test]
    public async Task The_newest_version_of_each_series_and_time_does_not_depend_on_order_or_seed()
    {
        string[] lines =
        [
            "g,region=SE,version=0000000000000000009-0a0a0a0a v=9 1",
            "g,region=SE,version=0000000000000000010-0a0a0a0a v=10 1",
            "g,region=SE,version=0000000000000000010-0b0b0b0b v=11 1",
            "g,region=SE,version=0000000000000000002-0a0a0a0a v=2 2",
            "g,region=NO,version=0000000000000000001-0a0a0a0a v=1 1",
        ];
        foreach (int seed in Enumerable.Range(0, 10))
        {
            await using var server = await LocalInfluxServer.StartAsync(new() { Seed = seed });
            foreach (string line in lines.OrderBy(_ => new Random(seed).Next()).Concat(lines.Reverse()))
            {
                await server.WriteAsync(line);
            }

            Assert.That(server.Bucket("energy").Table("g").Newest().Select(point => point.Field("v")!.Value.Float), Is.EqualTo(new[] { 1.0, 11.0, 2.0 }));
        }
    }

    private static double[] Values(LocalInfluxServer server) =>
        [.. server.Bucket("energy").Table("m").Points.OrderBy(point => point.TimeNanoseconds).Select(point => point.Field("v")!.Value.Float)];
}
