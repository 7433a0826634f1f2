using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Parquet.Columns;

/// <summary>
/// Finds out whether a column chunk holds any value. It works for flat columns of every type, because no value is decoded.
/// </summary>
public static class ColumnNulls
{
    /// <summary>Decodes the definition levels of a chunk up to the first page that holds a value.</summary>
    /// <param name="column">The column.</param>
    /// <param name="chunk">The chunk, of this column.</param>
    /// <param name="buffers">The buffers of the file.</param>
    /// <returns><see langword="true"/> if all rows are null, or if there are no rows.</returns>
    /// <exception cref="ArgumentException">The column is repeated, or a group of columns.</exception>
    /// <exception cref="MalformedFileException">A page is damaged.</exception>
    public static bool HoldsOnlyNulls(SchemaElement column, ColumnChunk chunk, PageBuffers buffers)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(chunk);
        ArgumentNullException.ThrowIfNull(buffers);
        if (column.Type is null || column.Repetition is not (Repetition.Required or Repetition.Optional))
        {
            throw new ArgumentException($"{column.Describe()} is not a flat column.", nameof(column));
        }

        var page = new DataPageReader(column, buffers);
        page.Begin(chunk);
        while (page.MoveNext())
        {
            if (page.ValueCount > 0)
            {
                return false;
            }
        }

        return true;
    }
}
