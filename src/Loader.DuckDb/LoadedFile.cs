namespace Loader.DuckDb;

/// <summary>How far a file was loaded into a database.</summary>
/// <param name="Source">The file's name: a full path, or <c>s3://bucket/key</c>.</param>
/// <param name="Settings">
/// A text for the settings that decide what is loaded. Under other settings the same file counts as not loaded.
/// </param>
/// <param name="Dataset">The name of the dataset that it was loaded as.</param>
/// <param name="ETag">The ETag of the object that was loaded, without quotes.</param>
/// <param name="VersionId">Its S3 version id, if the bucket has versions.</param>
/// <param name="Version">The object version that records were written with.</param>
/// <param name="RowGroup">The row group to resume at, from 0, or <see langword="null"/> if the file is finished.</param>
public sealed record LoadedFile(
    string Source, string Settings, string Dataset, string ETag, string? VersionId, long Version, int? RowGroup);
