namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Whether a column's values may be missing or many, by the numbers in the footer.</summary>
internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}
