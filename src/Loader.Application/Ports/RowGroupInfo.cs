namespace Loader.Application.Ports;

/// <summary>What the footer says of one row group.</summary>
/// <param name="Rows">The number of rows, 0 included.</param>
/// <param name="MemoryBytes">An upper estimate of the memory that decoding and writing it takes at once: compressed chunks, decoded columns and their order.</param>
public readonly record struct RowGroupInfo(long Rows, long MemoryBytes);
