using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>What a table contains, and how the loads of one sink changed it.</summary>
public sealed record TableSummary
{
    /// <summary>Gets the dataset. The table has the same name.</summary>
    public required DatasetType Dataset { get; init; }

    /// <summary>Gets how the loads of this sink changed the table.</summary>
    public TableChanges Changes { get; init; }

    /// <summary>Gets the number of rows in the table.</summary>
    public long RowCount { get; init; }

    /// <summary>Gets the number of distinct series in the table.</summary>
    public long SeriesCount { get; init; }

    /// <summary>Gets the earliest time, or <see langword="null"/> if the table is empty.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest time, or <see langword="null"/> if the table is empty.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Gets the distinct regions, sorted.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];
}

/// <summary>How loads changed a table, in rows. Superseded, duplicate and rejected rows are in none of the counts.</summary>
/// <param name="Inserted">Rows whose identity was not in the table.</param>
/// <param name="Updated">Rows that replaced the value or the unit of an older row.</param>
/// <param name="Unchanged">Rows that were in the table already with the same value and unit. A higher version was stored.</param>
public readonly record struct TableChanges(long Inserted, long Updated, long Unchanged)
{
    /// <summary>Adds two changes, count by count.</summary>
    /// <param name="left">The first changes.</param>
    /// <param name="right">The second changes.</param>
    /// <returns>The sums.</returns>
    public static TableChanges operator +(TableChanges left, TableChanges right) =>
        new(left.Inserted + right.Inserted, left.Updated + right.Updated, left.Unchanged + right.Unchanged);
}
