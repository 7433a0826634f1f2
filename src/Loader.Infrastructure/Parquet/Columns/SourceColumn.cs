using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>A column at the top of a file's schema.</summary>
/// <param name="Name">The name.</param>
/// <param name="LeafIndex">Its chunk's place among the chunks of a row group; -1 for a group of columns.</param>
/// <param name="Element">Its node in the schema.</param>
internal sealed record SourceColumn(string Name, int LeafIndex, SchemaElement Element);
