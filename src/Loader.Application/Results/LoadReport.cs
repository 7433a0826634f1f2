using System.Globalization;
using System.Text.Json.Serialization;
using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>The report of one load of one file.</summary>
/// <remarks>
/// The report of an incomplete load covers exactly the row groups from <see cref="FromRowGroup"/> up to, but not including,
/// <see cref="ResumeToken.RowGroup"/>, so the reports of a load and of those that resume it add up to the file. The report of a failed load
/// covers every row group that it began. <see cref="System.Text.Json.JsonSerializer"/> writes the object that
/// <c>docs/load-output.schema.json</c> describes for a file; it cannot be read back.
/// </remarks>
[JsonConverter(typeof(LoadReportJson))]
public sealed record LoadReport
{
    /// <summary>Gets the file.</summary>
    public required SourceFile File { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> if the load ended before it was known.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>
    /// Gets the object version that records were written with, or <see langword="null"/> if the load ended before it was known.
    /// </summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets the ETag of the object that was read, or <see langword="null"/> if the load ended before it was known.</summary>
    public string? ETag { get; init; }

    /// <summary>Gets the mapping that the file was read with, or <see langword="null"/> if it was read without one.</summary>
    public AppliedMapping? Mapping { get; init; }

    /// <summary>Gets the destination, or <see langword="null"/> if the load ended before it was known.</summary>
    public Destination? Destination { get; init; }

    /// <summary>
    /// Gets a value indicating whether the object was replaced after the event that named it; the current object was loaded.
    /// </summary>
    public bool ReplacedSinceEvent { get; init; }

    /// <summary>
    /// Gets why the file was not loaded, or <see langword="null"/> unless <see cref="Status"/> is <see cref="LoadStatus.Skipped"/>.
    /// </summary>
    public SkipReason? SkippedBecause { get; init; }

    /// <summary>Gets the index of the first row group that the report covers.</summary>
    public int FromRowGroup { get; init; }

    /// <summary>Gets how the load ended.</summary>
    public LoadStatus Status { get; init; }

    /// <summary>Gets the outcomes of all rows.</summary>
    public Ledger Ledger { get; init; }

    /// <summary>Gets the requests that it took to write the rows.</summary>
    public WriteEffort Effort { get; init; }

    /// <summary>Gets the number of invalid rows by reason; they add up to <see cref="Ledger.Invalid"/>.</summary>
    public IReadOnlyDictionary<RejectionReason, long> InvalidByReason { get; init; } = new Dictionary<RejectionReason, long>();

    /// <summary>Gets the number of filtered rows by reason; they add up to <see cref="Ledger.Filtered"/>.</summary>
    public IReadOnlyDictionary<RejectionReason, long> FilteredByReason { get; init; } = new Dictionary<RejectionReason, long>();

    /// <summary>Gets the first rows of each reason that are not stored.</summary>
    public IReadOnlyList<RowExample> RowExamples { get; init; } = [];

    /// <summary>
    /// Gets the number of <see cref="Ledger.Duplicate"/> rows whose value is not that of the stored row: one time has two values.
    /// </summary>
    public long ConflictingDuplicates { get; init; }

    /// <summary>
    /// Gets the number of local times of a series that occur twice in the source's zone, because clocks were set back, but only once in the
    /// file. They were read as the earlier instant.
    /// </summary>
    public long AmbiguousTimes { get; init; }

    /// <summary>Gets the number of bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets the time that the load took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>
    /// Gets the folder or S3 prefix where invalid and rejected rows of this load were kept, or <see langword="null"/> if none were.
    /// </summary>
    public string? RejectedRowsLocation { get; init; }

    /// <summary>
    /// Gets the token to resume the load with, or <see langword="null"/> unless <see cref="Status"/> is
    /// <see cref="LoadStatus.Incomplete"/>.
    /// </summary>
    public ResumeToken? Resume { get; init; }

    /// <summary>Gets the failure, or <see langword="null"/> if the load succeeded or was cancelled by its caller.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>Returns the report in one sentence.</summary>
    /// <returns>
    /// Text such as <c>s3://bucket/key (generation): succeeded in 1.2 s, 3 read, 2 written, …</c>, with reasons, failure and resume token.
    /// </returns>
    public override string ToString()
    {
        string dataset = Dataset is null ? "" : $" ({Dataset.Name})";
        string reasons = string.Concat(
            InvalidByReason.Concat(FilteredByReason).Select(static reason => $", {reason.Key}: {reason.Value}"));
        string skipped = SkippedBecause is { } reason ? $" because of {reason}" : "";
        string resume = Resume is { } token ? $". It can be resumed at row group {token.RowGroup}" : "";
        string failure = Failure is null ? "" : $". {Failure.GetType().Name}: {Failure.Message}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PlainText.Escape(File.ToString())}{dataset}: {Status.ToName()}{skipped} "
            + $"in {Elapsed.TotalSeconds:0.###} s, {Ledger}{reasons}{resume}{failure}");
    }
}

/// <summary>How a load ended.</summary>
public enum LoadStatus
{
    /// <summary>The outcome of every row is known, and no more rows are invalid or rejected than allowed.</summary>
    Succeeded,

    /// <summary>The load failed.</summary>
    Failed,

    /// <summary>The load stopped before its end and can be resumed.</summary>
    Incomplete,

    /// <summary>
    /// Nothing was loaded, because the file is not data: <see cref="LoadReport.SkippedBecause"/> says why. It is no failure.
    /// </summary>
    Skipped,
}
