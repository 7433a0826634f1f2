using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>
/// Staged rows counted by the result of comparing their version, value and unit with the row of the same identity in the table.
/// </summary>
internal readonly record struct ComparisonCounts
{
    /// <summary>Gets how the accepted rows change the table.</summary>
    public TableChanges Changes { get; init; }

    /// <summary>Gets the rows whose identity the table holds from a newer object.</summary>
    public int Superseded { get; init; }

    /// <summary>Gets the rows whose identity the table holds from a later row group of the same object.</summary>
    public int Duplicates { get; init; }

    /// <summary>Gets the rows whose version the table holds with another value or unit.</summary>
    public int Conflicts { get; init; }

    /// <summary>Gets the rows whose version is above the table's, including those with the same value.</summary>
    public int ToUpdate { get; init; }

    /// <summary>Gets the rows of <see cref="ToUpdate"/> whose unit differs.</summary>
    public int UnitsToUpdate { get; init; }

    /// <summary>Gets the number of rows counted.</summary>
    public long Count => Changes.Inserted + Changes.Updated + Changes.Unchanged + Superseded + Duplicates + Conflicts;

    /// <summary>Counts rows whose identity is not in the table.</summary>
    public ComparisonCounts AddNew(int count) => this with { Changes = Changes + new TableChanges(count, 0, 0) };

    /// <summary>Counts rows whose identity is in the table.</summary>
    public ComparisonCounts AddExisting(long version, long existing, bool sameValue, bool sameUnit, int count)
    {
        bool same = sameValue && sameUnit;
        TableChanges change = same ? new TableChanges(0, 0, count) : new TableChanges(0, count, 0);
        return ObjectVersion.CompareStored(version, existing) switch
        {
            null => this with
            {
                Changes = Changes + change,
                ToUpdate = ToUpdate + count,
                UnitsToUpdate = UnitsToUpdate + (sameUnit ? 0 : count),
            },
            StoredVersion.NewerObject => this with { Superseded = Superseded + count },
            StoredVersion.LaterRowGroup => this with { Duplicates = Duplicates + count },
            _ when same => this with { Changes = Changes + change },
            _ => this with { Conflicts = Conflicts + count },
        };
    }
}
