using System.Globalization;
using System.Text.Json;
using Loader.Tests.LocalAws.Influx;

namespace Loader.Tests.InfluxDb.Queries;

/// <summary>The InfluxQL queries on influxd 1.6.7, compared with the points that were written.</summary>
[TestFixture]
internal sealed class InfluxQlQueryTests
{
    private const string Database = "energy";

    private static readonly string[] AllRegions = ["N", "S E", "O'Brien", "a/b (1)"];
    private static readonly string[] AllSources = ["wind", "hydro,run", "x=y.*"];

    private static readonly Choice Everything =
        new("generation", "energy_source", AllRegions, AllSources, VersionedPoints.Start, VersionedPoints.Start.AddHours(VersionedPoints.Hours - 1));

    private readonly VersionedPoints _points = VersionedPoints.Generate(seed: 15);
    private Influxd? _influxd;

    private static IEnumerable<Choice> Choices =>
    [
        Everything,
        Everything with { Table = "consumption", SourceColumn = "consumer_type" },
        Everything with { Table = "transmission", SourceColumn = "line_id" },
        Everything with { Regions = ["S E"], Sources = ["x=y.*"] },
        Everything with { Regions = ["O'Brien", "a/b (1)"], From = VersionedPoints.Start.AddMinutes(90), To = VersionedPoints.Start.AddHours(20) },
        Everything with { Step = "15m", From = VersionedPoints.Start.AddHours(7) },
        Everything with { Step = "1m", BucketHours = 24 },
        Everything with { Regions = ["N"], BucketHours = 24 },
    ];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _influxd = await Influxd.StartAsync();
        await _influxd.CreateDatabaseAsync(Database);
        foreach ((string table, string column) in new[] { ("generation", "energy_source"), ("consumption", "consumer_type"), ("transmission", "line_id") })
        {
            await WriteAsync(_points.Lines(table, column));
        }

