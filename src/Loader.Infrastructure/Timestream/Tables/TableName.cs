namespace Loader.Infrastructure.Timestream.Tables;

/// <summary>The full name of a table.</summary>
/// <param name="Database">The database.</param>
/// <param name="Table">The table.</param>
/// <param name="Region">The region.</param>
internal readonly record struct TableName(string Database, string Table, string Region)
{
    /// <summary>Formats the name for messages.</summary>
    /// <returns>The table, database and region.</returns>
    public override string ToString() => $"'{Table}' of database '{Database}' in {Region}";
}
