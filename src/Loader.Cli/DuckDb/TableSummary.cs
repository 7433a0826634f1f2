using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>What a table holds, and what the loads of this sink did to it.</summary>
public sealed record TableSummary
{
    /// <summary>Gets the dataset, whose name is the table's.</summary>
    public required DatasetType Dataset { get; init; }

    /// <summary>Gets what this sink's loads did.</summary>
    public TableChanges Changes { get; init; }

    /// <summary>Gets the rows in the table.</summary>
    public long Rows { get; init; }

    /// <summary>Gets the distinct series in the table.</summary>
    public long Series { get; init; }

    /// <summary>Gets the earliest time, or <see langword="null"/> where the table is empty.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest time, or <see langword="null"/> where the table is empty.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Gets the regions, in the order of their names.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];
}
