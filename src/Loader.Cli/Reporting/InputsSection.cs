using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;

namespace Loader.Cli.Reporting;

/// <summary>The files that were read, those that did not succeed first.</summary>
internal static class InputsSection
{
    /// <summary>The number of files that are listed; the run keeps no more.</summary>
    private const int Max = FileResults.MaxOthers;

    private const int FirstRows = 50;

    public static void Write(HtmlWriter html, LoadSummary summary)
    {
        html.Write("<section id=\"inputs\"><h2>Inputs</h2>\n");
        IReadOnlyList<FileResult> files = summary.Files.Show(Max);
        if (files.Count == 0)
        {
            html.Write("<p>No file was read.</p></section>\n");
            return;
        }

        WriteTable(html, files.Take(FirstRows));
        if (files.Count > FirstRows)
        {
            html.Write($"<details><summary>{ConsoleFormat.Count(files.Count - FirstRows, "more file")}</summary>");
            WriteTable(html, files.Skip(FirstRows));
            html.Write("</details>");
        }

        if (summary.Files.Count > files.Count)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(summary.Files.Count - files.Count, "more file")} not listed.</p>");
        }

        html.Write("</section>\n");
    }

    private static void WriteTable(HtmlWriter html, IEnumerable<FileResult> files)
    {
        html.Write("<div class=\"x\"><table class=\"f\"><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Status</th>");
        html.Write("<th scope=\"col\">Dataset</th><th scope=\"col\" class=\"r\">Rows</th><th scope=\"col\" class=\"r\">Size</th>");
        html.Write("<th scope=\"col\">ETag</th><th scope=\"col\">Mapping and its SHA-256</th></tr></thead><tbody>\n");
        foreach (FileResult file in files)
        {
            html.Write($"<tr><td><code>{file.Name}</code>");
            if (file.Failure is not null)
            {
                html.Write($"<br/>{VerdictSection.MessageOf(file)}");
            }

            html.Write("</td><td>");
            WriteStatus(html, file.Status.ToName());
            html.Write($"</td><td class=\"t\">{file.Dataset?.Name}</td><td class=\"r\">{ConsoleFormat.Count(file.Ledger.Read)}</td>");
            html.Write($"<td class=\"r\">{(file.Bytes is { } bytes ? ConsoleFormat.Size(bytes) : ReportFormat.Nothing)}</td>");
            html.Write($"<td><code>{file.Report?.ETag ?? ReportFormat.Nothing}</code></td><td>");
            if (file.Report?.Mapping is { } mapping)
            {
                html.Write($"{mapping.Name} <code>{mapping.Sha256}</code>");
            }

            html.Write("</td></tr>\n");
        }

        html.Write("</tbody></table></div>");
    }

    private static void WriteStatus(HtmlWriter html, string status) =>
        html.Write($"<b class=\"{(status == "succeeded" ? "o" : status == "failed" ? "e" : "w")}\">{status}</b>");
}
