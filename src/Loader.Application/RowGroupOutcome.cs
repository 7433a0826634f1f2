using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>The outcome of one row group.</summary>
/// <param name="Ledger">The outcomes of its rows.</param>
/// <param name="Effort">The requests that it took to write them.</param>
internal sealed record RowGroupOutcome(Ledger Ledger, WriteEffort Effort)
{
    /// <summary>The length of <see cref="RowsByReason"/>: one count for each <see cref="RejectionReason"/>.</summary>
    public const int ReasonCount = (int)RejectionReason.UnwritableText + 1;

    /// <summary>
    /// Gets the number of invalid and filtered rows by reason, indexed by <see cref="RejectionReason"/>; <see langword="null"/> if there
    /// are none.
    /// </summary>
    public long[]? RowsByReason { get; init; }

    /// <summary>Gets the number of duplicates whose value is not that of the stored row.</summary>
    public int ConflictingDuplicates { get; init; }

    /// <summary>Gets the <see cref="MeasurementBatch.AmbiguousTimes"/> of the row group.</summary>
    public long AmbiguousTimes { get; init; }

    /// <summary>Gets the folder or S3 prefix where invalid and rejected rows were kept; <see langword="null"/> if none were.</summary>
    public string? RejectedRowsLocation { get; init; }

    /// <summary>Gets why the load cannot go on; <see langword="null"/> if it can.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>Gets a value indicating whether the outcome of every row is known, and rows that are not stored were kept.</summary>
    public bool IsSettled => Ledger.Unsettled == 0 && Failure is null;

    /// <summary>Creates the outcome of a row group whose rows are all outside of the range of time.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <returns>The outcome.</returns>
    public static RowGroupOutcome OutsideTimeRange(long rows)
    {
        long[] reasons = new long[ReasonCount];
        reasons[(int)RejectionReason.OutsideTimeRange] = rows;
        return new RowGroupOutcome(new Ledger { Read = rows, Filtered = rows }, default) { RowsByReason = reasons };
    }

    /// <summary>Creates the outcome of a row group of which no row has a known outcome.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="failure">The failure, or <see langword="null"/> if the row group was cancelled.</param>
    /// <returns>The outcome.</returns>
    public static RowGroupOutcome Unsettled(int rows, LoadException? failure = null) =>
        new(new Ledger { Read = rows, Unsettled = rows }, default) { Failure = failure };
}
