using Loader.Application.Results;

namespace Loader.Application.Ports;

/// <summary>What became of the valid rows of one batch. Every one of them is in exactly one of the counts.</summary>
public sealed record WriteOutcome
{
    /// <summary>Gets the rows that were accepted.</summary>
    public int Written { get; init; }

    /// <summary>Gets the rows for which the destination holds the value of a newer object.</summary>
    public int Superseded { get; init; }

    /// <summary>Gets the rows whose series and time come again later in the same file.</summary>
    public int Duplicate { get; init; }

    /// <summary>Gets the rows that the destination refused, in the order of their numbers. Never invalid ones: those are not sent.</summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];

    /// <summary>Gets the rows whose outcome is not known, because of <see cref="Failure"/> or because the write was abandoned.</summary>
    public int Unsettled { get; init; }

    /// <summary>Gets what writing took.</summary>
    public WriteEffort Effort { get; init; }

    /// <summary>Gets why rows are unsettled; <see langword="null"/> when none is, or when the caller abandoned the write.</summary>
    public LoadException? Failure { get; init; }
}
