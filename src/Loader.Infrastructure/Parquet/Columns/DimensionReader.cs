using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes a column that rows name their series by, as small numbers for its distinct values.</summary>
internal abstract class DimensionReader
{
    /// <summary>Decodes one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="fold">Takes the numbers.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    public abstract void Read(in ColumnChunk chunk, SeriesFold fold, CancellationToken cancellationToken);

    /// <summary>Returns the text of a number.</summary>
    /// <param name="code">A number that was given out; 0 is null.</param>
    /// <returns>The text.</returns>
    public abstract string? TextOf(int code);
}
