namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Moves packed values apart, so that each stands in its row.</summary>
internal static class Nulls
{
    /// <summary>Spreads the values at the beginning of a span over its rows, in place.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="rows">The rows; the first <paramref name="defined"/> of them hold the packed values.</param>
    /// <param name="levels">1 for a row with a value, 0 for a null; empty where no row is null.</param>
    /// <param name="defined">The number of values.</param>
    /// <param name="missing">What a null becomes.</param>
    public static void Spread<T>(Span<T> rows, ReadOnlySpan<int> levels, int defined, T missing)
    {
        if (levels.IsEmpty)
        {
            return;
        }

        // Backwards, because a value never moves to an earlier row.
        for (int row = levels.Length - 1; row >= 0; row--)
        {
            rows[row] = levels[row] != 0 ? rows[--defined] : missing;
        }
    }
}
