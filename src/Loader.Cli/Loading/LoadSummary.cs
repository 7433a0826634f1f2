using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>The result of loading all sources.</summary>
internal sealed record LoadSummary
{
    /// <summary>Gets the results of the files.</summary>
    public required FileResults Files { get; init; }

    /// <summary>Gets the folders and prefixes without a file to load, as the user wrote them.</summary>
    public IReadOnlyList<string> EmptySources { get; init; } = [];

    /// <summary>Gets the number of files that the interrupted run had loaded and that are unchanged since.</summary>
    public int Skipped { get; init; }

    /// <summary>Gets the files that are not data, such as hidden ones.</summary>
    public SkippedFiles SkippedByReason { get; init; } = new();

    /// <summary>
    /// Gets the number of listed files that were not started, because the run was interrupted or because the settings fail for every file.
    /// </summary>
    public int NotStarted { get; init; }

    /// <summary>Gets a value indicating whether the user stopped the run before its end.</summary>
    public bool WasInterrupted { get; init; }

    /// <summary>Gets the time that the run took, from the start of the listing to the end of the last load.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the contents of the tables that were loaded into, if the destination is DuckDB.</summary>
    public IReadOnlyList<TableSummary> Tables { get; init; } = [];

    /// <summary>Gets what a load would take, if InfluxDB is the destination of a dry run.</summary>
    public InfluxDbEstimate? InfluxDb { get; init; }

    /// <summary>Gets what was found in the series, or <see langword="null"/> if they were not judged.</summary>
    public QualityReport? Quality { get; init; }

    /// <summary>Gets a value indicating whether no source had a file to load.</summary>
    public bool FoundNothing => Files.Count + Skipped + NotStarted == 0 && !WasInterrupted;

    /// <summary>Gets the sum of all ledgers.</summary>
    public Ledger Total => Files.Totals.Ledger;

    /// <summary>Gets the sum of all write efforts.</summary>
    public WriteEffort Effort => Files.Totals.Effort;

    /// <summary>Gets failed if any file failed, incomplete if any file was stopped or not started, otherwise succeeded.</summary>
    public LoadStatus Status =>
        FoundNothing || Files.Totals.Count(LoadStatus.Failed) > 0 ? LoadStatus.Failed
        : WasInterrupted || NotStarted > 0 || Files.Totals.Count(LoadStatus.Incomplete) > 0 ? LoadStatus.Incomplete
        : LoadStatus.Succeeded;

    /// <summary>Returns the message for a run that found no file to load.</summary>
    public string DescribeNothingFound()
    {
        string cause = EmptySources.Count == 0
            ? "every file was skipped."
            : $"{string.Join(", ", EmptySources.Select(DescribeEmpty))}.";
        string skipped = SkippedByReason.Total == 0 ? "" : $" Skipped {SkippedByReason.Describe()}. A file that is named itself is loaded.";
        return $"Nothing to load: {cause}{skipped} A source is a file, a folder, s3://bucket/key, s3://bucket/prefix/ or a pattern.";
    }

    /// <summary>Describes a source that has no file to load, as part of a sentence.</summary>
    /// <param name="source">The source, as the user wrote it.</param>
    public static string DescribeEmpty(string source) =>
        source == ListedFiles.ListSource ? "standard input names no source"
        : SourceListing.IsFolder(source) ? $"there are no *.parquet files in {PlainText.Escape(source)}"
        : $"no *.parquet file matches {PlainText.Escape(source)}";
}

/// <summary>The result of loading one file.</summary>
/// <param name="Name">The file's name, or the source as the user wrote it if it could not be listed.</param>
internal sealed record FileResult(string Name)
{
    /// <summary>Gets the number of the file among all files, or 0 if it could not be listed.</summary>
    public int Number { get; init; }

    /// <summary>Gets the report, or <see langword="null"/> if the load did not start.</summary>
    public LoadReport? Report { get; init; }

    /// <summary>Gets the file's size, or <see langword="null"/> if the listing did not tell it.</summary>
    public long? Bytes { get; init; }

    /// <summary>Gets how the load ended.</summary>
    public LoadStatus Status { get; init; }

    /// <summary>Gets the error, or <see langword="null"/> if there was none.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Gets a value indicating whether the user named this file, and not a folder or prefix that contains it.</summary>
    public bool WasNamed { get; init; }

    /// <summary>Gets the ledger; all counts are 0 if the load did not start.</summary>
    public Ledger Ledger => Report?.Ledger ?? default;

    /// <summary>Gets the dataset, or <see langword="null"/> if it is not known.</summary>
    public DatasetType? Dataset => Report?.Dataset;
}
