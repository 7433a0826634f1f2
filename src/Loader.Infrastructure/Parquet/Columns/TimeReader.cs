using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes a time column, whatever its type, to counts of a unit since 1970-01-01T00:00:00Z.</summary>
internal abstract class TimeReader
{
    /// <summary>Decodes the times of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="times">Where the times go; it has been begun, and its unit is set here.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    public abstract void Read(in ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken);
}
