namespace Loader.Infrastructure.Timestream;

/// <summary>Names a table as messages do.</summary>
/// <param name="Database">The database.</param>
/// <param name="Table">The table.</param>
/// <param name="Region">The region.</param>
internal readonly record struct TableName(string Database, string Table, string Region)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Table}' of database '{Database}' in {Region}";
}
