using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>Counts what the version rules say of staged rows.</summary>
internal readonly record struct JudgedRows
{
    /// <summary>Gets what the rows that are accepted do to the table.</summary>
    public TableChanges Changes { get; init; }

    /// <summary>Gets the rows that are older than what the table holds from a newer object.</summary>
    public int Superseded { get; init; }

    /// <summary>Gets the rows that a later row group of their object overtook.</summary>
    public int Duplicates { get; init; }

    /// <summary>Gets the rows whose version the table holds with another value or unit.</summary>
    public int Conflicts { get; init; }

    /// <summary>Gets the rows whose version is above the table's, whatever their value.</summary>
    public int ToUpdate { get; init; }

    /// <summary>Gets those of <see cref="ToUpdate"/> whose unit is another.</summary>
    public int UnitsToUpdate { get; init; }

    /// <summary>Gets all rows that were counted.</summary>
    public long Count => Changes.Inserted + Changes.Updated + Changes.Unchanged + Superseded + Duplicates + Conflicts;

    /// <summary>Counts rows whose identity the table does not hold.</summary>
    public JudgedRows AddNew(int count) => this with { Changes = Changes + new TableChanges(count, 0, 0) };

    /// <summary>Counts rows whose identity the table holds.</summary>
    public JudgedRows AddFound(long version, long existing, bool sameValue, bool sameUnit, int count)
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
