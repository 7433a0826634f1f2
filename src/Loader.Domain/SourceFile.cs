namespace Loader.Domain;

/// <summary>The location of one Parquet file: an S3 object, optionally at one version, or a file on disk.</summary>
/// <remarks>Two values are equal if bucket, key and version id are equal.</remarks>
public sealed record SourceFile
{
    private SourceFile(string? bucket, string key, string? versionId)
    {
        Bucket = bucket;
        Key = key;
        VersionId = versionId;
    }

    /// <summary>Gets the S3 bucket, or <see langword="null"/> for a file on disk.</summary>
    public string? Bucket { get; }

    /// <summary>Gets the object's key (not URL-encoded), or the path on disk.</summary>
    public string Key { get; }

    /// <summary>Gets the id of the S3 version to read, or <see langword="null"/> for the newest.</summary>
    public string? VersionId { get; }

    /// <summary>
    /// Gets the text whose Hive segments describe the file: the key, or the full path on disk, so that a relative path means the same from
    /// every folder.
    /// </summary>
    public string PartitionPath => IsLocal ? Path.GetFullPath(Key) : Key;

    /// <summary>Gets a value indicating whether the file is on disk.</summary>
    public bool IsLocal => Bucket is null;

    /// <summary>Creates the location of an S3 object.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key as S3 stores it, not URL-encoded.</param>
    /// <param name="versionId">The id of the version to read, or <see langword="null"/> for the newest.</param>
    /// <returns>The location.</returns>
    public static SourceFile InS3(string bucket, string key, string? versionId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(bucket);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new SourceFile(bucket, key, versionId);
    }

    /// <summary>Creates the location of a file on disk.</summary>
    /// <param name="path">The path, absolute or relative.</param>
    /// <returns>The location.</returns>
    public static SourceFile OnDisk(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SourceFile(bucket: null, path, versionId: null);
    }

    /// <summary>Returns <c>s3://bucket/key</c>, or the path.</summary>
    /// <returns>The name of the file in messages and reports.</returns>
    public override string ToString() => IsLocal ? Key : $"s3://{Bucket}/{Key}";
}
