using System.Globalization;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>Invalid and rejected rows by reason, the first of them, and where they are kept.</summary>
internal static class UnstoredRowsSection
{
    private const int MaxPlaces = 20;

    public static void Write(HtmlWriter html, LoadSummary summary, LoadSettings settings)
    {
        LoadTotals totals = summary.Files.Totals;
        html.Write("<section id=\"unstored\"><h2>Rows not stored</h2>\n");
        if (totals.Ledger.Invalid + totals.Ledger.Rejected == 0)
        {
            html.Write("<p>No row is invalid or rejected.</p></section>\n");
            return;
        }

        ILookup<(RejectionReason, bool), RowExample> examples = totals.RowExamples.ToLookup(row => (row.Reason, row.IsRejected));
        foreach ((RejectionReason reason, long count) in totals.InvalidByReason.OrderByDescending(pair => pair.Value))
        {
            html.Write($"<h3>{ConsoleFormat.Count(count, "row")} invalid: {reason.ToString()}</h3>");
            WriteRows(html, examples[(reason, false)]);
        }

        if (totals.Ledger.Rejected > 0)
        {
            html.Write($"<h3>{ConsoleFormat.Count(totals.Ledger.Rejected, "row")} rejected by the destination</h3>");
            WriteRows(html, totals.RowExamples.Where(row => row.IsRejected));
        }

        WritePlaces(html, summary, settings);
        html.Write("</section>\n");
    }

    private static void WriteRows(HtmlWriter html, IEnumerable<RowExample> rows)
    {
        html.Write("<div class=\"x\"><table class=\"f\"><thead><tr><th scope=\"col\">File</th>");
        html.Write("<th scope=\"col\" class=\"r\">Row group</th><th scope=\"col\" class=\"r\">Row</th>");
        html.Write("<th scope=\"col\">Time (UTC)</th><th scope=\"col\" class=\"r\">Value</th>");
        html.Write("<th scope=\"col\">Dimensions</th><th scope=\"col\">Detail</th></tr></thead><tbody>\n");
        foreach (RowExample row in rows)
        {
            string column = row.Column is { } name ? $", column {name}" : "";
            html.Write($"<tr><td><code>{row.File}</code></td><td class=\"r\">{row.RowGroup}</td>");
            html.Write($"<td class=\"r\">{row.Row.ToString("N0", CultureInfo.InvariantCulture)}{column}</td>");
            html.Write($"<td class=\"t\">{(row.Time is { } time ? ReportFormat.Utc(time) : ReportFormat.Nothing)}</td>");
            html.Write($"<td class=\"r\">{ReportFormat.Value(row.Value)}</td>");
            html.Write($"<td class=\"w\">{row.Series}</td><td>{row.Detail}</td></tr>\n");
        }

        html.Write("</tbody></table></div>");
    }

    private static void WritePlaces(HtmlWriter html, LoadSummary summary, LoadSettings settings)
    {
        IReadOnlyCollection<string> places = summary.Files.RejectedRowsLocations;
        if (places.Count == 0)
        {
            html.Write(
                $"<p class=\"n\">{(settings.IsDryRun ? "A load would keep these rows under --rejected." : "The rows are not kept.")}</p>");
            return;
        }

        html.Write("<h3>Where the rows are kept</h3><ul class=\"p\">");
        foreach (string place in places.Order(StringComparer.Ordinal).Take(MaxPlaces))
        {
            html.Write($"<li><code>{place}</code></li>");
        }

        html.Write("</ul>");
        if (places.Count > MaxPlaces)
        {
            html.Write($"<p class=\"n\">and {ConsoleFormat.Count(places.Count - MaxPlaces, "more folder")}");
            html.Write($"{(places.Count == FileResults.MaxOthers ? " at least" : "")}.</p>");
        }
    }
}
