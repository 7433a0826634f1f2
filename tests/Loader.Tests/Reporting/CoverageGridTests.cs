using Loader.Application.Quality;
using Loader.Cli.Reporting;
using Loader.Domain;
using Loader.Tests.Quality;
using Loader.Tests.Support;

namespace Loader.Tests.Reporting;

[Parallelizable(ParallelScope.All)]
internal sealed class CoverageGridTests
{
    private static readonly QualitySeries Series = new(DatasetType.Consumption, "SE", "total", "power");

    [Test]
    public void A_day_is_full_partial_empty_or_conflicting()
    {
        List<(long Time, double Value, SeriesKey Key)> rows = Judged.Hourly(24 * 6, Judged.Curve);
        rows.Insert(130, rows[129] with { Value = 7 });
        rows.RemoveRange(60, 40);

        QualityReport report = Judged.Report(rows);

        Assert.That(
            CoverageGrid.Create(report.Series)!.Fill(report.Series[0]),
            Is.EqualTo([CellState.Full, CellState.Full, CellState.Partial, CellState.Empty, CellState.Partial, CellState.Conflicting]));
    }

    [Test]
    public void Days_of_a_series_without_a_step_are_unknown()
    {
        QualityReport report = Judged.Report(Judged.Hourly(5, Judged.Curve));

        Assert.That(CoverageGrid.Create(report.Series)!.Fill(report.Series[0]), Is.EqualTo([CellState.Unknown]));
    }

    [Test]
    public void Days_before_the_first_and_after_the_last_row_are_outside()
    {
        SeriesSummary all = Of(0, 1, 2, 3, 4);
        SeriesSummary some = Of(1, 3);

        Assert.That(
            CoverageGrid.Create([all, some])!.Fill(some),
            Is.EqualTo([CellState.Outside, CellState.Full, CellState.Empty, CellState.Full, CellState.Outside]));
    }

    [TestCase(1_100, 1, 1_100)]
    [TestCase(1_101, 7, 158)]
    [TestCase(7_700, 7, 1_100)]
    [TestCase(7_701, 14, 551)]
    public void Many_days_are_drawn_as_weeks(int days, int daysPerCell, int cells)
    {
        CoverageGrid grid = CoverageGrid.Create([Of(0, days - 1)])!;

        Assert.That((grid.DaysPerCell, grid.Cells), Is.EqualTo((daysPerCell, cells)));
    }

    [Test]
    public void A_week_shows_its_worst_day()
    {
        CoverageGrid grid = CoverageGrid.Create([Of([.. Enumerable.Range(0, 1_400)])])!;
        SeriesSummary holes = Of([.. Enumerable.Range(0, 1_400).Where(day => day is not 10 and not (> 13 and < 21))]);

        Assert.That(grid.Fill(holes)[..4], Is.EqualTo([CellState.Full, CellState.Partial, CellState.Empty, CellState.Full]));
    }

    [Test]
    public void The_whole_calendar_fits()
    {
        var series = new SeriesSummary(Series, QualitySeverity.Off, 2)
        {
            Days = [new SeriesDay(DateOnly.MinValue, 1, 0, 0, 0), new SeriesDay(DateOnly.MaxValue, 1, 0, 0, 0)],
        };

        Assert.That(
            Page.Of(new Loader.Cli.Loading.LoadSummary { Files = new(), Skipped = 1, Quality = new QualityReport { Series = [series], SeriesCount = 1 } }).Section("coverage"),
            Does.Contain("0001-01-01 to 9999-12-31"));
    }

    private static SeriesSummary Of(params int[] days) => new(Series, QualitySeverity.Off, days.Length)
    {
        Days = [.. days.Select(day => new SeriesDay(DateOnly.FromDateTime(Some.Instant.UtcDateTime).AddDays(day), 1, 0, 0, 0) { Coverage = DayCoverage.Full })],
    };
}
