using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>What became of one row group.</summary>
internal sealed record RowGroupOutcome(Ledger Ledger, WriteEffort Effort)
{
    /// <summary>Gets the invalid rows by reason, indexed by the reason's number; <see langword="null"/> where there are none.</summary>
    public long[]? InvalidByReason { get; init; }

    /// <summary>Gets where its rejected rows are, if there are any.</summary>
    public string? RejectedRows { get; init; }

    /// <summary>Gets why the load cannot go on.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>Gets a value indicating whether every row has an outcome, and rows that are not stored are kept.</summary>
    public bool IsSettled => Ledger.Unsettled == 0 && Failure is null;

    /// <summary>The outcome of a row group that was begun and given up.</summary>
    public static RowGroupOutcome Abandoned(MeasurementBatch batch, LoadException? failure = null) =>
        new(new Ledger { Read = batch.Count, Unsettled = batch.Count }, default) { Failure = failure };
}
