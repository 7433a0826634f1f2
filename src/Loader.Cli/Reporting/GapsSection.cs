using Loader.Application.Quality;
using Loader.Cli.Output;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>The list of gaps, longest first.</summary>
internal static class GapsSection
{
    private const int FirstRows = 20;
    private const int Max = 80;

    public static void Write(HtmlWriter html, QualityReport report)
    {
        html.Write("<section id=\"gaps\"><h2>Gaps</h2>\n");
        QualityFinding[] gaps =
        [
            .. report.Findings.Where(finding => finding is { Check: QualityCheck.Gap, From: not null, To: not null })
                .OrderByDescending(gap => gap.To - gap.From),
        ];
        long all = report.Checks.Where(check => check.Check == QualityCheck.Gap).Sum(check => check.Findings);
        if (all == 0)
        {
            html.Write("<p>No gap was found between the first and the last row of a series.</p></section>\n");
            return;
        }

        Dictionary<QualitySeries, SeriesSummary> series = report.Series.ToDictionary(one => one.Series);
        bool isLocal = report.Zones.Any(zone => zone is not ("UTC" or "Etc/UTC"));
        html.Write("<p class=\"n\">From the first to the last point without a row.</p>");
        WriteTable(html, gaps.Take(FirstRows), series, isLocal);
        if (gaps.Length > FirstRows)
        {
            html.Write($"<details><summary>{ConsoleFormat.Count(Math.Min(gaps.Length, Max) - FirstRows, "more gap")}</summary>");
            WriteTable(html, gaps.Take(Max).Skip(FirstRows), series, isLocal);
            html.Write("</details>");
        }

        long left = all - Math.Min(gaps.Length, Max);
        if (left > 0)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(left, "more gap")} not listed.</p>");
        }

        html.Write("</section>\n");
    }

    private static void WriteTable(
        HtmlWriter html, IEnumerable<QualityFinding> gaps, Dictionary<QualitySeries, SeriesSummary> series, bool isLocal)
    {
        html.Write("<div class=\"x\"><table class=\"g\"><thead><tr>");
        html.Write("<th scope=\"col\">Series</th><th scope=\"col\" class=\"r\">Length</th><th scope=\"col\" class=\"r\">Points</th>");
        if (isLocal)
        {
            html.Write("<th scope=\"col\">From (local)</th><th scope=\"col\">To (local)</th>");
        }

        html.Write("<th scope=\"col\">From (UTC)</th><th scope=\"col\">To (UTC)</th></tr></thead><tbody>\n");
        foreach (QualityFinding gap in gaps)
        {
            SeriesSummary? of = gap.Series is { } key ? series.GetValueOrDefault(key) : null;
            (DateTimeOffset from, DateTimeOffset to) = (gap.From!.Value, gap.To!.Value);
            string length = of?.Step is { } step ? ReportFormat.Length(to - from + step) : ReportFormat.Nothing;
            html.Write($"<tr><td>{(gap.Series is { } name ? ReportFormat.Name(name) : "")}</td><td class=\"r\">{length}</td>");
            html.Write($"<td class=\"r\">{ConsoleFormat.Count(gap.Count)}</td>");
            if (isLocal)
            {
                html.Write($"<td>{(of is null ? ReportFormat.Nothing : ReportFormat.Local(from, of.Zone))}</td>");
                html.Write($"<td>{(of is null ? ReportFormat.Nothing : ReportFormat.Local(to, of.Zone))}</td>");
            }

            html.Write($"<td>{ReportFormat.Utc(from)}</td><td>{ReportFormat.Utc(to)}</td></tr>\n");
        }

        html.Write("</tbody></table></div>");
    }
}
