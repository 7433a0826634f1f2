namespace Loader.Infrastructure.Parquet.Format;

/// <summary>A column chunk whose pages have been judged.</summary>
/// <param name="Bytes">The chunk's bytes.</param>
/// <param name="Codec">Its codec.</param>
/// <param name="Pages">Its pages.</param>
internal readonly record struct ColumnChunk(ReadOnlyMemory<byte> Bytes, CompressionCodec Codec, ChunkPages Pages);
