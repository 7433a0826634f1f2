using Loader.Application.Quality;
using Loader.Domain;
using Loader.Tests.Support;
using Row = (long Time, double Value, Loader.Domain.SeriesKey Key);

namespace Loader.Tests.Quality;

/// <summary>Each check on both sides of its threshold.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class QualityChecksTests
{
    private const long Hour = 3_600_000;

    [Test]
    public void Good_rows_have_no_finding() => Assert.That(Sums(Good()), Is.Empty);

    [TestCase(2, "gap info 2")]
    [TestCase(3, "gap warning 3")]
    public void A_gap_of_more_than_two_hours_is_a_warning(int hours, string expected)
    {
        List<Row> rows = Good();
        rows.RemoveRange(100, hours);

        Assert.That(Sums(rows), Does.Contain(expected));
    }

    [TestCase(4, "low-coverage-day info 1")]
    [TestCase(5, "low-coverage-day warning 1")]
    public void A_day_with_less_than_80_percent_is_a_warning(int hours, string expected)
    {
        List<Row> rows = Good();
        rows.RemoveRange(98, hours);

        Assert.That(Sums(rows), Does.Contain(expected));
    }

    [TestCase("America/Sao_Paulo", "dst-day warning 1")]
    [TestCase("UTC", "low-coverage-day info 1")]
    public void A_day_of_25_hours_with_24_rows_is_found_in_its_zone(string zone, string expected)
    {
        // On 2018-02-17, clocks were set back from 24:00 to 23:00.
        long start = new DateTimeOffset(2018, 2, 10, 2, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        long lost = new DateTimeOffset(2018, 2, 18, 2, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        List<Row> rows = [.. Enumerable.Range(0, 400).Select(i => (start + (i * Hour), Judged.Curve(i), Some.Key()))];
        rows.RemoveAll(row => row.Time == lost);

        Assert.That(Judged.Sums(Judged.Report(rows, zone: zone)), Does.Contain(expected));
    }

    [Test]
    public void A_complete_day_of_25_hours_is_no_finding()
    {
        long start = new DateTimeOffset(2018, 2, 10, 2, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        List<Row> rows = [.. Enumerable.Range(0, 400).Select(i => (start + (i * Hour), Judged.Curve(i), Some.Key()))];

        Assert.That(Judged.Sums(Judged.Report(rows, zone: "America/Sao_Paulo")), Is.Empty);
    }

    [TestCase(7 * 60_000)]
    [TestCase(7 * 1_000)]
    public void A_time_beside_the_grid_is_found(long milliseconds)
    {
        List<Row> rows = Good();
        rows.Insert(101, (rows[100].Time + milliseconds, rows[100].Value, Some.Key()));

        Assert.That(Sums(rows), Is.EqualTo(["off-grid warning 1"]));
    }

    [Test]
    public void Another_distance_of_times_is_found_with_the_day()
    {
        List<Row> rows = Judged.Hourly(240, Judged.Curve);
        long end = rows[^1].Time + Hour;
        rows.AddRange(Enumerable.Range(0, 960).Select(i => (end + (i * Hour / 4), Judged.Curve(i / 4), Some.Key())));
        QualityReport report = Judged.Report(rows);

        Assert.That(
            report.Findings.Single(finding => finding.Check == QualityCheck.MixedResolution).From, Is.EqualTo(Some.Instant.AddDays(10)));
    }

    [TestCase(24, false)]
    [TestCase(25, true)]
    public void A_series_that_starts_and_ends_more_than_a_day_apart_from_others_is_found(int hours, bool isFound)
    {
        List<Row> rows = Good();
        rows.AddRange(Judged.Hourly(240, Judged.Curve, Some.Key(region: "N")).Skip(hours).SkipLast(hours));

        Assert.That(Sums(rows), Is.EqualTo(isFound ? ["late-start info 1", "early-end info 1"] : Array.Empty<string>()));
    }

    [TestCase(0, "duplicate info 1")]
    [TestCase(1, "conflicting-duplicate error 1")]
    public void A_time_that_comes_twice_is_found(double difference, string expected)
    {
        List<Row> rows = Good();
        rows.Add((rows[50].Time, rows[50].Value + difference, Some.Key()));

        Assert.That(Sums(rows), Is.EqualTo([expected]));
    }

    [TestCase("consumption", "negative warning 1")]
    [TestCase("generation", "negative info 1")]
    [TestCase("transmission", null)]
    public void A_negative_value_matters_by_dataset(string dataset, string? expected)
    {
        DatasetType type = DatasetType.All.Single(known => known.Name == dataset);
        List<Row> rows = Judged.Hourly(50, i => i == 20 ? -0.001 : Judged.Curve(i) / 1e6);

        Assert.That(
            Judged.Sums(Judged.Report(rows, type)).Where(sum => sum.StartsWith("negative", StringComparison.Ordinal)),
            Is.EqualTo(expected is null ? Array.Empty<string>() : [expected]));
    }

    [TestCase(23, false)]
    [TestCase(24, true)]
    public void Zeros_for_a_day_are_found(int hours, bool isFound)
    {
        List<Row> rows = Judged.Hourly(240, i => i >= 60 && i < 60 + hours ? 0 : Judged.Curve(i));

        Assert.That(Sums(rows).Contains($"zero-run warning {hours}"), Is.EqualTo(isFound));
    }

    [TestCase(60, 5, false)]
    [TestCase(60, 6, true)]
    [TestCase(15, 23, false)]
    [TestCase(15, 24, true)]
    public void The_same_value_for_six_hours_is_found(int minutes, int rows, bool isFound)
    {
        List<Row> all = Judged.Hourly(500, i => i >= 60 && i < 60 + rows ? 1_000.5 : Judged.Curve(i), minutes: minutes);

        Assert.That(Sums(all).Contains($"stuck warning {rows}"), Is.EqualTo(isFound));
    }

    [TestCase(1.3, false)]
    [TestCase(3, true)]
    [TestCase(0, true)]
    public void A_value_far_from_both_neighbours_is_a_spike(double factor, bool isFound)
    {
        List<Row> rows = Judged.Hourly(240, i => Judged.Curve(i) * (i == 100 ? factor : 1));

        Assert.That(Sums(rows).Contains("spike warning 1"), Is.EqualTo(isFound));
    }

    [TestCase(99, false)]
    [TestCase(100, true)]
    public void Spikes_need_a_hundred_rows(int count, bool isFound)
    {
        List<Row> rows = Judged.Hourly(count, i => Judged.Curve(i) * (i == 50 ? 5 : 1));

        Assert.That(Sums(rows).Contains("spike warning 1"), Is.EqualTo(isFound));
    }

    [TestCase(1.2, false)]
    [TestCase(2, true)]
    public void A_step_of_more_than_a_quarter_is_a_jump(double factor, bool isFound)
    {
        List<Row> rows = Judged.Hourly(240, i => (1_000 + (i % 7)) * (i >= 120 ? factor : 1));

        Assert.That(Sums(rows), Is.EqualTo(isFound ? ["jump info 1"] : Array.Empty<string>()));
    }

    /// <summary>A series of up to 32 rows keeps its rows, and has no days before it ends.</summary>
    [TestCase(12)]
    [TestCase(48)]
    public void The_day_of_a_conflicting_duplicate_is_known(int count)
    {
        List<Row> rows = Judged.Hourly(count, Judged.Curve);
        rows.Insert(5, (rows[4].Time, rows[4].Value + 1, rows[4].Key));

        SeriesSummary series = Judged.Report(rows).Series.Single();

        Assert.That(series.Days.Select(day => day.Coverage == DayCoverage.Conflicting), Is.EqualTo(series.Days.Select((_, day) => day == 0)));
    }

    [Test]
    public void A_series_that_is_mostly_zero_has_no_outliers() =>
        Assert.That(Sums(Judged.Hourly(240, i => i % 24 is > 7 and < 17 ? 500 + (100 * Math.Sin((i % 24) - 7)) : 0)), Has.None.StartsWith("outlier"));

    [TestCase(9.9, false)]
    [TestCase(10.2, true)]
    public void A_value_of_ten_medians_is_an_outlier(double factor, bool isFound)
    {
        List<Row> rows = Judged.Hourly(51, i => i == 50 ? 100 * factor : i % 2 == 0 ? 99 : 101);

        Assert.That(Sums(rows), Is.EqualTo(isFound ? ["outlier warning 1"] : Array.Empty<string>()));
    }

    [TestCase(700, false)]
    [TestCase(1_000, true)]
    [TestCase(1_400, false)]
    public void A_day_in_another_unit_is_found(double factor, bool isFound)
    {
        List<Row> rows = Judged.Hourly(240, i => Judged.Curve(i) / (i / 24 == 4 ? factor : 1));

        Assert.That(Sums(rows).Contains("unit-jump error 2"), Is.EqualTo(isFound));
    }

    [Test]
    public void Another_unit_in_another_file_is_found()
    {
        var judge = new QualityJudge(Judged.Clock);
        Judged.AddFile(judge, Judged.Hourly(24, Judged.Curve));
        Judged.AddFile(judge, [.. Judged.Hourly(48, Judged.Curve, Some.Key(unit: "kW")).Skip(24)]);

        Assert.That(Judged.Sums(judge.Conclude()), Does.Contain("unit-change error 1"));
    }

    [TestCase(24, "not-good info 24")]
    [TestCase(25, "not-good warning 25")]
    public void More_than_ten_percent_of_other_flags_are_a_warning(int rows, string expected)
    {
        List<Row> all = Judged.Hourly(240, Judged.Curve);
        for (int i = 0; i < rows; i++)
        {
            all[i] = all[i] with { Key = Some.Key(qualityFlag: "estimated") };
        }

        Assert.That(Sums(all), Is.EqualTo([expected]));
    }

    [TestCase(24, false)]
    [TestCase(25, true)]
    public void A_time_more_than_a_day_ahead_is_found(int hours, bool isFound)
    {
        long time = Judged.Clock.GetUtcNow().AddHours(hours).ToUnixTimeMilliseconds();

        Assert.That(Sums([(time, 1, Some.Key())]), Is.EqualTo(isFound ? ["future warning 1"] : Array.Empty<string>()));
    }

    [TestCase("SE ")]
    [TestCase("se")]
    [TestCase("SE", "Sa\u0303o", "S\u00E3o")]
    public void Codes_that_look_the_same_are_found(string region, string subject = "hydro", string otherSubject = "hydro")
    {
        List<Row> rows = Judged.Hourly(24, Judged.Curve, Some.Key(subject: subject));
        rows.AddRange(Judged.Hourly(24, Judged.Curve, Some.Key(region: region, subject: otherSubject)));

        Assert.That(Sums(rows), Is.EqualTo(["near-equal-codes warning 2"]));
    }

    [TestCase(1.0005, true)]
    [TestCase(1.002, false)]
    public void A_total_among_its_parts_is_found(double factor, bool isFound)
    {
        List<Row> rows = [];
        for (int region = 1; region <= 3; region++)
        {
            int share = region;
            rows.AddRange(Judged.Hourly(48, i => Judged.Curve(i) * share, Some.Key(region: $"R{region}")));
        }

        rows.AddRange(Judged.Hourly(48, i => Judged.Curve(i) * 6 * factor, Some.Key(region: "SIN")));

        Assert.That(Sums(rows), Is.EqualTo(isFound ? ["total-among-parts warning 1"] : Array.Empty<string>()));
    }

    [TestCase(2, true)]
    [TestCase(3, false)]
    public void Many_series_for_the_rows_are_found(int rows, bool isFound)
    {
        List<Row> all = [.. Enumerable.Range(0, 200).SelectMany(i => Judged.Hourly(rows, Judged.Curve, Some.Key(region: $"R{i}")))];

        Assert.That(Sums(all), Is.EqualTo(isFound ? ["many-series warning 200"] : Array.Empty<string>()));
    }

    [Test]
    public void Rules_of_a_mapping_change_severities_and_turn_checks_off()
    {
        List<Row> rows = Good();
        rows[10] = rows[10] with { Value = -1_000 };
        rows.RemoveRange(100, 3);
        var rules = new QualityRules
        {
            Severities = new Dictionary<QualityCheck, QualitySeverity>
            {
                [QualityCheck.Gap] = QualitySeverity.Error,
                [QualityCheck.Negative] = QualitySeverity.Off,
                [QualityCheck.Spike] = QualitySeverity.Off,
                [QualityCheck.Jump] = QualitySeverity.Off,
                [QualityCheck.LowCoverageDay] = QualitySeverity.Off,
            },
        };

        Assert.That(Judged.Sums(Judged.Report(rows, rules: rules)), Is.EqualTo(["gap error 3"]));
    }

    private static List<Row> Good() => Judged.Hourly(240, Judged.Curve);

    private static string[] Sums(IReadOnlyList<Row> rows) => Judged.Sums(Judged.Report(rows));
}
