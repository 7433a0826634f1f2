namespace Loader.Infrastructure.Parquet.Format;

/// <summary>What the footer says of one row group.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Chunks">The column chunks, in the order of the schema's leaves.</param>
internal sealed record RowGroupMetadata(long Rows, IReadOnlyList<ChunkMetadata> Chunks);
