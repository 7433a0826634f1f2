namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Where a value lies in the bytes of its page.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct BytesEntry(int Offset, int Length);
