using Loader.Parquet.Pages;

namespace Loader.Parquet.Columns;

/// <summary>The byte arrays of one data page: a list, or indexes into the chunk's dictionary.</summary>
public readonly ref struct ByteArrayPage
{
    /// <summary>Gets the row of the page's first value, from 0 in each row group.</summary>
    public int FirstRow { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; init; }

    /// <summary>Gets the number of values that are not null.</summary>
    public int ValueCount { get; init; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty if no row is null.</summary>
    public ReadOnlySpan<int> DefinitionLevels { get; init; }

    /// <summary>
    /// Gets a value indicating whether the values are indexes into <see cref="ByteArrayColumnReader.Dictionary"/>; otherwise they are
    /// <see cref="Values"/>.
    /// </summary>
    public bool UsesDictionary { get; init; }

    /// <summary>Gets the index of each value that is not null; empty if the index of all of them is <see cref="RepeatedIndex"/>.</summary>
    public ReadOnlySpan<int> Indexes { get; init; }

    /// <summary>Gets the index of every value, if <see cref="Indexes"/> is empty.</summary>
    public int RepeatedIndex { get; init; }

    /// <summary>Gets the values of a page that does not use the dictionary.</summary>
    public ByteArrayList Values { get; init; }
}
