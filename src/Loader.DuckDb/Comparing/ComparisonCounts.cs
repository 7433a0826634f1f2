namespace Loader.DuckDb.Comparing;

/// <summary>How many series and times of a file, and of what is stored in its range, have each state.</summary>
/// <param name="Stored">The stored value is that of the file.</param>
/// <param name="Missing">The file has a row, and nothing is stored.</param>
/// <param name="Different">The stored value or unit is another one, and its version is not newer or not known.</param>
/// <param name="Superseded">A newer version is stored.</param>
/// <param name="Foreign">A record is stored, and the file has no row; or there is a second record of a series and time.</param>
internal readonly record struct ComparisonCounts(long Stored, long Missing, long Different, long Superseded, long Foreign)
{
    /// <summary>Gets how many of <see cref="Stored"/> an older version wrote: the value did not change.</summary>
    public long StoredByOlderVersion { get; init; }

    /// <summary>Gets the number of series and times for which two sources have written records with the same version.</summary>
    public long TwoSources { get; init; }

    /// <summary>Gets the number of rows of the file that are not looked for, because another row of it is stored in their place.</summary>
    public long Duplicates { get; init; }

    /// <summary>Gets the number of differences.</summary>
    public long Differences => Missing + Different + Foreign;

    /// <summary>Adds counts one by one.</summary>
    public static ComparisonCounts operator +(ComparisonCounts left, ComparisonCounts right) => new(
        left.Stored + right.Stored,
        left.Missing + right.Missing,
        left.Different + right.Different,
        left.Superseded + right.Superseded,
        left.Foreign + right.Foreign)
    {
        StoredByOlderVersion = left.StoredByOlderVersion + right.StoredByOlderVersion,
        TwoSources = left.TwoSources + right.TwoSources,
        Duplicates = left.Duplicates + right.Duplicates,
    };
}

/// <summary>What is reported with examples.</summary>
internal enum DifferenceKind
{
    /// <inheritdoc cref="ComparisonCounts.Missing"/>
    Missing,

    /// <inheritdoc cref="ComparisonCounts.Different"/>
    Different,

    /// <inheritdoc cref="ComparisonCounts.Superseded"/>
    Superseded,

    /// <inheritdoc cref="ComparisonCounts.Foreign"/>
    Foreign,

    /// <inheritdoc cref="ComparisonCounts.TwoSources"/>
    TwoSources,
}

/// <summary>One example of a difference.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="SeriesId">The id of the series in the file.</param>
/// <param name="Time">The time, in nanoseconds since 1970.</param>
internal readonly record struct Difference(DifferenceKind Kind, int SeriesId, long Time)
{
    /// <summary>Gets the row of the file, or <see langword="null"/> if it has none.</summary>
    public FileRow? Row { get; init; }

    /// <summary>Gets the stored value, or <see langword="null"/> if nothing is stored.</summary>
    public double? StoredValue { get; init; }

    /// <summary>Gets the stored version, or <see langword="null"/> if nothing is stored or the version is not known.</summary>
    public long? StoredVersion { get; init; }

    /// <summary>Gets a value indicating whether the stored record has another unit.</summary>
    public bool HasOtherUnit { get; init; }
}

/// <summary>A row of the file.</summary>
/// <param name="RowGroup">The index of its row group.</param>
/// <param name="Row">The index in the batch of its row group.</param>
/// <param name="Value">The value.</param>
/// <param name="Version">The version of its record.</param>
internal readonly record struct FileRow(int RowGroup, int Row, double Value, long Version);

/// <summary>What comparing one slice gave.</summary>
/// <param name="Series">The counts of each series that has any.</param>
/// <param name="Differences">The first examples of each kind.</param>
internal sealed record SliceComparison(
    IReadOnlyList<(int SeriesId, ComparisonCounts Counts)> Series, IReadOnlyList<Difference> Differences);

/// <summary>Some series of a file in a range of time.</summary>
/// <param name="FirstSeries">The lowest id of a series.</param>
/// <param name="LastSeries">The highest id of a series.</param>
/// <param name="From">The first time, in nanoseconds since 1970.</param>
/// <param name="To">The last time, inclusive.</param>
/// <param name="Rows">The number of rows of the file.</param>
internal readonly record struct SliceBounds(int FirstSeries, int LastSeries, long From, long To, long Rows);
