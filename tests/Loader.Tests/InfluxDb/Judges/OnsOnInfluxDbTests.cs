using DuckDB.NET.Data;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.DependencyInjection;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Cli;
using Loader.Tests.Mapping;
using Loader.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>
/// Years of the load of Brazil, prepared and as ONS publishes them, into influxd and into the fakes: every point is a row of the DuckDB file of the same load, so
/// that counts and sums are equal too.
/// </summary>
[TestFixture]
internal sealed class OnsOnInfluxDbTests
{
    private const string Prepared = "prepared";
    private const string Raw2017 = "ons/CURVA_CARGA_2017.parquet";
    private const string Raw2022 = "ons/CURVA_CARGA_2022.parquet";

    [TestCase(Prepared, 70_077)]
    [TestCase(Raw2017, 35_036)]
    [TestCase(Raw2022, 35_040)]
    public async Task On_influxd(string name, int count)
    {
        string source = SourceOf(name);
        await using InfluxdAsEngine2 judge = await InfluxdAsEngine2.StartAsync();
        await judge.CreateBucketAsync("energy");

        Ledger ledger = await LoadAsync(judge.Environment("energy"), source, name);

        List<string> stored = Rows(await judge.ReadAsync("energy", "consumption"));
        Assert.That(ledger.Written, Is.EqualTo(count));
        Assert.That(stored, Is.EqualTo(await DuckDbAsync(source, name)).And.Count.EqualTo(count));
        Assert.That(judge.Requests.Failures, Is.Empty);
    }

    [Test]
    public async Task On_the_fake(
        [Values(InfluxEngine.Version2, InfluxEngine.Version3)] InfluxEngine engine, [Values(Prepared, Raw2017, Raw2022)] string name)
    {
        string source = SourceOf(name);
        await using var server = await LocalInfluxServer.StartAsync(new() { Engine = engine, KeepRequests = false });

        Ledger ledger = await LoadAsync(server.Environment(), source, name);

        List<string> stored = Rows(server.Bucket("energy").Table("consumption").Points.Select(StoredPoint.From));
        Assert.That(stored, Is.EqualTo(await DuckDbAsync(source, name)).And.Count.EqualTo(ledger.Written));
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    private static string SourceOf(string name) => name == Prepared ? OnsFolder.PathOrIgnore() : RawFolder.PathOrIgnore(name);

    /// <summary>Returns the mapping that a source needs, or null.</summary>
    private static string? MappingOf(string name) => name == Prepared ? null : Path.Combine(Repository.Root, "samples", "mappings", "ons.json");

    /// <summary>Loads all files side by side, with the settings of the environment as a service takes them.</summary>
    private static async Task<Ledger> LoadAsync(IReadOnlyDictionary<string, string> environment, string source, string name)
    {
        var settings = environment.ToDictionary(pair => pair.Key, string? (pair) => pair.Value);
        settings["SINK"] = "influxdb";
        settings["MAPPING_LOCATION"] = MappingOf(name);
        var services = new ServiceCollection();
        services.AddSingleton<IMetricsPublisher, NoMetrics>();
        services.AddLoader(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        await using ServiceProvider provider = services.BuildServiceProvider();
        IEnumerable<string> files = File.Exists(source) ? [source] : Directory.EnumerateFiles(source, "*.parquet", SearchOption.AllDirectories);
        Ledger sum = default;
        await foreach (LoadResult result in provider.GetRequiredService<LoadParquetFiles>()
            .LoadAsync(files.Select(path => new LoadRequest(SourceFile.OnDisk(path))).ToAsyncEnumerable(), CancellationToken.None))
        {
            Assert.That(result.Failure, Is.Null);
            sum += result.Report!.Ledger;
        }

        return sum;
    }

    private static async Task<List<string>> DuckDbAsync(string source, string name)
    {
        using var cli = new CliRun();
        string database = cli.PathOf("energy.duckdb");
        int exit = await cli.RunAsync(["load", source, "--duckdb", database, .. MappingOf(name) is { } mapping ? ["--mapping", mapping] : Array.Empty<string>()]);
        Assert.That(exit, Is.Zero, cli.Error);
        using var connection = new DuckDBConnection($"DataSource={database};ACCESS_MODE=READ_ONLY");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT epoch_ns(\"time\"), region, consumer_type, measurement_type, quality_flag, \"value\" FROM consumption";
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Row(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetDouble(5)));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static List<string> Rows(IEnumerable<StoredPoint> points)
    {
        List<string> rows = [.. points.Select(point => Row(
            point.TimeNanoseconds,
            Tag(point, "region"),
            Tag(point, "consumer_type"),
            Tag(point, "measurement_type"),
            Tag(point, "quality_flag"),
            point.Fields.Single(field => field.Key == "value").Value.Float))];
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string? Tag(StoredPoint point, string key) => point.Tags.Where(tag => tag.Key == key).Select(tag => tag.Value).SingleOrDefault();

    private static string Row(long time, string? region, string? consumerType, string? measurementType, string? qualityFlag, double value) =>
        FormattableString.Invariant($"{time}|{region}|{consumerType}|{measurementType}|{qualityFlag}|{value:R}");
}
