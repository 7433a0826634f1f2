using Loader.Application.Quality;
using Loader.Cli.Loading;
using Loader.Cli.Output;

namespace Loader.Cli.Reporting;

/// <summary>What the page does not say: what was not read, not judged or not listed.</summary>
internal static class NotJudgedSection
{
    /// <summary>Returns whether something was not judged that a reader would expect to be.</summary>
    public static bool IsLimited(QualityReport report) =>
        report.Detail != QualityDetail.Full || report.FilesNotJudged > 0 || report.SeriesNotJudged > 0;

    public static void Write(HtmlWriter html, LoadSummary summary)
    {
        html.Write("<section id=\"not-judged\"><h2>What was not judged</h2>\n");
        string[] limits = [.. FilesOf(summary), .. summary.Quality is { } quality ? SeriesOf(quality) : ["Series were not judged."]];
        if (limits.Length == 0)
        {
            html.Write("<p>All rows of all files were judged. ");
        }
        else
        {
            html.Write("<ul class=\"p\">");
            foreach (string limit in limits)
            {
                html.Write($"<li>{limit}</li>");
            }

            html.Write("</ul><p>");
        }

        html.Write("Only valid rows in the range of time are judged. Runs, spikes and jumps are found in the order of rows ");
        html.Write("and end with a file.</p></section>\n");
    }

    private static IEnumerable<string> FilesOf(LoadSummary summary)
    {
        if (summary.WasInterrupted)
        {
            yield return "The run was stopped: not all files were judged.";
        }

        if (summary.NotStarted > 0)
        {
            yield return $"{ConsoleFormat.Count(summary.NotStarted, "listed file")} {Were(summary.NotStarted)} not started.";
        }

        if (summary.Skipped > 0)
        {
            yield return $"{ConsoleFormat.Count(summary.Skipped, "file")} {Were(summary.Skipped)} loaded by an earlier run and not read.";
        }

        if (summary.SkippedByReason.Total > 0)
        {
            yield return $"Skipped {summary.SkippedByReason.Describe()}.";
        }

        foreach (string source in summary.EmptySources)
        {
            yield return $"There are no *.parquet files in {source}.";
        }

        if (summary.Quality is { FilesNotJudged: > 0 } quality)
        {
            yield return $"{ConsoleFormat.Count(quality.FilesNotJudged, "file")} {Were(quality.FilesNotJudged)} not read to the end; "
                + "their series are not judged.";
        }
    }

    private static IEnumerable<string> SeriesOf(QualityReport report)
    {
        if (report.Detail == QualityDetail.Days)
        {
            yield return "Memory limit: only counts a day were kept of each series, so gaps are whole days.";
        }
        else if (report.Detail != QualityDetail.Full)
        {
            yield return "Memory limit: only totals were kept of each series, so there are no gaps, days and medians.";
        }

        if (report.SeriesNotJudged > 0)
        {
            yield return $"Memory limit: {ConsoleFormat.Count(report.SeriesNotJudged)} series were not judged.";
        }

        if (report.ShortSeries > 0)
        {
            yield return $"{ConsoleFormat.Count(report.ShortSeries)} series {Have(report.ShortSeries)} fewer than 8 rows: "
                + "their times are not checked.";
        }

        if (report.SeriesWithoutStep > 0)
        {
            yield return $"{ConsoleFormat.Count(report.SeriesWithoutStep)} series {Have(report.SeriesWithoutStep)} no distance of times "
                + "that is known and stays the same: gaps are not checked.";
        }

        if (report.TruncatedFindings > 0)
        {
            yield return $"{ConsoleFormat.Count(report.TruncatedFindings, "finding")} "
                + $"{Were(report.TruncatedFindings)} counted and not listed.";
        }

        if (report.TruncatedSeries > 0)
        {
            yield return $"{ConsoleFormat.Count(report.TruncatedSeries)} series were judged and not listed.";
        }
    }

    private static string Were(long count) => count == 1 ? "was" : "were";

    private static string Have(long count) => count == 1 ? "has" : "have";
}
