using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Spectre.Console;

namespace Loader.Tests.Reporting;

/// <summary>What the page and the console say about InfluxDB.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InfluxDbReportTests
{
    private static readonly InfluxDbEstimate Some = new()
    {
        Engine = InfluxDbEngine.Version2,
        Requests = 30,
        Bytes = 45_600,
        IsCompressed = true,
        Points = 100_000,
        Series = 34,
        SeriesWithVersions = 816,
    };

    [Test]
    public void The_page_shows_what_a_load_would_take()
    {
        string ledger = Page.Of(Summary(Some), Page.Settings with { Sink = SinkKind.InfluxDb }).Section("ledger");

        Assert.That(ledger, Does.Contain("InfluxDB 2 in the layout versions would take 30 requests with bodies of 45.6 kB in total, compressed"));
        Assert.That(ledger, Does.Contain("100,000 points of 34 series, which the server holds as 816: each version of a series is one"));
        Assert.That(ledger, Does.Contain("in newer files add 100,000 points and 816 series each time; the same files again add nothing."));
    }

    [Test]
    public void The_page_names_the_destination([Values] bool isOffline)
    {
        string settings = Page.Of(Summary(null), Page.Settings with { Sink = SinkKind.InfluxDb, IsOffline = isOffline }).Section("settings");

        Assert.That(settings, Does.Contain(isOffline ? "none: rows are held against the limits of InfluxDB" : "Destination InfluxDB  Dry run nothing was written"));
    }

    [TestCase(1_000_000, false)]
    [TestCase(1_000_001, true)]
    public void Many_series_of_engine_2_are_a_warning_on_the_page_and_on_standard_error(long series, bool expected)
    {
        InfluxDbEstimate estimate = Some with { SeriesWithVersions = series };

        string page = Page.Of(Summary(estimate), Page.Settings with { Sink = SinkKind.InfluxDb }).Section("ledger");
        string error = Problems(Summary(estimate));

        Assert.That(page.Contains("engine 2 would hold 1,000,001 series", StringComparison.Ordinal), Is.EqualTo(expected));
        Assert.That(error.Contains("warning: engine 2 would hold 1,000,001 series", StringComparison.Ordinal), Is.EqualTo(expected), error);
    }

    [TestCase(InfluxDbLayout.Versions, "INFLUXDB_LAYOUT=overwrite")]
    [TestCase(InfluxDbLayout.Plain, "use engine 3.")]
    public void The_warning_says_what_helps(InfluxDbLayout layout, string advice)
    {
        string error = Problems(Summary(Some with { Layout = layout, Series = 1_500_000, SeriesWithVersions = 1_500_000 }));

        Assert.That(error, Does.Contain(advice).And.Contain("fewer than 10 million"));
    }

    [Test]
    public void More_series_than_are_told_apart_are_shown_as_such()
    {
        InfluxDbEstimate estimate = Some with { Engine = InfluxDbEngine.Version3, Series = InfluxDbEstimatingSink.MaxSeries, HasMoreSeries = true };

        Assert.That(InfluxDbText.Points(estimate), Is.EqualTo("100,000 points in more than 2,000,000 series"));
    }

    private static LoadSummary Summary(InfluxDbEstimate? estimate) => new()
    {
        Files = FileResults.From([Page.FileOf("a.parquet", new Ledger { Read = 100_000, Written = 100_000 })]),
        InfluxDb = estimate,
    };

    private static string Problems(LoadSummary summary)
    {
        using var writer = new StringWriter();
        IAnsiConsole console = CliHost.CreateConsole(writer, isRedirected: true);
        LoadView.ShowProblems(console, summary, isQuiet: false);
        return writer.ToString();
    }
}
