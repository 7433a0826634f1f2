using Loader.Application.Results;

namespace Loader.Application.Ports;

/// <summary>The outcomes of the valid rows of one batch. Every valid row is in exactly one of the counts.</summary>
public sealed record WriteOutcome
{
    /// <inheritdoc cref="Ledger.Written"/>
    public int Written { get; init; }

    /// <inheritdoc cref="Ledger.Superseded"/>
    public int Superseded { get; init; }

    /// <inheritdoc cref="Ledger.Duplicate"/>
    public int Duplicate { get; init; }

    /// <summary>
    /// Gets the rows that the destination refused, in ascending order. Invalid rows are never among them, because they are not sent.
    /// </summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];

    /// <summary>
    /// Gets the number of rows whose outcome is unknown, because of <see cref="Failure"/> or because the write was cancelled.
    /// </summary>
    public int Unsettled { get; init; }

    /// <summary>Gets the requests that it took to write the rows.</summary>
    public WriteEffort Effort { get; init; }

    /// <summary>Gets why rows are unsettled, or <see langword="null"/> if none is or the write was cancelled.</summary>
    public LoadException? Failure { get; init; }
}
