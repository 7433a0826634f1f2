namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Converts values to the nearest doubles.</summary>
/// <typeparam name="T">The type that holds the physical type's bits.</typeparam>
/// <param name="from">The values.</param>
/// <param name="to">Where the doubles go; at least as long.</param>
internal delegate void ValueConversion<T>(ReadOnlySpan<T> from, Span<double> to);
