using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes the column of values to doubles: each to the nearest one, null to NaN.</summary>
internal abstract class ValueReader : IDisposable
{
    /// <summary>Decodes the values of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Where the values go.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>A task that ends when all are decoded.</returns>
    public abstract ValueTask ReadAsync(ChunkInput chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
