using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes the versions that the rows of a file of rejected rows bring with them.</summary>
/// <param name="column">The column.</param>
internal sealed class VersionReader(SourceColumn column) : IDisposable
{
    private readonly ChunkDecoder<long> _decoder = new(column.Element, 0x5D39_A1C6_0B7E_F284, 0x2C84_17E9_D5A3_6B0F);
    private MeasurementBatchBuilder? _builder;

    /// <summary>Decodes one row group; a null becomes the version that the batch has.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Where the versions go.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>A task that ends when all are decoded.</returns>
    public ValueTask ReadAsync(ChunkInput chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _builder = builder;
        return _decoder.DecodeAsync(chunk.Bytes, chunk.Codec, chunk.Pages, this, static (VersionReader me, in ColumnSlice<long> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<long> slice)
    {
        foreach (long version in slice.Values)
        {
            if (version < 1)
            {
                throw new MalformedFileException($"it has the version {version}; versions are at least 1");
            }
        }

        Span<long> rows = _builder!.Versions.Slice(slice.FirstRow, slice.Rows);
        slice.Values.CopyTo(rows);
        Nulls.Spread(rows, slice.Levels, slice.Values.Length, _builder.Version);
    }
}
