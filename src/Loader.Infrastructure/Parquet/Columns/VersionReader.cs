using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes the versions that the rows of a file of rejected rows bring with them.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class VersionReader(SourceColumn column, PageBuffers buffers)
{
    private readonly NumberPages<long> _pages = new(column.Element, buffers);

    /// <summary>Decodes one row group; a null becomes the version that the batch has.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Where the versions go.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    public void Read(in ColumnChunk chunk, MeasurementBatchBuilder builder, CancellationToken cancellationToken)
    {
        _pages.Begin(chunk);
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NumberPage<long> numbers = _pages.Read(page);
            foreach (long version in numbers.Values)
            {
                if (version < 1)
                {
                    throw new MalformedFileException($"it has the version {version}; versions are at least 1");
                }
            }

            Span<long> rows = builder.Versions.Slice(firstRow, page.Values);
            numbers.Values.CopyTo(rows);
            Nulls.Spread(rows, numbers.Levels, numbers.Values.Length, builder.Version);
            firstRow += page.Values;
        }
    }
}
