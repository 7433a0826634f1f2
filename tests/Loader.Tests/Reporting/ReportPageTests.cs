using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Tests.Quality;
using Loader.Tests.Support;

namespace Loader.Tests.Reporting;

[Parallelizable(ParallelScope.All)]
internal sealed class ReportPageTests
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)", "]]><b>bold</b>", "<!--", "</style></title>",
        "&amp;&lt;", "{{7*7}}", "a\0b", "\u202Egnp.exe", "\u0007\u001B[31m", "\uD800", "\uFFFE", new string('x', 10_000), "e" + new string('\u0301', 300), "\U000E0041",
    ];

    [Test]
    public void Everything_is_in_the_documented_order()
    {
        Page page = Page.Of(Judged.Hourly(48, Judged.Curve));

        Assert.That(
            page.Elements.Where(element => element.Name == "section").Select(element => (string?)element.Attribute("id")),
            Is.EqualTo(["ledger", "checks", "coverage", "gaps", "unstored", "series", "inputs", "settings", "not-judged"]));
    }

    [Test]
    public void The_policy_forbids_scripts_and_requests()
    {
        Page page = Page.Of(Judged.Hourly(48, Judged.Curve));

        Assert.That(
            page.Elements.Where(element => (string?)element.Attribute("http-equiv") == "Content-Security-Policy").Select(element => (string?)element.Attribute("content")),
            Is.EqualTo([Policy]));
    }

    [Test]
    public void Nothing_leads_out_of_the_page()
    {
        Page page = Page.Of(WithFaults(3, 60));

        Assert.That(page.Html.Replace("http-equiv", "", StringComparison.Ordinal), Does.Not.Contain("http").And.Not.Contain("url(").And.Not.Contain("@import"));
        Assert.That(
            page.Elements.Attributes().Where(a => a.Name.LocalName is "href" or "src" or "srcset" or "action" or "data" && !a.Value.StartsWith('#')), Is.Empty);
    }

    [Test]
    public void Anchors_lead_to_sections()
    {
        Page page = Page.Of(Judged.Hourly(48, Judged.Curve));
        string?[] ids = [.. page.Elements.Select(element => (string?)element.Attribute("id"))];

        Assert.That(page.Elements.Attributes("href").Select(a => a.Value[1..]), Is.SubsetOf(ids).And.Not.Empty);
    }

    [Test]
    public void Tables_and_drawings_can_be_read_aloud()
    {
        Page page = Page.Of(WithFaults(3, 60));

        Assert.That(page.Elements.Where(e => e.Name == "svg" && (e.Attribute("role") is null || e.Attribute("aria-label") is null)), Is.Empty);
        Assert.That(page.Elements.Where(e => e.Name == "th" && e.Attribute("scope") is null), Is.Empty);
    }

    [Test]
    public void Hostile_texts_are_shown_as_text([Range(0, 16)] int number)
    {
        string text = Hostile[number];
        Page page = Page.Of(HostileSummary(text), Page.Settings with { Sources = [text], MappingLocation = text });
        Page benign = Page.Of(HostileSummary("x"), Page.Settings with { Sources = ["x"], MappingLocation = "x" });

        Assert.That(page.Elements.Select(element => element.Name), Is.EqualTo(benign.Elements.Select(element => element.Name)));
        Assert.That(
            page.Elements.SelectMany(element => element.Attributes()).Select(a => a.Name), Is.EqualTo(benign.Elements.SelectMany(e => e.Attributes()).Select(a => a.Name)));
        Assert.That(page.Html.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned), Is.Empty);
        Assert.That(page.Html.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
    }

    [Test]
    public void A_name_of_10_000_characters_is_cut()
    {
        Page page = Page.Of(HostileSummary(new string('x', 10_000)));

        Assert.That(page.Html, Does.Contain(new string('x', 200) + "…").And.Not.Contain(new string('x', 1_001)));
    }

    [Test]
    public void The_ledger_is_that_of_the_run_and_balances()
    {
        var ledger = new Ledger { Read = 28_000, Written = 1_000, Superseded = 2_000, Duplicate = 3_000, Invalid = 4_000, Rejected = 5_000, Unsettled = 6_000, Filtered = 7_000 };
        var example = new RowExample(RejectionReason.MissingValue, 0, 1);

        Page page = Page.Of(new LoadSummary { Files = FileResults.From([Page.FileOf("a.parquet", ledger, example)]) });

        Assert.That(
            page.Section("ledger"),
            Does.Contain("balanced").And.Not.Contain("not balanced").And.Contain(
                "28,000 read = 1,000 storable + 2,000 superseded + 3,000 duplicate + 4,000 invalid + 5,000 rejected + 6,000 unsettled + 7,000 filtered"));
    }

    [Test]
    public void The_parts_of_the_ledger_bar_fill_it()
    {
        var ledger = new Ledger { Read = 1_000_000_000, Written = 999_999_998, Invalid = 1, Filtered = 1 };

        Page page = Page.Of(
            new LoadSummary { Files = FileResults.From([Page.FileOf("a.parquet", ledger, new RowExample(RejectionReason.MissingValue, 0, 1))]) });

        double[] widths = [.. page.Elements.Where(e => e.Name == "rect").Select(e => double.Parse((string)e.Attribute("width")!, CultureInfo.InvariantCulture))];
        Assert.That(widths.Sum(), Is.EqualTo(1_000).Within(0.5));
        Assert.That(widths, Is.All.GreaterThanOrEqualTo(4));
    }

    [Test]
    public void The_cost_of_a_load_into_Timestream_is_told()
    {
        var report = new LoadReport { File = SourceFile.OnDisk("a"), Effort = new WriteEffort { Requests = 3, WriteUnits = 2_000_000, WriteUnitsPlain = 9_000_000 } };

        Page page = Page.Of(
            new LoadSummary { Files = FileResults.From([new FileResult("a") { Report = report }]) }, Page.Settings with { PricePerMillionWrites = 0.62m });

        Assert.That(page.Section("ledger"), Does.Contain("USD 1.24"));
    }

    [Test]
    public void Checks_are_listed_worst_first()
    {
        Page page = Page.Of(WithFaults(1, 60));

        Assert.That(
            Rows(page, "checks").Select(cells => cells[0]).Where(text => text is "error" or "warning" or "info").Distinct(),
            Is.EqualTo(["error", "warning", "info"]));
    }

    [Test]
    public void A_gap_is_listed_in_local_time_and_in_UTC()
    {
        List<(long Time, double Value, SeriesKey Key)> rows = Judged.Hourly(96, Judged.Curve);
        rows.RemoveRange(30, 6);

        Page page = Page.Of(rows, "America/Sao_Paulo");

        Assert.That(
            Rows(page, "gaps").Single(),
            Is.EqualTo(["SE · hydro · power", "6 h", "6", "2024-01-02 03:00 -03", "2024-01-02 08:00 -03", "2024-01-02 06:00", "2024-01-02 11:00"]));
    }

    [Test]
    public void The_first_invalid_rows_are_shown_by_reason_with_the_place_of_kept_rows()
    {
        FileResult file = Page.FileOf(
            "a.parquet",
            new Ledger { Read = 5, Written = 4, Invalid = 1 },
            new RowExample(RejectionReason.UnreadableValue, 2, 1_234) { Time = Some.Instant, Series = "region=SE", Detail = "n/e" });
        file = file with { Report = file.Report! with { RejectedRowsLocation = "rejected/duckdb-0123456789ab/a" } };

        Page page = Page.Of(new LoadSummary { Files = FileResults.From([file]) });

        Assert.That(
            page.Section("unstored"),
            Does.Contain("1 row invalid: UnreadableValue").And.Contain("1,234").And.Contain("2024-01-01 00:00").And.Contain("region=SE").And.Contain("n/e")
                .And.Contain("rejected/duckdb-0123456789ab/a"));
    }

    [Test]
    public void A_series_has_a_row_with_its_numbers_and_a_chart()
    {
        List<(long Time, double Value, SeriesKey Key)> rows = Judged.Hourly(96, i => 100 + i);
        rows.RemoveAt(50);

        Page page = Page.Of(rows);

        Assert.That(
            Rows(page, "series").Single(),
            Is.EqualTo(["info", "SE · hydro · power", "MW", "1 h", "2024-01-01 00:00", "2024-01-04 23:00", "95 / 96", "100", "147", "195", ""]));
        Assert.That(page.Elements.Single(e => e.Name == "svg" && (string?)e.Attribute("class") == "s").Elements().Select(e => (string?)e.Attribute("class")), Is.EqualTo(["d", "m", "fi"]));
    }

    [Test]
    public void Charts_of_the_largest_numbers_stay_inside()
    {
        Page page = Page.Of(Judged.Hourly(96, i => i % 2 == 0 ? 1e38 : -1e38));

        Assert.That(page.Html, Does.Not.Contain("NaN").And.Not.Contain("∞").And.Not.Contain("-2147483648"));
    }

    [Test]
    public void Files_are_listed_with_ETag_size_and_mapping()
    {
        FileResult file = Page.FileOf("a.parquet", default) with { Bytes = 12_345 };
        file = file with { Report = file.Report! with { ETag = "0123", Mapping = new AppliedMapping("ons", new string('a', 64)) } };

        Page page = Page.Of(new LoadSummary { Files = FileResults.From([file]) });

        Assert.That(
            page.Section("inputs"), Does.Contain("a.parquet").And.Contain("0123").And.Contain("12.3 kB").And.Contain("ons").And.Contain(new string('a', 64)));
    }

    [Test]
    public void Of_many_files_a_thousand_are_listed_and_the_others_counted()
    {
        var files = new FileResults(maxSucceeded: FileResults.MaxOthers);
        for (int i = 1; i <= 100_000; i++)
        {
            files.Add(Page.FileOf($"file-{i}.parquet", new Ledger { Read = 1, Written = 1 }) with { Number = i });
        }

        Page page = Page.Of(new LoadSummary { Files = files });

        Assert.That(page.Section("inputs"), Does.Contain("99,000 more files not listed"));
        Assert.That(Rows(page, "inputs"), Has.Length.EqualTo(1_000));
    }

    [Test]
    public void A_stopped_run_says_so_first()
    {
        Page page = Page.Of(Page.Summary(Judged.Hourly(48, Judged.Curve)) with { WasInterrupted = true, NotStarted = 3 });

        Assert.That(page.Elements.Single(element => element.Name == "h1").Value, Is.EqualTo("Stopped: not all files were judged"));
        Assert.That(page.Section("not-judged"), Does.Contain("The run was stopped").And.Contain("3 listed files were not started."));
    }

    [Test]
    public void A_run_without_files_says_so_first()
    {
        Page page = Page.Of(new LoadSummary { Files = new FileResults(), EmptySources = ["lake"], Quality = new QualityReport() });

        Assert.That(page.Elements.Single(element => element.Name == "h1").Value, Is.EqualTo("Nothing to load"));
    }

    [Test]
    public void Failures_are_shown_above_all_with_their_remedy()
    {
        var failure = new SchemaMismatchException("The column 'value' is missing. Rename it.");

        Page page = Page.Of(new LoadSummary { Files = FileResults.From([new FileResult("bad.parquet") { Status = LoadStatus.Failed, Failure = failure }]) });

        Assert.That(page.Elements.Single(e => e.Name == "header").Value, Does.Contain("1 of 1 file failed").And.Contain("bad.parquet").And.Contain("Rename it."));
    }

    [Test]
    public void What_was_not_judged_is_told()
    {
        var quality = new QualityReport
        {
            Detail = QualityDetail.Days,
            FilesNotJudged = 2,
            SeriesNotJudged = 1_000,
            ShortSeries = 1,
            SeriesWithoutStep = 4,
            TruncatedFindings = 5,
            TruncatedSeries = 6,
        };

        string text = Page.Of(new LoadSummary { Files = FileResults.From([new FileResult("a")]), Quality = quality }).Section("not-judged");

        Assert.That(
            text,
            Does.Contain("only counts a day").And.Contain("2 files were not read to the end").And.Contain("1,000 series were not judged")
                .And.Contain("1 series has fewer than 8 rows").And.Contain("4 series have no distance").And.Contain("5 findings were counted and not listed")
                .And.Contain("6 series were judged and not listed"));
    }

    [Test]
    public void A_page_of_500_series_and_366_days_has_at_most_300_KB()
    {
        LoadSummary summary = Page.Summary([]) with { Quality = Repeat(ManySeries(50, 366), 10) };
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Page page = Page.Of(summary, Page.Settings);

        TestContext.Out.WriteLine($"{Encoding.UTF8.GetByteCount(page.Html):N0} bytes, written and parsed in {watch.ElapsedMilliseconds} ms");
        Assert.That(Encoding.UTF8.GetByteCount(page.Html), Is.LessThanOrEqualTo(300_000));
        Assert.That(Rows(page, "series"), Has.Length.EqualTo(500));
        Assert.That(page.Elements.Count(e => (string?)e.Attribute("class") == "s"), Is.EqualTo(120));
        Assert.That(page.Elements.Count(e => e.Name == "li" && e.Ancestors().Any(a => (string?)a.Attribute("class") == "map")), Is.EqualTo(500));
    }

    /// <summary>Judges hourly series, each with a dozen of faults: gaps of hours and days, times with two values.</summary>
    private static QualityReport ManySeries(int series, int days)
    {
        var random = new Random(1);
        var judge = new QualityJudge(Judged.Clock);
        for (int i = 0; i < series; i++)
        {
            Judged.AddFile(judge, Faulty(random, Some.Key(region: $"Region {i}", subject: $"source {i % 7}"), days * 24));
        }

        return judge.Conclude();
    }

    /// <summary>Gives each series of a report several times, under other names.</summary>
    private static QualityReport Repeat(QualityReport report, int times) => report with
    {
        SeriesCount = report.SeriesCount * times,
        Series = [.. Enumerable.Range(0, times).SelectMany(i => report.Series.Select(one => one with { Series = Rename(one.Series, i) }))],
        Findings = [.. Enumerable.Range(0, times).SelectMany(i => report.Findings.Select(one => one with { Series = Rename(one.Series!, i) })).Take(1_000)],
    };

    private static QualitySeries Rename(QualitySeries series, int number) => series with { Region = $"{series.Region} {number}" };

    private static List<(long Time, double Value, SeriesKey Key)> Faulty(Random random, SeriesKey key, int hours)
    {
        double scale = 1 + random.Next(10);
        double[] days = [.. Enumerable.Range(0, (hours / 24) + 1).Select(day => scale * (2 + Math.Sin(day / 58.0) + random.NextDouble()))];
        List<(long Time, double Value, SeriesKey Key)> rows =
            Judged.Hourly(hours, i => Math.Round(days[i / 24] * Judged.Curve(i) * (0.9 + (0.2 * random.NextDouble())), 2), key);
        for (int fault = 0; fault < 11; fault++)
        {
            int at = random.Next(rows.Count - 100);
            rows.RemoveRange(at, random.Next(1, 60));
        }

        int twice = random.Next(rows.Count);
        rows.Insert(twice, rows[twice] with { Value = rows[twice].Value + 1 });
        return rows;
    }

    private static LoadSummary WithFaults(int series, int days) => new()
    {
        Files = FileResults.From([Page.FileOf("a.parquet", new Ledger { Read = 1, Written = 1 })]),
        Quality = ManySeries(series, days),
    };

    private static LoadSummary HostileSummary(string text)
    {
        SeriesKey key = Some.Key(region: text, subject: text, measurementType: text, unit: text);
        LoadSummary summary = Page.Summary(Faulty(new Random(1), key, 2_000));
        var example = new RowExample(RejectionReason.UnknownCode, 0, 0) { Series = text, Detail = text, Column = text };
        FileResult file = Page.FileOf(text.Length == 0 ? "x" : text, new Ledger { Read = 2, Written = 1, Invalid = 1 }, example);
        file = file with
        {
            Failure = new SchemaMismatchException(text),
            Report = file.Report! with { ETag = text, Mapping = new AppliedMapping(text, text), RejectedRowsLocation = text },
        };
        return summary with { Files = FileResults.From([file]), EmptySources = [text] };
    }

    private static string[][] Rows(Page page, string section) =>
    [
        .. page.Elements.Single(element => (string?)element.Attribute("id") == section).Descendants("tbody").SelectMany(body => body.Elements("tr"))
            .Select(row => row.Elements().Select(cell => cell.Value).ToArray()),
    ];
}
