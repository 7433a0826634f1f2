using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>The heading of a page: how the run ended, in one line, and what a reader must know before the rest.</summary>
internal static class VerdictSection
{
    /// <summary>The number of failures that are shown above all; the table of files has the others.</summary>
    private const int MaxFailures = 5;

    public static void Write(HtmlWriter html, LoadSummary summary, LoadSettings settings, string kind)
    {
        (string tone, string verdict) = Conclude(summary, settings);
        html.Write(
            $"<header><div class=\"v {tone}\"><p class=\"k\">{kind} of {string.Join(", ", settings.Sources)}</p>\n<h1>{verdict}</h1>");
        html.Write($"<p>{new HtmlMessage(Describe(summary))}</p>");
        foreach (string note in Notes(summary))
        {
            html.Write($"<p><b class=\"w\">note</b> {note}</p>");
        }

        FileResult[] failures = [.. summary.Files.Failures.Take(MaxFailures)];
        foreach (FileResult file in failures)
        {
            html.Write($"<p><b class=\"e\">failed</b> <code>{file.Name}</code></p><p>{new HtmlMessage(MessageOf(file))}</p>");
        }

        if (summary.Files.FailureCount > failures.Length)
        {
            html.Write($"<p>{ConsoleFormat.Count(summary.Files.FailureCount - failures.Length, "more failure")}: see the inputs.</p>");
        }

        html.Write("</div>\n<nav aria-label=\"Sections\"><a href=\"#ledger\">Rows</a>");
        if (summary.Quality is not null)
        {
            html.Write("<a href=\"#checks\">Checks</a><a href=\"#coverage\">Coverage</a><a href=\"#gaps\">Gaps</a>");
        }

        html.Write("<a href=\"#unstored\">Rows not stored</a>");
        if (summary.Quality is not null)
        {
            html.Write("<a href=\"#series\">Series</a>");
        }

        html.Write("<a href=\"#inputs\">Inputs</a><a href=\"#settings\">Settings</a>");
        html.Write("<a href=\"#not-judged\">Not judged</a></nav></header>\n");
    }

    /// <summary>Returns the message of a failure as it is printed on the console.</summary>
    public static string MessageOf(FileResult file) => file.Failure is LoadException failure
        ? failure.Message
        : $"unexpected {file.Failure!.GetType().Name}: {file.Failure.Message}";

    private static (string Tone, string Verdict) Conclude(LoadSummary summary, LoadSettings settings)
    {
        string done = settings.IsDryRun ? "judged" : "loaded";
        if (summary.FoundNothing)
        {
            return ("e", "Nothing to load");
        }

        if (summary.WasInterrupted)
        {
            return ("w", $"Stopped: not all files were {done}");
        }

        if (summary.Files.FailureCount > 0)
        {
            return (
                "e",
                $"{ConsoleFormat.Count(summary.Files.FailureCount)} of "
                + $"{ConsoleFormat.Count(summary.Files.Count + summary.NotStarted, "file")} failed");
        }

        if (summary.Status != LoadStatus.Succeeded)
        {
            return ("w", $"Not complete: not all files were {done}");
        }

        long errors = summary.Quality?.CountOf(QualitySeverity.Error) ?? 0;
        long warnings = summary.Quality?.CountOf(QualitySeverity.Warning) ?? 0;
        long notes = summary.Quality?.CountOf(QualitySeverity.Info) ?? 0;
        if (errors + warnings > 0)
        {
            string found = errors == 0 ? ConsoleFormat.Count(warnings, "warning")
                : warnings == 0 ? ConsoleFormat.Count(errors, "error")
                : $"{ConsoleFormat.Count(errors, "error")} and {ConsoleFormat.Count(warnings, "warning")}";
            return (errors > 0 ? "e" : "w", $"{found} in the series");
        }

        long refused = summary.Total.Invalid + summary.Total.Rejected;
        string stored = settings.IsDryRun ? "can be stored" : "are stored";
        return refused > 0 ? ("w", $"{ConsoleFormat.Count(refused, "row")} not stored, all others {stored}")
            : notes > 0 ? ("i", $"All rows {stored}; nothing worse than {ConsoleFormat.Count(notes, "remark")} in the series")
            : (summary.Quality is null ? "i" : "o", $"All rows {stored}; nothing was found in the series");
    }

    private static string Describe(LoadSummary summary)
    {
        if (summary.FoundNothing)
        {
            return summary.DescribeNothingFound();
        }

        string series = summary.Quality is { } quality
            ? $", {ConsoleFormat.Count(quality.SeriesCount)} series judged by days of {string.Join(", ", quality.Zones)}"
            : "";
        string range = summary.Quality is { From: { } from, To: { } to }
            ? $", {ReportFormat.Utc(from)} to {ReportFormat.Utc(to)} UTC"
            : "";
        return $"{ConsoleFormat.Count(summary.Total.Read, "row")} of {ConsoleFormat.Count(summary.Files.Count, "file")}{series}{range}.";
    }

    /// <summary>Returns what makes the page say less than it seems to.</summary>
    private static IEnumerable<string> Notes(LoadSummary summary)
    {
        if (summary.WasInterrupted || summary.NotStarted > 0)
        {
            yield return summary.NotStarted > 0
                ? $"{ConsoleFormat.Count(summary.NotStarted, "listed file")} {(summary.NotStarted == 1 ? "was" : "were")} not started."
                : "The run was stopped before the end of the listing or of a file: not all files were judged.";
        }

        if (summary.Quality is { } quality && NotJudgedSection.IsLimited(quality))
        {
            yield return "Not everything was judged: see the end of the page.";
        }
    }
}
