namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>What a column is used for.</summary>
internal enum ColumnUse
{
    Time,
    Value,
    Unit,
    Dimension,
    Version,
}
