using System.Globalization;
using Loader.Application.Quality;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Prints the findings of a run as a short table, worst first.</summary>
internal static class QualityTable
{
    /// <summary>Prints the table and what was not judged.</summary>
    public static void Show(IAnsiConsole output, QualityReport report)
    {
        if (report.Checks.Count == 0)
        {
            output.MarkupLine(report.SeriesCount == 0
                ? "Quality: no series was judged."
                : $"Quality: no findings in {ConsoleFormat.Count(report.SeriesCount)} series.");
        }
        else
        {
            output.MarkupLine(
                $"Quality of {ConsoleFormat.Count(report.SeriesCount)} series, by days of "
                + $"{ConsoleFormat.Escape(string.Join(", ", report.Zones))}:");
            output.Write(Create(report));
        }

        if (report.Detail != QualityDetail.Full)
        {
            string kept = report.Detail == QualityDetail.Days ? "counts a day" : "totals";
            output.MarkupLine($"[yellow]warning:[/] many series: only {kept} of each were kept to stay within the memory limit.");
        }

        if (report.SeriesNotJudged > 0)
        {
            output.MarkupLine(
                $"[yellow]warning:[/] {ConsoleFormat.Count(report.SeriesNotJudged)} series were not judged, for want of memory.");
        }

        if (report.FilesNotJudged > 0)
        {
            output.MarkupLine(
                $"[yellow]warning:[/] {ConsoleFormat.Count(report.FilesNotJudged, "file")} not read to the end and not judged.");
        }
    }

    private static TextTable Create(QualityReport report)
    {
        var table = new TextTable(
            new TextColumn("Severity"),
            new TextColumn("Check"),
            new TextColumn("Series") { IsRightAligned = true },
            new TextColumn("Count") { IsRightAligned = true },
            new TextColumn("First") { LeftOutAs = 1 });
        foreach (CheckSummary check in report.Checks)
        {
            DateTimeOffset? first = report.Findings
                .Where(finding => finding.Check == check.Check && finding.Severity == check.Severity)
                .Min(finding => finding.From);
            table.AddRow(
                check.Severity.ToName(),
                check.Check.ToName(),
                ConsoleFormat.Count(check.Series),
                ConsoleFormat.Count(check.Count),
                first?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "");
        }

        return table;
    }
}
