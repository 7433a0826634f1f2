namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>What the footer of a file tells, and what a load would make of it.</summary>
public sealed record ParquetInspection
{
    /// <summary>Gets the bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the ETag without quotes; for a file on disk a mark made of its size and time.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the S3 version id, where the bucket has versions.</summary>
    public string? VersionId { get; init; }

    /// <summary>Gets when the file was last modified.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Gets the program that wrote the file, where it says so.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Gets the rows.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the columns at the top of the schema, in file order.</summary>
    public required IReadOnlyList<InspectedColumn> Columns { get; init; }

    /// <summary>Gets the row groups, in file order.</summary>
    public required IReadOnlyList<InspectedRowGroup> RowGroups { get; init; }

    /// <summary>Gets what the file's key says in place of columns that it lacks, by name.</summary>
    public required IReadOnlyDictionary<string, string> FromKey { get; init; }

    /// <summary>Gets what a load would refuse the file for; empty where it would begin.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
