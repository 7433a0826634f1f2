namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The numbers of one data page.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
/// <param name="values">The values that are not null, without gaps.</param>
/// <param name="levels">1 for each row with a value and 0 for each null; empty where no row is null.</param>
internal readonly ref struct NumberPage<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> levels)
{
    public ReadOnlySpan<T> Values { get; } = values;

    public ReadOnlySpan<int> Levels { get; } = levels;
}