        await WriteAsync(_points.PlainLines("plain", "energy_source"));
        await WriteAsync(_points.OverwriteLines("overwrite", "energy_source"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_influxd is not null)
        {
            await _influxd.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Choices))]
    public async Task The_newest_version_of_each_point_is_read(Choice choice)
    {
        List<string> rows = await ReadAsync("newest", choice, (tags, row) => Row(tags, choice, row["time"].GetInt64(), row["version"].GetString(), row["value"].GetDouble()));

        Assert.That(rows, Is.Not.Empty.And.EquivalentTo(_points.Where(choice).Newest.Select(point => Row(point, point.Version, point.Value))));
    }

    [TestCaseSource(nameof(Choices))]
    public async Task The_sum_is_over_the_newest_versions(Choice choice)
    {
        List<string> rows = await ReadAsync("sum", choice, (tags, row) => Sum(tags, choice, row));

        Assert.That(rows, Is.Not.Empty.And.EquivalentTo(Sums(_points.Where(choice).NewestOfAllFlags, choice)));
    }

    [Test]
    public async Task A_sum_over_all_versions_is_another_number()
    {
        List<string> rows = await ReadAsync("plain-sum", Everything, (tags, row) => Sum(tags, Everything, row));

        Assert.That(rows, Is.EquivalentTo(Sums(_points.All, Everything)));
        Assert.That(rows, Is.Not.EquivalentTo(Sums(_points.NewestOfAllFlags, Everything)));
    }

    [TestCaseSource(nameof(Choices))]
    public async Task Points_with_newer_versions_are_counted(Choice choice)
    {
        List<string> rows = await ReadAsync("superseded", choice, (tags, row) => Row(tags, choice, row["time"].GetInt64(), null, row["superseded"].GetDouble()));

        IEnumerable<string> expected = _points.Where(choice).Superseded.GroupBy(point => point.Identity).Select(older => Row(older.First(), null, older.Count()));
        Assert.That(rows, Is.Not.Empty.And.EquivalentTo(expected));
    }

    [Test]
    public async Task The_versions_of_a_series_are_counted()
    {
        List<string> rows = await ReadAsync("versions", Everything, (tags, row) => string.Join('|', Identity(tags, Everything).Append(Number(row["versions"].GetDouble()))));

        IEnumerable<string> expected = _points.All.GroupBy(point => (point.Region, point.Source, point.MeasurementType, point.QualityFlag))
            .Select(series => string.Join('|', series.Key.Region, series.Key.Source, series.Key.MeasurementType, series.Key.QualityFlag, Number(series.Select(point => point.Version).Distinct().Count())));
        Assert.That(rows, Is.Not.Empty.And.EquivalentTo(expected));
    }

    [Test]
    public async Task The_points_of_each_load_are_counted()
    {
        List<string> rows = await ReadAsync("growth", Everything, (tags, row) => $"{tags["version"]}|{Number(row["points"].GetDouble())}");

        Assert.That(rows, Is.EquivalentTo(_points.All.GroupBy(point => point.Version).Select(load => $"{load.Key}|{Number(load.Count())}")));
    }

    [TestCase("plain")]
    [TestCase("overwrite")]
    public async Task The_other_layouts_need_no_choice_of_version(string layout)
    {
        Choice choice = Everything with { Table = layout };

        List<string> points = await ReadAsync("plain-points", choice, (tags, row) => Row(tags, choice, row["time"].GetInt64(), null, row["value"].GetDouble()));
        List<string> sums = await ReadAsync("plain-sum", choice, (tags, row) => Sum(tags, choice, row));

        Assert.That(points, Is.Not.Empty.And.EquivalentTo(_points.Newest.Select(point => Row(point, null, point.Value))));
        Assert.That(sums, Is.EquivalentTo(Sums(_points.Newest, Everything)));
    }

    private static IEnumerable<string> Sums(IEnumerable<VersionedPoint> points, Choice choice) => points.GroupBy(point => (point.Region, point.Source, point.MeasurementType, Nanoseconds: point.Bucket(choice.BucketHours)))
        .Select(sum => $"{sum.Key.Region}|{sum.Key.Source}|{sum.Key.MeasurementType}|{Number(sum.Key.Nanoseconds)}|{Number(sum.Sum(point => point.Value))}");

    private static string Sum(IReadOnlyDictionary<string, string> tags, Choice choice, IReadOnlyDictionary<string, JsonElement> row) =>
        $"{tags["region"]}|{tags[choice.SourceColumn]}|{tags["measurement_type"]}|{Number(row["time"].GetInt64())}|{Number(row["value"].GetDouble())}";

    private static string Row(VersionedPoint point, string? version, double value) =>
        string.Join('|', point.Region, point.Source, point.MeasurementType, point.QualityFlag, Number(point.Nanoseconds), version, Number(value));

    private static string Row(IReadOnlyDictionary<string, string> tags, Choice choice, long time, string? version, double value) =>
        string.Join('|', [.. Identity(tags, choice), Number(time), version, Number(value)]);

    private static IEnumerable<string> Identity(IReadOnlyDictionary<string, string> tags, Choice choice) =>
        [tags["region"], tags[choice.SourceColumn], tags["measurement_type"], tags["quality_flag"]];

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private async Task<List<string>> ReadAsync(
        string name,
        Choice choice,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, JsonElement>, string> format)
    {
        using var json = JsonDocument.Parse(await _influxd!.QueryAsync(Database, QueryFile.Get("influxql", name).Fill(choice)));
        var rows = new List<string>();
        foreach (JsonElement series in json.RootElement.GetProperty("results")[0].GetProperty("series").EnumerateArray())
        {
            Dictionary<string, string> tags = series.GetProperty("tags").EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!, StringComparer.Ordinal);
            string[] columns = [.. series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            rows.AddRange(series.GetProperty("values").EnumerateArray().Select(row =>
                format(tags, columns.Index().ToDictionary(column => column.Item, column => row[column.Index], StringComparer.Ordinal))));
        }

        return rows;
    }

    private async Task WriteAsync(string lines) => Assert.That(await _influxd!.WriteAsync(Database, lines), Is.EqualTo((204, (string?)null)));
}
