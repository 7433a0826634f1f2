using Loader.Domain;
using Loader.Parquet;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads the record versions that a file of rejected rows stores with its rows.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class VersionReader(SchemaColumn column, ColumnBuffers buffers)
{
    private readonly NumberColumnReader<long> _reader = new(column.Element, buffers.Pages);

    /// <summary>Reads one row group; a null becomes the version of the batch.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Receives the versions.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public void Read(ColumnChunk chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        while (_reader.TryReadPage(out NumberPage<long> page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (long version in page.Values)
            {
                if (version < 1)
                {
                    throw new MalformedFileException($"The column contains the version {version}; versions start at 1.");
                }
            }

            Span<long> versions = builder.Versions.Slice(page.FirstRow, page.RowCount);
            page.Values.CopyTo(versions);
            Nulls.Spread(versions, page.DefinitionLevels, page.Values.Length, builder.Version);
        }
    }
}
