namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Inserts nulls between values that a page stores without gaps.</summary>
internal static class Nulls
{
    /// <summary>Moves values to their rows, in place, and fills the gaps.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="rows">One element for each row; the first <paramref name="valueCount"/> of them hold the values.</param>
    /// <param name="definitionLevels">1 for a row with a value and 0 for a null; empty if no row is null.</param>
    /// <param name="valueCount">The number of values.</param>
    /// <param name="nullValue">The replacement for a null.</param>
    public static void Spread<T>(Span<T> rows, ReadOnlySpan<int> definitionLevels, int valueCount, T nullValue)
    {
        if (definitionLevels.IsEmpty)
        {
            return;
        }

        // Backwards, because no value moves to an earlier row.
        for (int row = definitionLevels.Length - 1; row >= 0; row--)
        {
            rows[row] = definitionLevels[row] != 0 ? rows[--valueCount] : nullValue;
        }
    }
}
