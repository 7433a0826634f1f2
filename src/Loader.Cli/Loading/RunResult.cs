using Loader.Application.Results;
using Loader.Cli.DuckDb;

namespace Loader.Cli.Loading;

/// <summary>How a run over all sources ended.</summary>
internal sealed record RunResult
{
    /// <summary>Gets the results in the order in which files were loaded.</summary>
    public required IReadOnlyList<FileResult> Files { get; init; }

    /// <summary>Gets the folders and prefixes that hold no file to load, as the user wrote them.</summary>
    public IReadOnlyList<string> Unmatched { get; init; } = [];

    /// <summary>Gets a value indicating whether there was nothing at all to load.</summary>
    public bool MatchedNothing => Files.Count + Skipped + NotStarted == 0 && !WasInterrupted;

    /// <summary>Gets the files that an earlier, interrupted run had loaded and that are unchanged since.</summary>
    public int Skipped { get; init; }

    /// <summary>Gets the files that were not begun, because the run was interrupted or every one would have failed alike.</summary>
    public int NotStarted { get; init; }

    /// <summary>Gets a value indicating whether the user stopped the run before its end.</summary>
    public bool WasInterrupted { get; init; }

    /// <summary>Gets what the tables now hold, where the destination is DuckDB.</summary>
    public IReadOnlyList<TableSummary> Tables { get; init; } = [];

    /// <summary>Gets the sum of all ledgers.</summary>
    public Ledger Total => Files.Aggregate(default(Ledger), (sum, file) => sum + file.Ledger);

    /// <summary>Gets the sum of all efforts.</summary>
    public WriteEffort Effort => Files.Aggregate(default(WriteEffort), (sum, file) => sum + (file.Report?.Effort ?? default));

    /// <summary>Gets failed where any file failed, incomplete where any was stopped or not begun, otherwise succeeded.</summary>
    public LoadStatus Status =>
        MatchedNothing || Files.Any(file => file.Status == LoadStatus.Failed) ? LoadStatus.Failed
        : WasInterrupted || NotStarted > 0 || Files.Any(file => file.Status == LoadStatus.Incomplete) ? LoadStatus.Incomplete
        : LoadStatus.Succeeded;
}
