using Loader.Application.Quality;
using Loader.Domain;
using Loader.Tests.Cli;
using Loader.Tests.Mapping;
using Loader.Tests.Support;
using Row = (long Time, double Value, Loader.Domain.SeriesKey Key);

namespace Loader.Tests.Quality;

/// <summary>The series of a run are judged together, in bounded memory.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class QualityJudgeTests
{
    [Test]
    public void The_order_of_files_does_not_matter([Range(1, 20)] int seed)
    {
        List<Row> rows = Noisy(seed);
        Row[][] files = [.. rows.Chunk(600)];
        string expected = Describe(Conclude(files));
        new Random(seed).Shuffle(files);

        Assert.That(Describe(Conclude(files)), Is.EqualTo(expected));
    }

    [Test]
    public void A_gap_between_two_files_is_found()
    {
        List<Row> rows = Judged.Hourly(240, Judged.Curve);

        Assert.That(Judged.Sums(Conclude([[.. rows[..100]], [.. rows[106..]]])), Does.Contain("gap warning 6"));
    }

    [Test]
    public void Files_side_by_side_give_what_they_give_one_after_another()
    {
        Row[][] files = [.. Noisy(7).Chunk(600)];
        var judge = new QualityJudge(Judged.Clock);
        Parallel.ForEach(files, file => Judged.AddFile(judge, file));

        Assert.That(Describe(judge.Conclude()), Is.EqualTo(Describe(Conclude(files))));
    }

    [Test]
    public void A_file_that_was_not_read_to_its_end_is_counted_and_not_judged()
    {
        var judge = new QualityJudge(Judged.Clock);
        using (FileJudge file = judge.Begin(SourceFile.OnDisk("/a.parquet"), TimeZoneInfo.Utc, rules: null, default))
        using (MeasurementBatch batch = Some.GoodBatch())
        {
            file.Add(batch);
        }

        QualityReport report = judge.Conclude();

        Assert.That((report.FilesNotJudged, report.SeriesCount), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void Lists_are_limited_and_counts_are_exact()
    {
        List<Row> rows = [.. Judged.Hourly(1_000, Judged.Curve).Where((_, i) => i % 25 != 7)];
        QualityReport report = Judged.Report(rows);

        Assert.That(
            (report.Findings.Count(finding => finding.Check == QualityCheck.Gap), report.Checks.Single(c => c.Check == QualityCheck.Gap).Count),
            Is.EqualTo((20, 40L)));
    }

    [Test]
    public void A_day_without_a_row_is_a_gap_of_daily_data()
    {
        List<(long Time, double Value, SeriesKey Key)> rows = Judged.Hourly(60, day => 100 + (day % 7), minutes: 1_440);
        rows.RemoveRange(30, 3);

        QualityReport report = Judged.Report(rows);

        Assert.That(
            report.Checks.Where(check => check.Check == QualityCheck.Gap).Select(check => check.Count), Is.EqualTo(new[] { 3L }));
    }

    [Test]
    public void Units_and_zones_that_change_between_files_give_one_finding_in_any_order([Values] bool isReversed)
    {
        var judge = new QualityJudge(Judged.Clock);
        (string Unit, string Zone)[] files = [("MW", "UTC"), ("kW", "America/Sao_Paulo"), ("GW", "UTC"), ("TW", "Europe/Berlin")];
        foreach ((string unit, string zone) in isReversed ? files.Reverse() : files)
        {
            Judged.AddFile(judge, Judged.Hourly(24, Judged.Curve, Some.Key() with { Unit = unit }), zone: zone);
        }

        QualityReport report = judge.Conclude();

        Assert.That(
            report.Checks.Where(check => check.Check == QualityCheck.UnitChange).Select(check => check.Series), Is.EqualTo(new[] { 1 }));
    }

    [TestCase(1_000, QualityDetail.Full)]
    [TestCase(22_000, QualityDetail.Days)]
    [TestCase(40_000, QualityDetail.Totals)]
    public void What_is_kept_depends_on_the_number_of_series(int series, QualityDetail expected)
    {
        QualityReport report = ManySeries(series, rows: 40);

        Assert.That((report.Detail, report.SeriesCount), Is.EqualTo((expected, series)));
    }

    [Test]
    public async Task The_made_faults_are_found_and_nothing_else()
    {
        string path = RawFolder.PathOrIgnore("made_quality_faults.parquet");
        using var cli = new CliRun();
        await cli.RunAsync("validate", path, "--dataset", "consumption", "--json");

        // The negative value is a spike too, and the day with the gap has 18 of 24 points.
        Assert.That(
            cli.Json.GetProperty("quality").GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()),
            Is.EquivalentTo(
            [
                "unit-jump", "conflicting-duplicate", "zero-run", "gap", "low-coverage-day", "negative", "spike",
            ]));
    }

    [TestCase("2017")]
    [TestCase("2022")]
    public async Task Real_series_have_no_spikes(string year)
    {
        string path = RawFolder.PathOrIgnore($"ons/CURVA_CARGA_{year}.parquet");
        using var cli = new CliRun();
        await cli.RunAsync(
            "validate", path, "--mapping", Path.Combine(Repository.Root, "samples", "mappings", "ons.json"), "--json");

        Assert.That(
            cli.Json.GetProperty("quality").GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()),
            Has.None.EqualTo("spike"));
    }

    [TestCase("error", 5)]
    [TestCase("warning", 5)]
    [TestCase(null, 0)]
    public async Task Findings_fail_the_command_only_if_asked(string? failOn, int expected)
    {
        string path = RawFolder.PathOrIgnore("made_quality_faults.parquet");
        using var cli = new CliRun();
        string[] options = failOn is null ? [] : ["--fail-on", failOn];

        Assert.That(await cli.RunAsync(["validate", path, "--dataset", "consumption", .. options]), Is.EqualTo(expected));
    }

    [TestCase(20)]
    [TestCase(100)]
    [TestCase(1_000)]
    public void The_order_of_series_in_a_file_does_not_matter(int rows)
    {
        List<Row> bySeries = [.. Enumerable.Range(0, 5).SelectMany(series => Faulty(series, rows))];
        List<Row> byTime = [.. bySeries.OrderBy(row => row.Time)];

        Assert.That(Findings(Judged.Report(byTime)), Is.EqualTo(Findings(Judged.Report(bySeries))).And.Not.Empty);
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(40)]
    public void The_number_of_rows_in_a_file_does_not_matter_where_only_times_are_judged(int perFile)
    {
        List<Row> rows = [.. Judged.Hourly(400, Judged.Curve).Where((_, i) => i % 50 is not (3 or 4 or 5))];
        rows.AddRange(rows[200..203]);
        string[] expected = [.. Judged.Sums(Conclude([[.. rows]]))];

        Assert.That(Judged.Sums(Conclude(rows.Chunk(perFile))), Is.EqualTo(expected));
    }

    [Test]
    public void A_run_of_many_files_keeps_the_names_of_those_with_findings()
    {
        var judge = new QualityJudge(Judged.Clock);
        List<Row> rows = Judged.Hourly(20_000, i => i == 12_345 ? -5_000 : Judged.Curve(i));
        foreach ((int index, Row row) in rows.Index())
        {
            Judged.AddFile(judge, [row], name: $"/{index}.parquet");
        }

        Assert.That(
            judge.Conclude().Findings.Single(finding => finding.Check == QualityCheck.Negative).File, Does.EndWith("/12345.parquet"));
    }

    [Test]
    public void Names_of_files_without_findings_are_forgotten()
    {
        var names = new FileNames();
        for (int file = 0; file < 1_000_000; file++)
        {
            names.Close(names.Open("file", []));
        }

        Assert.That(names.Count, Is.LessThanOrEqualTo(1_024));
    }

    [Test]
    public void Names_of_files_that_are_still_read_are_kept()
    {
        var names = new FileNames();
        int open = names.Open("open", []);
        for (int file = 0; file < 10_000; file++)
        {
            names.Close(names.Open("file", []));
        }

        Assert.That(names[open], Is.EqualTo("open"));
    }

    /// <summary>Rows of many series wait for those of the next row groups, rows of few are scanned at once.</summary>
    [TestCase(1, 60_000)]
    [TestCase(40, 1_500)]
    [TestCase(400, 300)]
    public void The_length_of_row_groups_does_not_matter(int series, int rows)
    {
        Row[] byTime = [.. Enumerable.Range(0, series).SelectMany(number => Faulty(number, rows)).OrderBy(row => row.Time)];
        string[][] findings = [.. new[] { 7_001, 30_000, 200_000 }.Select(length => Findings(Judge(byTime, length)))];

        Assert.That(findings, Has.All.EqualTo(findings[0]).And.All.Not.Empty);
    }

    [TestCase(1, 1_000)]
    [TestCase(1, 40_000)]
    [TestCase(300, 200)]
    public void A_conflict_within_a_row_group_is_found_however_many_rows_lie_between(int series, int rows)
    {
        List<Row> all = [.. Enumerable.Range(0, series).SelectMany(number => Judged.Hourly(rows, Judged.Curve, Some.Key(region: $"R{number}")))];
        all.Add((all[5].Time, all[5].Value + 1, all[5].Key));
        all.Add((all[7].Time, all[7].Value, all[7].Key));

        Assert.That(
            Judged.Sums(Judge(all, all.Count)).Where(sum => sum.Contains("duplicate", StringComparison.Ordinal)),
            Is.EqualTo(["conflicting-duplicate error 1", "duplicate info 1"]));
    }

    [Test]
    public void Values_of_two_row_groups_are_not_compared()
    {
        List<Row> all = Judged.Hourly(1_000, Judged.Curve);
        all.Add((all[5].Time, all[5].Value + 1, all[5].Key));

        Assert.That(Judged.Sums(Judge(all, 1_000)), Is.EqualTo(["duplicate info 1"]));
    }

    [Test]
    public void Times_of_one_second_are_no_conflict()
    {
        List<Row> all = Judged.Hourly(1_000, Judged.Curve);
        all.Insert(501, (all[500].Time + 250, all[500].Value + 1, all[500].Key));

        Assert.That(Judged.Sums(Judge(all, 1_001)), Has.None.StartsWith("conflicting-duplicate"));
    }

    [Test]
    public void A_conflict_of_times_between_seconds_is_found()
    {
        List<Row> all = [.. Judged.Hourly(1_000, Judged.Curve).Select(row => row with { Time = row.Time + 250 })];
        all.Insert(501, (all[500].Time, all[500].Value + 1, all[500].Key));

        Assert.That(Judged.Sums(Judge(all, 1_001)), Has.Some.EqualTo("conflicting-duplicate error 1"));
    }

    /// <summary>The rows that wait have a limit for all files together; where it is reached, series are scanned at once.</summary>
    [Test]
    public void Many_files_whose_rows_wait_at_once_give_what_they_give_one_after_another()
    {
        Row[][] files = [.. Enumerable.Range(0, 24).Select(
            file => Enumerable.Range(0, 100).SelectMany(series => Faulty((file * 100) + series, rows: 300)).ToArray())];
        var judge = new QualityJudge(Judged.Clock);
        var catalog = new SeriesCatalog(DatasetType.Consumption);
        FileJudge[] open = [.. files.Select(_ => judge.Begin(SourceFile.OnDisk("/a.parquet"), TimeZoneInfo.Utc, rules: null, default))];
        for (int rowGroup = 0; rowGroup < 2; rowGroup++)
        {
            foreach ((FileJudge file, Row[] rows) in open.Zip(files))
            {
                using MeasurementBatch batch = Some.Batch([.. rows.Chunk((rows.Length / 2) + 1).ElementAt(rowGroup)], catalog, rowGroup);
                file.Add(batch);
            }
        }

        Array.ForEach(open, file => file.Complete());

        Assert.That(Findings(judge.Conclude()), Is.EqualTo(Findings(Conclude(files))).And.Not.Empty);
    }

    private static QualityReport Judge(IReadOnlyList<Row> rows, int rowsOfRowGroup)
    {
        var judge = new QualityJudge(Judged.Clock);
        Judged.AddFile(judge, rows, rowsOfRowGroup: rowsOfRowGroup);
        return judge.Conclude();
    }

    private static IEnumerable<Row> Faulty(int series, int rows) => Judged
        .Hourly(rows, i => i % 17 == 3 ? -Judged.Curve(i) : i % 90 < 30 ? 7 : Judged.Curve(i), Some.Key(region: $"R{series}"))
        .Where((_, i) => i % 13 != series);

    /// <summary>Describes findings without their examples, whose rows have other numbers in another order.</summary>
    private static string[] Findings(QualityReport report) =>
        [.. report.Findings.Select(finding => $"{finding with { Examples = [] }}")];

    private static List<Row> Noisy(int seed)
    {
        var random = new Random(seed);
        return [.. Judged.Hourly(3_000, i => Judged.Curve(i) * (0.5 + random.NextDouble())).Where(_ => random.Next(20) > 0)];
    }

    private static QualityReport Conclude(IEnumerable<Row[]> files)
    {
        var judge = new QualityJudge(Judged.Clock);
        foreach (Row[] file in files)
        {
            Judged.AddFile(judge, file);
        }

        return judge.Conclude();
    }

    private static string Describe(QualityReport report)
    {
        SeriesSummary series = report.Series.Single();
        IEnumerable<string> gaps = report.Checks.Where(check => check.Check == QualityCheck.Gap).Select(check => $"{check}");
        return $"{series.Coverage:R} {series.Median:R} {series.Rows} {string.Join(' ', gaps)}";
    }

    private static QualityReport ManySeries(int series, int rows)
    {
        var judge = new QualityJudge(Judged.Clock);
        AddSeries(judge, series, rows);
        return judge.Conclude();
    }

    private static void AddSeries(QualityJudge judge, int series, int rows) => Judged.AddFile(
        judge,
        [.. Enumerable.Range(0, series).SelectMany(i => Judged.Hourly(rows, Judged.Curve, Some.Key(region: $"R{i}")))]);
}
