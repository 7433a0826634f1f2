using System.Text;
using Loader.Parquet.Thrift;

namespace Loader.Parquet.Metadata;

/// <summary>A row group as the footer describes it.</summary>
/// <param name="RowCount">The number of rows.</param>
/// <param name="Chunks">The column chunks, in the order of the schema's leaves.</param>
public sealed record RowGroupMetadata(long RowCount, IReadOnlyList<ColumnChunkMetadata> Chunks);

/// <summary>The content of a footer.</summary>
/// <param name="Elements">The nodes of the schema, depth first; the first is the root.</param>
/// <param name="RowCount">The number of rows of the file.</param>
/// <param name="RowGroups">The row groups in file order.</param>
/// <param name="CreatedBy">The program that wrote the file, or <see langword="null"/> if the footer does not say.</param>
public sealed record FileMetadata(
    IReadOnlyList<SchemaElement> Elements,
    long RowCount,
    IReadOnlyList<RowGroupMetadata> RowGroups,
    string? CreatedBy)
{
    /// <summary>Gets the footer's bytes, which some members point into.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Gets the position of the key-value metadata in the footer, or 0 if the footer has none.</summary>
    internal int KeyValuesPosition { get; init; }

    /// <summary>Checks whether the writer's key-value metadata has a key.</summary>
    /// <param name="key">The key, such as <c>org.apache.spark.version</c>.</param>
    /// <returns>Whether it has.</returns>
    public bool HasKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (KeyValuesPosition == 0)
        {
            return false;
        }

        byte[] wanted = Encoding.UTF8.GetBytes(key);
        var reader = new ThriftReader(Bytes.Span[KeyValuesPosition..]);
        bool found = false;
        for (int left = reader.List(ThriftType.List, ThriftType.Struct); left > 0 && !found; left--)
        {
            int id = 0;
            while (reader.NextField(ref id, out ThriftType type))
            {
                if (id == 1 && type == ThriftType.Binary)
                {
                    found |= reader.Binary(type).SequenceEqual(wanted);
                }
                else
                {
                    reader.Skip(type);
                }
            }
        }

        return found;
    }

    /// <summary>Checks whether a chunk's path is one given name, which is that of a top-level column.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="name">The column's name.</param>
    /// <returns>Whether it is.</returns>
    internal bool HasPath(ColumnChunkMetadata chunk, string name)
    {
        var reader = new ThriftReader(Bytes.Span[chunk.PathPosition..]);
        return reader.List(ThriftType.List, ThriftType.Binary) == 1
            && reader.Binary(ThriftType.Binary).SequenceEqual(Encoding.UTF8.GetBytes(name));
    }
}
