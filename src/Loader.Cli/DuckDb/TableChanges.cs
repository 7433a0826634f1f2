namespace Loader.Cli.DuckDb;

/// <summary>What loads did to a table. Rows that are superseded, duplicate or rejected are in none of the counts.</summary>
/// <param name="Inserted">Rows whose identity the table did not hold.</param>
/// <param name="Updated">Rows whose value, or unit, took the place of an older one.</param>
/// <param name="Unchanged">Rows that the table held already with this value; where theirs is higher, only the version was raised.</param>
public readonly record struct TableChanges(long Inserted, long Updated, long Unchanged)
{
    /// <summary>Adds two changes, count by count.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static TableChanges operator +(TableChanges left, TableChanges right) =>
        new(left.Inserted + right.Inserted, left.Updated + right.Updated, left.Unchanged + right.Unchanged);
}
