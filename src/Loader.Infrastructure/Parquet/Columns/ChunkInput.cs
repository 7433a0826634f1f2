using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>A column chunk whose pages have been judged.</summary>
/// <param name="Bytes">The chunk's bytes.</param>
/// <param name="Codec">Its codec.</param>
/// <param name="Pages">Its pages.</param>
internal readonly record struct ChunkInput(ReadOnlyMemory<byte> Bytes, CompressionCodec Codec, ChunkPages Pages);
