using Loader.Application.Results;
using Loader.Cli.Loading;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Lays the ledgers of a run out as a table: a row per file, where they are not too many, and always the totals.</summary>
internal static class LedgerTable
{
    /// <summary>A terminal narrower than this shows only the counts that are not 0 throughout.</summary>
    private const int WidthOfAllCounts = 140;

    /// <summary>The width of dataset and status with their margins, and of a count with a million rows.</summary>
    private const int WidthOfOthers = 32;
    private const int WidthOfCount = 13;
    private const int ShortestName = 20;

    private static readonly (string Name, Func<Ledger, long> Count, bool IsAlwaysShown)[] Counts =
    [
        ("Read", ledger => ledger.Read, true),
        .. Ledger.Outcomes.Select(outcome => (outcome.ToString(), (Func<Ledger, long>)(ledger => ledger[outcome]), outcome == RowOutcome.Written)),
    ];

    /// <summary>Makes the table.</summary>
    public static Table Of(RunResult result, int filesShown, int width)
    {
        Ledger total = result.Total;
        var counts = Counts.Where(count => count.IsAlwaysShown || width >= WidthOfAllCounts || count.Count(total) != 0).ToArray();
        string folder = SharedFolder(result.Files);
        int longestName = Math.Clamp(width - WidthOfOthers - (counts.Length * WidthOfCount), ShortestName, Words.LongestName);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn(folder.Length == 0 ? "File" : $"File below {Words.Name(folder, longestName - 11)}").NoWrap());
        table.AddColumn(new TableColumn("Dataset").NoWrap());
        foreach ((string name, _, _) in counts)
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("Status").NoWrap());
        foreach (FileResult file in FilesToShow(result.Files, filesShown))
        {
            AddRow(Words.Name(file.Name[folder.Length..], longestName), file.Dataset?.Name ?? "", file.Ledger, file.Status);
        }

        if (result.Files.Count > filesShown)
        {
            table.AddRow($"… and {Words.Of(result.Files.Count - filesShown, "more file")}");
        }

        table.AddEmptyRow();
        AddRow($"[bold]{Words.Of(result.Files.Count, "file")}[/]", "", total, result.Status);
        return table;

        void AddRow(string name, string dataset, Ledger ledger, LoadStatus status) =>
            table.AddRow([name, dataset, .. counts.Select(count => Words.Of(count.Count(ledger))), FileDocument.StatusOf(status)]);
    }

    /// <summary>Of many files those that did not succeed are the ones to see.</summary>
    private static IEnumerable<FileResult> FilesToShow(IReadOnlyList<FileResult> files, int shown) => files.Count <= shown
        ? files
        : files.OrderBy(file => file.Status == LoadStatus.Succeeded).Take(shown);

    /// <summary>What all names begin with, up to a slash; said once, it leaves room for what tells them apart.</summary>
    private static string SharedFolder(IReadOnlyList<FileResult> files)
    {
        if (files.Count < 2)
        {
            return "";
        }

        string shared = files[0].Name;
        foreach (FileResult file in files)
        {
            shared = shared[..shared.AsSpan().CommonPrefixLength(file.Name)];
        }

        return shared[..(shared.LastIndexOf('/') + 1)];
    }
}
