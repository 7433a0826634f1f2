using Loader.Application.Results;
using Loader.Cli.Loading;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Formats the ledgers of a run as a table: one line per file, up to a maximum, and the totals.</summary>
internal static class LedgerTable
{
    /// <summary>
    /// On a narrower terminal, a column whose counts are all 0 is left out; that of filtered rows, which need a mapping or a range of time,
    /// on every one.
    /// </summary>
    private const int MinWidthForAllCounts = 140;

    /// <summary>The width of the columns for dataset and status, with margins.</summary>
    private const int FixedWidth = 32;

    /// <summary>The width of a column for counts of millions, with margins.</summary>
    private const int CountWidth = 13;
    private const int MinNameLength = 20;

    private static readonly (string Name, Func<Ledger, long> Count, bool IsAlwaysShown)[] Counts =
    [
        ("Read", ledger => ledger.Read, true),
        .. Ledger.Outcomes.Select(
            outcome => (outcome.ToString(), (Func<Ledger, long>)(ledger => ledger[outcome]), outcome == RowOutcome.Written)),
    ];

    /// <summary>Creates the table for a console of the given width. In a dry run, written rows are called storable.</summary>
    public static Table Create(LoadSummary summary, int maxFilesShown, int width, bool isDryRun)
    {
        Ledger total = summary.Total;
        var counts = Counts.Where(count => count.IsAlwaysShown || count.Count(total) != 0
            || (width >= MinWidthForAllCounts && count.Name != nameof(RowOutcome.Filtered))).ToArray();
        IReadOnlyList<FileResult> shown = summary.Files.Show(maxFilesShown);
        string folder = CommonFolder(shown);
        int maxNameLength = Math.Clamp(width - FixedWidth - (counts.Length * CountWidth), MinNameLength, ConsoleFormat.MaxNameLength);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn(
            folder.Length == 0 ? "File" : $"File in {ConsoleFormat.FileName(folder, maxNameLength - "File in ".Length)}").NoWrap());
        table.AddColumn(new TableColumn("Dataset").NoWrap());
        foreach ((string name, _, _) in counts)
        {
            string heading = isDryRun && name == nameof(RowOutcome.Written) ? "Storable" : name;
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("Status").NoWrap());
        foreach (FileResult file in shown)
        {
            AddRow(ConsoleFormat.FileName(file.Name[folder.Length..], maxNameLength), file.Dataset?.Name ?? "", file.Ledger, file.Status);
        }

        if (summary.Files.Count > shown.Count)
        {
            table.AddRow($"… and {ConsoleFormat.Count(summary.Files.Count - shown.Count, "more file")}");
        }

        table.AddEmptyRow();
        AddRow($"[bold]{ConsoleFormat.Count(summary.Files.Count, "file")}[/]", "", total, summary.Status);
        return table;

        void AddRow(string name, string dataset, Ledger ledger, LoadStatus status) =>
            table.AddRow([name, dataset, .. counts.Select(count => ConsoleFormat.Count(count.Count(ledger))), status.ToName()]);
    }

    /// <summary>Returns the folder that all names start with, or an empty string. It is printed once, in the heading.</summary>
    private static string CommonFolder(IReadOnlyList<FileResult> files)
    {
        if (files.Count < 2)
        {
            return "";
        }

        string common = files[0].Name;
        foreach (FileResult file in files)
        {
            common = common[..common.AsSpan().CommonPrefixLength(file.Name)];
        }

        return common[..(common.LastIndexOf('/') + 1)];
    }
}
