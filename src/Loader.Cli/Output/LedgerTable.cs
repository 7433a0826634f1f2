using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Output;

/// <summary>Formats the ledgers of a run as a table: one line per file, up to a maximum, and the totals.</summary>
internal static class LedgerTable
{
    /// <summary>
    /// On a narrower terminal, a column whose counts are all 0 is left out; that of filtered rows, which need a mapping or a range of time,
    /// on every one.
    /// </summary>
    private const int MinWidthForAllCounts = 140;

    private static readonly (string Name, Func<Ledger, long> Count, bool IsAlwaysShown)[] Counts =
    [
        ("Read", ledger => ledger.Read, true),
        .. Ledger.Outcomes.Select(
            outcome => (outcome.ToString(), (Func<Ledger, long>)(ledger => ledger[outcome]), outcome == RowOutcome.Written)),
    ];

    /// <summary>Creates the table for a console of the given width. In a dry run, written rows are called storable.</summary>
    public static TextTable Create(LoadSummary summary, int maxFilesShown, int width, bool isDryRun)
    {
        Ledger total = summary.Total;
        var counts = Counts.Where(count => count.IsAlwaysShown || count.Count(total) != 0
            || (width >= MinWidthForAllCounts && count.Name != nameof(RowOutcome.Filtered))).ToArray();
        IReadOnlyList<FileResult> shown = summary.Files.Show(maxFilesShown);
        string folder = CommonFolder([.. shown.Select(file => file.Name)]);
        var table = new TextTable(
            [
                new TextColumn(folder.Length == 0 ? "File" : $"File in {PlainText.Escape(folder)}") { IsName = true },
                new TextColumn("Dataset") { LeftOutAs = 1 },
                .. counts.Select(count => new TextColumn(
                    isDryRun && count.Name == nameof(RowOutcome.Written) ? "Storable" : count.Name) { IsRightAligned = true }),
                new TextColumn("Status"),
            ]);
        foreach (FileResult file in shown)
        {
            AddRow(PlainText.Escape(file.Name[folder.Length..]), file.Dataset?.Name ?? "", file.Ledger, file.Status);
        }

        if (summary.Files.Count > shown.Count)
        {
            table.AddRow($"... and {ConsoleFormat.Count(summary.Files.Count - shown.Count, "more file")}");
        }

        table.AddRow();
        AddRow(ConsoleFormat.Count(summary.Files.Count, "file"), "", total, summary.Status);
        return table;

        void AddRow(string name, string dataset, Ledger ledger, LoadStatus status) =>
            table.AddRow([name, dataset, .. counts.Select(count => ConsoleFormat.Count(count.Count(ledger))), status.ToName()]);
    }

    /// <summary>Returns the folder that all names start with, or an empty string. It is printed once, in the heading.</summary>
    public static string CommonFolder(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
        {
            return "";
        }

        string common = names[0];
        foreach (string name in names)
        {
            common = common[..common.AsSpan().CommonPrefixLength(name)];
        }

        return common[..(common.LastIndexOf('/') + 1)];
    }
}
