namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The values of one data page of byte arrays: a list, or indexes into the dictionary of the chunk.</summary>
internal readonly ref struct BytesPage
{
    public int Rows { get; init; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty where no row is null.</summary>
    public ReadOnlySpan<int> Levels { get; init; }

    /// <summary>Gets the number of values that are not null.</summary>
    public int Defined { get; init; }

    /// <summary>Gets a value indicating whether values are given by their indexes in the chunk's dictionary.</summary>
    public bool UsesDictionary { get; init; }

    /// <summary>Gets the index of each value that is not null; empty where all are <see cref="OnlyIndex"/>.</summary>
    public ReadOnlySpan<int> Indexes { get; init; }

    /// <summary>Gets the index of all values, where <see cref="Indexes"/> is empty.</summary>
    public int OnlyIndex { get; init; }

    /// <summary>Gets the values of a page that uses no dictionary.</summary>
    public BytesList Values { get; init; }
}
