using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Inspection;

/// <summary>What a file is and whether it would be loaded; made by <see cref="ParquetInspector"/>.</summary>
public sealed record FileInspection
{
    /// <summary>Gets the file.</summary>
    public required SourceFile File { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> where neither the caller nor the key names one.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the bytes of the file.</summary>
    public long Length { get; init; }

    /// <summary>Gets when the file was last modified.</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>Gets the ETag without quotes; for a file on disk a mark made of its size and time.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Gets the program that wrote the file, where the footer says so.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Gets the number of rows, by the footer.</summary>
    public long Rows { get; init; }

    /// <summary>Gets the columns at the top of the schema, in file order.</summary>
    public IReadOnlyList<ColumnInspection> Columns { get; init; } = [];

    /// <summary>Gets what the segments of the key say in place of columns that the file lacks, by the column's name.</summary>
    public IReadOnlyDictionary<string, string> FromKey { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the row groups in file order.</summary>
    public IReadOnlyList<RowGroupInspection> RowGroups { get; init; } = [];

    /// <summary>Gets the earliest time in ISO 8601 and UTC, exact to the nanosecond; <see langword="null"/> where no row has a time.</summary>
    public string? Earliest { get; init; }

    /// <summary>Gets the latest time, as <see cref="Earliest"/>.</summary>
    public string? Latest { get; init; }

    /// <summary>Gets the number of rows without a time that can be read.</summary>
    public long RowsWithoutTime { get; init; }

    /// <summary>Gets the number of rows without a finite value.</summary>
    public long RowsWithoutValue { get; init; }

    /// <summary>Gets the number of distinct series: sets of dimensions with a unit.</summary>
    public int DistinctSeries { get; init; }

    /// <summary>Gets why the file would be refused; empty where it would be loaded.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}
