using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes the column of values to doubles: each to the nearest one, null to NaN.</summary>
internal abstract class ValueReader
{
    /// <summary>Decodes the values of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Where the values go.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    public abstract void Read(in ColumnChunk chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken);
}
