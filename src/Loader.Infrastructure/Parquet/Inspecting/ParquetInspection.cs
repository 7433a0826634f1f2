using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>One column of a file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type in Parquet's terms, such as <c>INT64 TIMESTAMP(ms, UTC)</c>.</param>
/// <param name="Use">
/// What a load uses the column for; <c>all null</c> if it need not read the column to know its values; <see langword="null"/> if it does
/// not use the column.
/// </param>
/// <param name="Codecs">The distinct codecs of its column chunks; empty for a group of columns.</param>
/// <param name="CompressedBytes">Its size in the file in bytes; <see langword="null"/> for a group of columns.</param>
/// <param name="UncompressedBytes">Its size before compression in bytes; <see langword="null"/> for a group of columns.</param>
public sealed record InspectedColumn(
    string Name, string Type, string? Use, IReadOnlyList<string> Codecs, long? CompressedBytes, long? UncompressedBytes);

/// <summary>One row group of a file.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="CompressedBytes">The size of all columns in the file in bytes.</param>
/// <param name="NeededBytes">
/// The size of the columns that a load reads, in bytes; <see langword="null"/> if a load would reject the file, or its dataset is unknown.
/// </param>
/// <param name="MemoryBytes">
/// An upper limit for the memory that a load needs for it, in bytes; <see langword="null"/> as <paramref name="NeededBytes"/>.
/// </param>
public sealed record InspectedRowGroup(long Rows, long CompressedBytes, long? NeededBytes, long? MemoryBytes);

/// <summary>The content of a file according to its footer, and how a load would treat it.</summary>
public sealed record ParquetInspection
{
    /// <summary>Gets the size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the ETag without quotes; for a file on disk, a tag made of its size and modification time.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the S3 version id, or <see langword="null"/> if the bucket keeps no versions.</summary>
    public string? VersionId { get; init; }

    /// <summary>Gets the time of the last modification.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Gets the program that wrote the file, or <see langword="null"/> if the footer does not say.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the top-level columns in file order.</summary>
    public required IReadOnlyList<InspectedColumn> Columns { get; init; }

    /// <summary>Gets the row groups in file order.</summary>
    public required IReadOnlyList<InspectedRowGroup> RowGroups { get; init; }

    /// <summary>
    /// Gets the values from the file's key that replace missing columns, by column name; <see langword="null"/> for Hive's text for null.
    /// </summary>
    public required IReadOnlyDictionary<string, string?> FromKey { get; init; }

    /// <summary>Gets the mapping that a load reads the file with, or <see langword="null"/>.</summary>
    public AppliedMapping? Mapping { get; init; }

    /// <summary>Gets where the mapping takes each field from; empty without a mapping.</summary>
    public IReadOnlyList<InspectedField> Fields { get; init; } = [];

    /// <summary>Gets the first rows as the file holds them; empty without a mapping, or if a load would reject the file.</summary>
    public IReadOnlyList<InspectedRow> FirstRows { get; init; } = [];

    /// <summary>Gets the reasons why a load would reject the file; empty if it would not.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}

/// <summary>Where a mapping takes a field from.</summary>
/// <param name="Field">
/// The name of the dataset's column, such as <c>region</c>; <c>where</c> for a condition that rows must meet.
/// </param>
/// <param name="Source">The source, such as <c>column 'id_subsistema' (BYTE_ARRAY STRING)</c>.</param>
/// <param name="Rules">What is done to it, or <see langword="null"/>.</param>
public sealed record InspectedField(string Field, string Source, string? Rules);

/// <summary>The columns of a row that a load reads, as the file holds them.</summary>
/// <param name="Row">The index of the row in its row group, from 0.</param>
/// <param name="Columns">The texts by the names of the columns; <see langword="null"/> for a null.</param>
public sealed record InspectedRow(int Row, IReadOnlyDictionary<string, string?> Columns);
