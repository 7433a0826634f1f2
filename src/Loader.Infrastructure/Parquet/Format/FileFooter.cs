using System.Text;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>A footer, read strictly.</summary>
/// <param name="Bytes">The footer's bytes, which some members point into.</param>
/// <param name="Schema">The schema depth first; the root is the first.</param>
/// <param name="Rows">The number of rows of the file.</param>
/// <param name="RowGroups">The row groups in file order.</param>
/// <param name="CreatedBy">The program that wrote the file, where it says so.</param>
internal sealed record FileFooter(
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<SchemaElement> Schema,
    long Rows,
    IReadOnlyList<RowGroupMetadata> RowGroups,
    string? CreatedBy)
{
    /// <summary>Says whether a chunk's path is a single name: that of a column at the top of the schema.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="name">The column's name.</param>
    /// <returns>Whether it is.</returns>
    public bool PathIs(ChunkMetadata chunk, string name)
    {
        var reader = new ThriftReader(Bytes.Span[chunk.PathPosition..]);
        return reader.List(ThriftType.List, ThriftType.Binary) == 1
            && reader.Binary(ThriftType.Binary).SequenceEqual(Encoding.UTF8.GetBytes(name));
    }
}
