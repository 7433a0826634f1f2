namespace Loader.Infrastructure.Parquet.Inspection;

/// <summary>One row group.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="CompressedBytes">The bytes of all its chunks in the file.</param>
/// <param name="UncompressedBytes">The bytes of all its pages before compression.</param>
/// <param name="NeededBytes">The bytes of the chunks that a load fetches; <see langword="null"/> where the file would be refused.</param>
/// <param name="MemoryBytes">The upper estimate of the memory that loading it takes; <see langword="null"/> where the file would be refused.</param>
public sealed record RowGroupInspection(long Rows, long CompressedBytes, long UncompressedBytes, long? NeededBytes, long? MemoryBytes);
