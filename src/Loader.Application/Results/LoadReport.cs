using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>What one load of one file did.</summary>
/// <remarks>
/// An incomplete load's report covers exactly the row groups from <see cref="FromRowGroup"/> to <see cref="ResumeToken.RowGroup"/> - 1, so that the reports of a
/// load and of those that resume it add up to the file. A failed load's report covers every row group that it began.
/// </remarks>
public sealed record LoadReport
{
    /// <summary>Gets the file.</summary>
    public required SourceFile File { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> when the load failed before it was known.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the object version that records were written with, or <see langword="null"/> when the load failed before it was known.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets the ETag of the object that was read, or <see langword="null"/> when the load failed before it was known.</summary>
    public string? ETag { get; init; }

    /// <summary>Gets the first row group that the report covers.</summary>
    public int FromRowGroup { get; init; }

    /// <summary>Gets how the load ended.</summary>
    public LoadStatus Status { get; init; }

    /// <summary>Gets what became of every row.</summary>
    public Ledger Ledger { get; init; }

    /// <summary>Gets what writing took.</summary>
    public WriteEffort Effort { get; init; }

    /// <summary>Gets the invalid rows by reason; they add up to <see cref="Ledger.Invalid"/>.</summary>
    public IReadOnlyDictionary<RejectionReason, long> InvalidByReason { get; init; } = new Dictionary<RejectionReason, long>();

    /// <summary>Gets the bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets how long the load took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the folder or S3 prefix under which invalid and rejected rows of this load were kept, or <see langword="null"/> where there were none.</summary>
    public string? RejectedRows { get; init; }

    /// <summary>Gets where to go on when <see cref="Status"/> is <see cref="LoadStatus.Incomplete"/>.</summary>
    public ResumeToken? Resume { get; init; }

    /// <summary>Gets the failure, unless the load succeeded.</summary>
    public LoadException? Failure { get; init; }
}
