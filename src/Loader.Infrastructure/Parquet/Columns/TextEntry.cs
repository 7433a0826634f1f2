namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Where a text lies in the values of its page.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct TextEntry(int Offset, int Length);
