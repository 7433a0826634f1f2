using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>
/// Finds columns whose type is not valid for their use, but which hold nothing but nulls. Writers that take types from values give such a
/// column any type: pyarrow Null, pandas DOUBLE.
/// </summary>
internal sealed class NullColumnFinder(SourceFile file, RandomAccessFile source, FileLayout layout)
{
    /// <summary>Finds the columns. Statistics decide where the footer has them; otherwise the levels of the column are read.</summary>
    /// <param name="dataset">The dataset, which says how columns are used.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The columns.</returns>
    /// <exception cref="Application.Results.LoadException">The file cannot be read.</exception>
    public async Task<IReadOnlySet<SchemaColumn>> FindAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        var found = new HashSet<SchemaColumn>(ReferenceEqualityComparer.Instance);
        foreach (SchemaColumn column in SchemaValidator.FindInvalidTypes(layout.Schema, dataset))
        {
            if (await HoldsOnlyNullsAsync(column, cancellationToken).ConfigureAwait(false))
            {
                found.Add(column);
            }
        }

        return found;
    }

    private async Task<bool> HoldsOnlyNullsAsync(SchemaColumn column, CancellationToken cancellationToken)
    {
        if (column.Element is { LogicalType.Kind: LogicalTypeKind.Null, Repetition: Repetition.Optional })
        {
            return true;
        }

        for (int rowGroup = 0; rowGroup < layout.Metadata.RowGroups.Count; rowGroup++)
        {
            if (layout.Metadata.RowGroups[rowGroup].RowCount > 0
                && !await HoldsOnlyNullsAsync(rowGroup, column, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> HoldsOnlyNullsAsync(int rowGroup, SchemaColumn column, CancellationToken cancellationToken)
    {
        // Statistics do not count NaN as null.
        SchemaElement element = column.Element;
        bool mayBeNaN = element.Type is PhysicalType.Double or PhysicalType.Float;
        RowGroupMetadata group = layout.Metadata.RowGroups[rowGroup];
        long? nulls = element.Repetition == Repetition.Optional ? group.Chunks[column.LeafIndex].NullCount : 0;
        if (nulls == group.RowCount)
        {
            return true;
        }

        if ((nulls is not null && !mayBeNaN) || element.Repetition is not (Repetition.Required or Repetition.Optional))
        {
            return false;
        }

        try
        {
            using RowGroupBytes bytes = await layout.FetchAsync(source, rowGroup, [column], cancellationToken).ConfigureAwait(false);
            using var buffers = new PageBuffers();
            ColumnChunk chunk = layout.OpenChunk(rowGroup, column, bytes);
            return element.Type switch
            {
                PhysicalType.Double => HoldsOnlyNaN<double>(element, chunk, buffers),
                PhysicalType.Float => HoldsOnlyNaN<float>(element, chunk, buffers),
                _ => ColumnNulls.HoldsOnlyNulls(element, chunk, buffers),
            };
        }
        catch (Exception exception) when (exception is MalformedFileException or UnsupportedFileException)
        {
            // The type is wrong whatever the column holds.
            return false;
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(file, rowGroup, group.RowCount, exception);
        }
    }

    private static bool HoldsOnlyNaN<T>(SchemaElement column, ColumnChunk chunk, PageBuffers buffers)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var reader = new NumberColumnReader<T>(column, buffers);
        reader.Open(chunk);
        while (reader.TryReadPage(out NumberPage<T> page))
        {
            foreach (T value in page.Values)
            {
                if (!T.IsNaN(value))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
