namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Decoded rows of one column that follow each other.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="firstRow">The first row's index in the row group.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="values">The values that are not null, without gaps.</param>
/// <param name="levels">For each row 1 where it has a value and 0 where it is null; empty where no row is null.</param>
internal readonly ref struct ColumnSlice<T>(int firstRow, int rows, ReadOnlySpan<T> values, ReadOnlySpan<int> levels)
{
    public int FirstRow { get; } = firstRow;

    public int Rows { get; } = rows;

    public ReadOnlySpan<T> Values { get; } = values;

    public ReadOnlySpan<int> Levels { get; } = levels;
}
