using System.Globalization;
using DuckDB.NET.Data;

namespace Loader.Tests.InfluxDb.Queries;

/// <summary>
/// The SQL queries on DuckDB, compared with the points that were written. InfluxDB 3 has another SQL engine (DataFusion); the functions
/// <c>date_bin</c> and <c>to_timestamp_millis</c>, which DuckDB calls otherwise, are defined as macros.
/// </summary>
[TestFixture]
internal sealed class SqlQueryTests
{
    private static readonly Choice Everything = new(
        "generation",
        "energy_source",
        ["N", "S E", "O'Brien", "a/b (1)"],
        ["wind", "hydro,run", "x=y.*"],
        VersionedPoints.Start,
        VersionedPoints.Start.AddHours(VersionedPoints.Hours - 1));

    private readonly VersionedPoints _points = VersionedPoints.Generate(seed: 16);
    private DuckDBConnection _duckDb = null!;

    private static IEnumerable<Choice> Choices =>
    [
        Everything,
        Everything with { Table = "consumption", SourceColumn = "consumer_type" },
        Everything with { Table = "transmission", SourceColumn = "line_id" },
        Everything with { BucketHours = 24 },
        Everything with { Regions = ["O'Brien"], Sources = ["x=y.*", "wind"], From = VersionedPoints.Start.AddMinutes(90), To = VersionedPoints.Start.AddHours(20) },
    ];

    [OneTimeSetUp]
    public void Fill()
    {
        _duckDb = new DuckDBConnection("DataSource=:memory:");
        _duckDb.Open();
        Execute("CREATE MACRO date_bin(step, t, origin) AS time_bucket(step, t, origin)");
        Execute("CREATE MACRO to_timestamp_millis(ms) AS make_timestamp(ms * 1000)");
        foreach (Choice choice in Choices.DistinctBy(choice => choice.Table))
        {
            CreateTable(choice.Table, choice.SourceColumn, hasVersion: true, _points.All);
        }

        CreateTable("plain", "energy_source", hasVersion: false, _points.Newest);
    }

    [OneTimeTearDown]
    public void Close() => _duckDb.Dispose();

    [TestCaseSource(nameof(Choices))]
    public void The_newest_version_of_each_point_is_read(Choice choice) =>
        Assert.That(Read("newest", choice), Is.Not.Empty.And.EquivalentTo(_points.Where(choice).Newest.Select(point => Row(point, point.Version, point.Value))));

    [TestCaseSource(nameof(Choices))]
    public void The_sum_is_over_the_newest_versions(Choice choice) =>
        Assert.That(Read("sum", choice), Is.Not.Empty.And.EquivalentTo(Sums(_points.Where(choice).NewestOfAllFlags, choice)));

    [Test]
    public void A_sum_over_all_versions_is_another_number() =>
        Assert.That(Read("plain-sum", Everything), Is.Not.EquivalentTo(Sums(_points.NewestOfAllFlags, Everything)).And.EquivalentTo(Sums(_points.All, Everything)));

    [TestCaseSource(nameof(Choices))]
    public void Superseded_points_stand_beside_the_newest(Choice choice)
    {
        Dictionary<(string Region, string Source, string MeasurementType, string? QualityFlag, DateTime Time), VersionedPoint> newest = _points.Newest.ToDictionary(point => point.Identity);
        IEnumerable<string> expected = _points.Where(choice).Superseded
            .Select(point => $"{Row(point, point.Version, point.Value)}|{newest[point.Identity].Version}|{Text(newest[point.Identity].Value)}");

        Assert.That(Read("superseded", choice), Is.Not.Empty.And.EquivalentTo(expected));
    }

