using Loader.Application.Results;

namespace Loader.Lambda.Responses;

/// <summary>What all calls for a batch did together. The property names are a contract with the state machine.</summary>
/// <remarks>
/// The rows are those of the objects that were loaded, and of the parts of objects that were stored before a deadline. Rows of loads that
/// failed are not counted.
/// </remarks>
public sealed record BatchTotals
{
    /// <summary>Gets the number of calls, without those that were repeated after an error.</summary>
    public long Rounds { get; init; }

    /// <summary>Gets the number of objects that were loaded.</summary>
    public long FilesLoaded { get; init; }

    /// <summary>Gets the number of objects that were skipped.</summary>
    public long FilesSkipped { get; init; }

    /// <summary>Gets the number of objects that failed and are not tried again in this batch.</summary>
    public long FilesFailed { get; init; }

    /// <summary>Gets the number of skipped objects by reason in snake_case.</summary>
    public IReadOnlyDictionary<string, long> SkippedByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>Gets the number of rows read: the sum of the seven counts that follow.</summary>
    public long Read { get; init; }

    /// <inheritdoc cref="Ledger.Written"/>
    public long Written { get; init; }

    /// <inheritdoc cref="Ledger.Superseded"/>
    public long Superseded { get; init; }

    /// <inheritdoc cref="Ledger.Duplicate"/>
    public long Duplicate { get; init; }

    /// <inheritdoc cref="Ledger.Invalid"/>
    public long Invalid { get; init; }

    /// <inheritdoc cref="Ledger.Rejected"/>
    public long Rejected { get; init; }

    /// <inheritdoc cref="Ledger.Unsettled"/>
    public long Unsettled { get; init; }

    /// <inheritdoc cref="Ledger.Filtered"/>
    public long Filtered { get; init; }

    /// <summary>Gets the number of requests that the destination accepted.</summary>
    public long BatchesProcessed { get; init; }

    /// <summary>Gets the number of bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets the number of throttled requests.</summary>
    public long Throttles { get; init; }

    /// <summary>Gets the number of requests that were retried for any other reason.</summary>
    public long Retries { get; init; }

    /// <summary>Adds the rows of a load, or of the part of one that was stored.</summary>
    internal BatchTotals Add(LoadReport report) => this with
    {
        Read = Read + report.Ledger.Read,
        Written = Written + report.Ledger.Written,
        Superseded = Superseded + report.Ledger.Superseded,
        Duplicate = Duplicate + report.Ledger.Duplicate,
        Invalid = Invalid + report.Ledger.Invalid,
        Rejected = Rejected + report.Ledger.Rejected,
        Unsettled = Unsettled + report.Ledger.Unsettled,
        Filtered = Filtered + report.Ledger.Filtered,
        BatchesProcessed = BatchesProcessed + report.Effort.Requests,
        BytesRead = BytesRead + report.BytesRead,
        Throttles = Throttles + report.Effort.Throttles,
        Retries = Retries + report.Effort.Retries,
    };

    /// <summary>Adds a skipped object.</summary>
    internal BatchTotals AddSkipped(string reason) => this with
    {
        FilesSkipped = FilesSkipped + 1,
        SkippedByReason = new Dictionary<string, long>(SkippedByReason, StringComparer.Ordinal)
        {
            [reason] = SkippedByReason.GetValueOrDefault(reason) + 1,
        },
    };
}
