using Loader.Application.Quality;
using Loader.Cli.Output;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>The series, worst first, each with a small chart.</summary>
internal static class SeriesSection
{
    /// <summary>The number of series that are shown at once; the others are shown on demand.</summary>
    private const int FirstRows = 40;

    /// <summary>Only the worst series have a chart, because charts take most of the room.</summary>
    private const int MaxCharts = 120;

    public static void Write(HtmlWriter html, QualityReport report)
    {
        html.Write("<section id=\"series\"><h2>Series</h2>\n");
        if (report.Series.Count == 0)
        {
            html.Write("<p>No series was judged.</p></section>\n");
            return;
        }

        html.Write("<p class=\"n\">Worst first. Times are in UTC. Charts: the band goes from the smallest to the largest value, the ");
        html.Write("line is the mean, and marks below are findings. Medians are those of magnitudes and off by 12 % at most.</p>");
        ILookup<QualitySeries?, QualityFinding> findings = report.Findings.ToLookup(finding => finding.Series);
        CoverageGrid? grid = CoverageGrid.Create(report.Series);
        int parts = Sparkline.PartsFor(Math.Min(report.Series.Count, MaxCharts));
        int charts = grid is null ? 0 : Math.Min(report.Series.Count, MaxCharts);
        WriteTable(0, Math.Min(report.Series.Count, FirstRows));
        if (report.Series.Count > FirstRows)
        {
            html.Write($"<details><summary>{ConsoleFormat.Count(report.Series.Count - FirstRows)} more series</summary>");
            WriteTable(FirstRows, Math.Min(report.Series.Count, MaxCharts));
            if (report.Series.Count > MaxCharts)
            {
                html.Write($"<p class=\"n\">Only the worst {MaxCharts} series have a chart.</p>");
                WriteTable(MaxCharts, report.Series.Count);
            }

            html.Write("</details>");
        }

        if (report.TruncatedSeries > 0)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(report.TruncatedSeries)} more series are not listed.</p>");
        }

        html.Write("</section>\n");

        void WriteTable(int begin, int end)
        {
            html.Write("<div class=\"x\"><table class=\"q\"><thead><tr><th scope=\"col\">Worst</th><th scope=\"col\">Series</th>");
            html.Write("<th scope=\"col\">Unit</th><th scope=\"col\">Step</th><th scope=\"col\">First</th>");
            html.Write("<th scope=\"col\">Last</th><th scope=\"col\">Rows / expected</th><th scope=\"col\">Min</th>");
            html.Write("<th scope=\"col\">Median</th><th scope=\"col\">Max</th>");
            if (begin < charts)
            {
                html.Write("<th scope=\"col\">Chart</th>");
            }

            html.Write("</tr></thead><tbody>\n");
            for (int i = begin; i < end; i++)
            {
                SeriesSummary one = report.Series[i];
                string worst = one.Worst > QualitySeverity.Off ? one.Worst.ToName() : "";
                html.Write($"<tr class=\"{ReportFormat.ClassOf(one.Worst)}\"><td>{worst}</td>");
                html.Write($"<th scope=\"row\">{ReportFormat.Name(one.Series)}</th>");
                WriteNumbers(html, one);
                if (i < charts)
                {
                    html.Write("<td>");
                    Sparkline.Write(html, one, grid!, parts, findings[one.Series]);
                    html.Write("</td>");
                }

                html.Write("</tr>\n");
            }

            html.Write("</tbody></table></div>");
        }
    }

    private static void WriteNumbers(HtmlWriter html, SeriesSummary series)
    {
        string step = series.Step is { } known ? ReportFormat.Length(known) : ReportFormat.Nothing;
        string expected = series.Expected is { } points ? ConsoleFormat.Count(points) : ReportFormat.Nothing;
        html.Write($"<td>{series.Unit}</td><td>{step}</td><td>{ReportFormat.Utc(series.From)}</td>");
        html.Write($"<td>{ReportFormat.Utc(series.To)}</td><td>{ConsoleFormat.Count(series.Rows)} / {expected}</td>");
        html.Write($"<td>{ReportFormat.Value(series.Min)}</td><td>{ReportFormat.Value(series.Median)}</td>");
        html.Write($"<td>{ReportFormat.Value(series.Max)}</td>");
    }
}
