namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>One row group of a file as its footer tells it.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="CompressedBytes">The bytes of all columns in the file.</param>
/// <param name="NeededBytes">The bytes of the columns that a load would read.</param>
/// <param name="MemoryBytes">An upper estimate of the memory that loading it takes; 0 where the file would be refused.</param>
public sealed record InspectedRowGroup(long Rows, long CompressedBytes, long NeededBytes, long MemoryBytes);
