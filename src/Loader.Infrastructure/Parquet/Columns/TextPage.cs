namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The texts of one data page.</summary>
internal readonly ref struct TextPage
{
    public int Rows { get; init; }

    /// <summary>Gets 1 for each row with a text and 0 for each null; empty where no row is null.</summary>
    public ReadOnlySpan<int> Levels { get; init; }

    /// <summary>Gets a value indicating whether texts are given by their indexes in the chunk's dictionary.</summary>
    public bool UsesDictionary { get; init; }

    /// <summary>Gets the index of each text that is not null; empty where all are <see cref="OnlyIndex"/>.</summary>
    public ReadOnlySpan<int> Indexes { get; init; }

    /// <summary>Gets the index of all texts, where <see cref="Indexes"/> is empty.</summary>
    public int OnlyIndex { get; init; }

    /// <summary>Gets the texts of a page that uses no dictionary.</summary>
    public TextEntries Plain { get; init; }
}
