using Loader.Application.Quality;
using Loader.Cli.Output;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>The checks with findings, worst first, with what each of them means.</summary>
internal static class ChecksSection
{
    public static void Write(HtmlWriter html, QualityReport report)
    {
        html.Write("<section id=\"checks\"><h2>Checks</h2>\n");
        if (report.Checks.Count == 0)
        {
            html.Write($"<p>{(report.SeriesCount == 0 ? "No series was judged." : "No check found anything.")}</p></section>\n");
            return;
        }

        html.Write("<p class=\"n\">Findings never change what is stored. Times are in UTC.</p><div class=\"x\"><table><thead><tr>");
        html.Write("<th scope=\"col\">Severity</th><th scope=\"col\">Check</th><th scope=\"col\">What was found</th>");
        html.Write("<th scope=\"col\" class=\"r\">Series</th><th scope=\"col\" class=\"r\">Findings</th>");
        html.Write("<th scope=\"col\" class=\"r\">Rows or points</th><th scope=\"col\">First</th></tr></thead><tbody>\n");
        foreach (CheckSummary check in report.Checks)
        {
            DateTimeOffset? first = report.Findings
                .Where(finding => finding.Check == check.Check && finding.Severity == check.Severity)
                .Min(finding => finding.From);
            html.Write($"<tr><td><b class=\"{ReportFormat.ClassOf(check.Severity)}\">{check.Severity.ToName()}</b></td>");
            html.Write($"<th scope=\"row\" class=\"t\">{check.Check.ToName()}</th><td class=\"w\">{MeaningOf(check.Check)}</td>");
            html.Write($"<td class=\"r\">{ConsoleFormat.Count(check.Series)}</td>");
            html.Write($"<td class=\"r\">{ConsoleFormat.Count(check.Findings)}</td>");
            html.Write($"<td class=\"r\">{ConsoleFormat.Count(check.Count)}</td>");
            html.Write($"<td class=\"t\">{(first is { } time ? ReportFormat.Utc(time) : ReportFormat.Nothing)}</td></tr>\n");
        }

        html.Write("</tbody></table></div>");
        WriteFindings(html, report);
        html.Write("</section>\n");
    }

    /// <summary>Lists the worst findings but gaps, which have a list of their own.</summary>
    private static void WriteFindings(HtmlWriter html, QualityReport report)
    {
        const int Max = 40;
        QualityFinding[] findings = [.. report.Findings.Where(finding => finding.Check != QualityCheck.Gap)];
        if (findings.Length == 0)
        {
            return;
        }

        html.Write($"<details><summary>{(findings.Length > Max ? "The worst" : "All")} findings but gaps, one by one</summary>");
        html.Write("<div class=\"x\"><table><thead><tr><th scope=\"col\">Check</th><th scope=\"col\">Series</th>");
        html.Write("<th scope=\"col\">From (UTC)</th><th scope=\"col\">What</th><th scope=\"col\">First row</th></tr></thead><tbody>\n");
        foreach (QualityFinding finding in findings.Take(Max))
        {
            html.Write($"<tr><td><b class=\"{ReportFormat.ClassOf(finding.Severity)}\">{finding.Check.ToName()}</b></td>");
            html.Write($"<td>{(finding.Series is { } series ? ReportFormat.Name(series) : "several")}</td>");
            html.Write($"<td class=\"t\">{(finding.From is { } time ? ReportFormat.Utc(time) : ReportFormat.Nothing)}</td>");
            html.Write($"<td class=\"w\">{finding.Message}</td><td class=\"w\">");
            if (finding is { File: { } file, Examples: [{ } row, ..] })
            {
                html.Write($"<code>{file}</code>, row group {row.RowGroup}, row {ConsoleFormat.Count(row.Row)}");
            }

            html.Write("</td></tr>\n");
        }

        html.Write("</tbody></table></div>");
        long left = report.Checks.Where(check => check.Check != QualityCheck.Gap).Sum(check => check.Findings)
            - Math.Min(findings.Length, Max);
        if (left > 0)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(left, "more finding")} not listed.</p>");
        }

        html.Write("</details>");
    }

    /// <summary>Returns what a check finds, with its threshold.</summary>
    private static string MeaningOf(QualityCheck check) => check switch
    {
        QualityCheck.Gap => "Points between the first and the last row without a row. Up to 2 h: info.",
        QualityCheck.LowCoverageDay => "A local day with fewer rows than points. Below 80 %: warning.",
        QualityCheck.DstDay => "A day of 23 or 25 h with the rows of 24 h: is the zone right?",
        QualityCheck.OffGrid => "Times that are not on the grid of the others.",
        QualityCheck.MixedResolution => "The distance of times varies, or less than 95 % fit it. Gaps are not checked then.",
        QualityCheck.LateStart => "Starts more than a day after the others of its dataset.",
        QualityCheck.EarlyEnd => "Ends more than a day before the others of its dataset.",
        QualityCheck.Duplicate => "Same series and time, and the same value or one that could not be compared.",
        QualityCheck.ConflictingDuplicate => "Same series and time, another value: one of them is not kept.",
        QualityCheck.Negative => "Values below 0.",
        QualityCheck.ZeroRun => "0 for 24 h or longer.",
        QualityCheck.Stuck => "The same value other than 0 for 6 h and 6 rows or longer.",
        QualityCheck.Spike => "Differs from both neighbours by more than 10 median differences and 5 % of the median.",
        QualityCheck.Jump => "More than 25 % and 10 median differences from the row before.",
        QualityCheck.Outlier => "More than 10 times the median of the magnitudes.",
        QualityCheck.UnitJump => "Medians of neighbouring days differ by a factor from 800 to 1,250.",
        QualityCheck.UnitChange => "The unit is not the same in all rows and files.",
        QualityCheck.NotGood => "The quality flag is not empty, good, valid or actual. Above 10 %: warning.",
        QualityCheck.Future => "More than a day after the time of the run.",
        QualityCheck.NearEqualCodes => "Codes that differ only in blanks, case or Unicode form: different series.",
        QualityCheck.TotalAmongParts => "A region is the sum of the others within 0.1 %: sums count it twice.",
        _ => "Many series for the number of rows: each costs memory and storage.",
    };
}