    [Test]
    public void The_versions_of_a_series_are_counted()
    {
        IEnumerable<string> expected = _points.All.GroupBy(point => (point.Region, point.Source, point.MeasurementType, point.QualityFlag)).Select(series => string.Join(
            '|',
            series.Key.Region,
            series.Key.Source,
            series.Key.MeasurementType,
            Text(series.Key.QualityFlag),
            Text(series.Select(point => point.Version).Distinct().Count()),
            Text(series.Count()),
            series.Min(point => point.Version),
            series.Max(point => point.Version)));

        Assert.That(Read("versions", Everything), Is.Not.Empty.And.EquivalentTo(expected));
    }

    [Test]
    public void The_points_of_each_load_are_counted_with_the_time_of_its_object()
    {
        HashSet<VersionedPoint> newest = [.. _points.Newest];
        IEnumerable<string> expected = _points.All.GroupBy(point => (Time: DateTime.UnixEpoch.AddMilliseconds(long.Parse(point.Version[..19], CultureInfo.InvariantCulture) >> 21), Hash: point.Version[20..]))
            .OrderBy(load => load.Key.Time).ThenBy(load => load.Key.Hash, StringComparer.Ordinal)
            .Select(load => string.Join(
                '|',
                Text(load.Key.Time),
                load.Key.Hash,
                Text(load.Select(point => point.Version).Distinct().Count()),
                Text(load.Count()),
                Text(load.Count(newest.Contains)),
                Text(load.Min(point => point.Time)),
                Text(load.Max(point => point.Time))));

        Assert.That(Read("growth", Everything), Is.Not.Empty.And.EqualTo(expected));
    }

    [Test]
    public void The_layout_plain_needs_no_choice_of_version()
    {
        Choice choice = Everything with { Table = "plain" };

        Assert.That(Read("plain-points", choice), Is.Not.Empty.And.EquivalentTo(_points.Newest.Select(point => Row(point, null, point.Value))));
        Assert.That(Read("plain-sum", choice), Is.EquivalentTo(Sums(_points.Newest, Everything)));
    }

    private static IEnumerable<string> Sums(IEnumerable<VersionedPoint> points, Choice choice) => points.GroupBy(point => (Time: DateTime.UnixEpoch.AddTicks(point.Bucket(choice.BucketHours) / 100), point.Region, point.Source, point.MeasurementType))
        .Select(sum => $"{Text(sum.Key.Time)}|{sum.Key.Region}|{sum.Key.Source}|{sum.Key.MeasurementType}|{Text(sum.Sum(point => point.Value))}");

    private static string Row(VersionedPoint point, string? version, double value) => string.Join(
        '|',
        [Text(point.Time), point.Region, point.Source, point.MeasurementType, Text(point.QualityFlag), .. version is null ? [] : new[] { version }, Text(value)]);

    private static string Text(object? value) => value switch
    {
        null or DBNull => "null",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private List<string> Read(string name, Choice choice)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = QueryFile.Get("sql", name).Fill(choice);
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => Text(reader.GetValue(column)))));
        }

        return rows;
    }

    private void CreateTable(string table, string sourceColumn, bool hasVersion, IEnumerable<VersionedPoint> points)
    {
        string version = hasVersion ? "\"version\" VARCHAR, " : string.Empty;
        Execute($"CREATE TABLE \"{table}\" (\"region\" VARCHAR, \"{sourceColumn}\" VARCHAR, \"measurement_type\" VARCHAR, \"quality_flag\" VARCHAR, {version}\"value\" DOUBLE, \"unit\" VARCHAR, \"time\" TIMESTAMP)");
        using DuckDBAppender appender = _duckDb.CreateAppender(table);
        foreach (VersionedPoint point in points)
        {
            IDuckDBAppenderRow row = appender.CreateRow().AppendValue(point.Region).AppendValue(point.Source).AppendValue(point.MeasurementType).AppendValue(point.QualityFlag);
            row = hasVersion ? row.AppendValue(point.Version) : row;
            row.AppendValue(point.Value).AppendValue("MW").AppendValue(point.Time).EndRow();
        }
    }

    private void Execute(string statement)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
