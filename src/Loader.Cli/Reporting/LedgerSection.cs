using System.Globalization;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Infrastructure.InfluxDb;

namespace Loader.Cli.Reporting;

/// <summary>The outcomes of all rows as a bar, and that they add up to the rows that were read.</summary>
internal static class LedgerSection
{
    private const int BarLength = 1_000;

    /// <summary>The shortest part of an outcome that has a row, so that one row of a million is seen.</summary>
    private const int MinLength = 4;

    public static void Write(HtmlWriter html, LoadSummary summary, LoadSettings settings)
    {
        Ledger total = summary.Total;
        html.Write("<section id=\"ledger\"><h2>What became of the rows</h2>\n");
        if (total.Read > 0)
        {
            WriteBar(html, total, settings.IsDryRun);
        }

        html.Write("<ul class=\"leg\">");
        foreach (RowOutcome outcome in Ledger.Outcomes)
        {
            string share = total[outcome] == 0 ? "" : $" · {ReportFormat.Percent((double)total[outcome] / total.Read)}";
            html.Write($"<li class=\"{(total[outcome] == 0 ? "z" : "")}\"><i class=\"sw {ClassOf(outcome)}\"></i>");
            html.Write($"<span>{NameOf(outcome, settings.IsDryRun)}{share}</span>");
            html.Write($"<b>{ConsoleFormat.Count(total[outcome])}</b></li>");
        }

        html.Write("</ul>\n<p>");
        html.Write($"<b class=\"{(total.IsBalanced ? "o" : "e")}\">{(total.IsBalanced ? "balanced" : "not balanced")}</b> ");
        html.Write($"{ConsoleFormat.Count(total.Read)} read = ");
        foreach ((int index, RowOutcome outcome) in Ledger.Outcomes.Index())
        {
            html.Write($"{(index == 0 ? "" : " + ")}{ConsoleFormat.Count(total[outcome])} {NameOf(outcome, settings.IsDryRun)}");
        }

        html.Write("</p>");
        WriteDetails(html, summary);
        if (settings.Sink != SinkKind.DuckDb && summary.Effort.WriteUnits > 0)
        {
            WriteCost(html, CostEstimate.From(summary.Effort, settings.PricePerMillionWrites), settings.IsDryRun);
        }

        if (summary.InfluxDb is { } estimate)
        {
            WriteEffort(html, estimate);
        }

        html.Write("</section>\n");
    }

    private static void WriteBar(HtmlWriter html, Ledger total, bool isDryRun)
    {
        RowOutcome[] outcomes = [.. Ledger.Outcomes.Where(outcome => total[outcome] > 0)];
        double unit = (double)(BarLength - (MinLength * outcomes.Length)) / outcomes.Sum(outcome => (double)total[outcome]);
        html.Write("<svg class=\"bar\" viewBox=\"0 0 1000 28\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
        html.Write($"{ConsoleFormat.Count(total.Read, "row")}");
        foreach (RowOutcome outcome in outcomes)
        {
            html.Write($", {ConsoleFormat.Count(total[outcome])} {NameOf(outcome, isDryRun)}");
        }

        html.Write("\">");
        double x = 0;
        foreach (RowOutcome outcome in outcomes)
        {
            double length = MinLength + (total[outcome] * unit);
            html.Write($"<rect class=\"{ClassOf(outcome)}\" x=\"{x:0.#}\" width=\"{length:0.#}\" height=\"28\"><title>");
            html.Write($"{ConsoleFormat.Count(total[outcome])} {NameOf(outcome, isDryRun)}</title></rect>");
            x += length;
        }

        html.Write("</svg>");
    }

    private static void WriteDetails(HtmlWriter html, LoadSummary summary)
    {
        LoadTotals totals = summary.Files.Totals;
        if (totals.FilteredByReason.Count > 0)
        {
            string filtered = string.Join(", ", totals.FilteredByReason.Select(pair => $"{ConsoleFormat.Count(pair.Value)} {pair.Key}"));
            html.Write($"<p class=\"n\">Left out on purpose: {filtered}.</p>");
        }

        if (totals.ConflictingDuplicates > 0)
        {
            html.Write($"<p><b class=\"w\">conflicting</b> {ConsoleFormat.Count(totals.ConflictingDuplicates, "duplicate row")} ");
            html.Write("with another value than the stored one.</p>");
        }

        if (totals.AmbiguousTimes > 0)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(totals.AmbiguousTimes, "local time")} of the hour that clocks repeat, ");
            html.Write("but once in a file: read as the earlier instant.</p>");
        }
    }

    private static void WriteCost(HtmlWriter html, CostEstimate cost, bool isDryRun)
    {
        string price = cost.PricePerMillionWrites.ToString("0.00##", CultureInfo.InvariantCulture);
        html.Write($"<p>Writing them to Timestream {(isDryRun ? "would cost" : "cost")} ");
        html.Write($"<strong>USD {cost.Cost.ToString("0.00####", CultureInfo.InvariantCulture)}</strong>: ");
        html.Write($"{ConsoleFormat.Count(cost.WriteUnits, "write unit")} of 1 KiB in {ConsoleFormat.Count(cost.Requests, "request")}, ");
        html.Write($"at USD {price} for a million units.</p>");
    }

    private static void WriteEffort(HtmlWriter html, InfluxDbEstimate estimate)
    {
        html.Write($"<p>Writing them to {InfluxDbText.Place(estimate)} would take {InfluxDbText.Requests(estimate)}: ");
        html.Write($"<strong>{InfluxDbText.Points(estimate)}</strong>. {InfluxDbText.Growth(estimate)}</p>");
        if (InfluxDbText.FindWarning(estimate) is { } warning)
        {
            html.Write($"<p><b class=\"w\">warning</b> {warning}</p>");
        }
    }

    private static string NameOf(RowOutcome outcome, bool isDryRun) =>
        isDryRun && outcome == RowOutcome.Written ? "storable" : outcome.ToString().ToLowerInvariant();

    private static string ClassOf(RowOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
