namespace Loader.Domain;

/// <summary>Where one Parquet file is: an object in S3, perhaps at one version, or a file on disk.</summary>
/// <remarks>Two values are equal when bucket, key and version id are.</remarks>
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

    /// <summary>Gets the object's key, not URL-encoded, or the path on disk.</summary>
    public string Key { get; }

    /// <summary>Gets the S3 version to read, or <see langword="null"/> for the newest.</summary>
    public string? VersionId { get; }

    /// <summary>Gets a value indicating whether the file is on disk.</summary>
    public bool IsLocal => Bucket is null;

    /// <summary>Names an object in S3.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key as S3 stores it, not URL-encoded.</param>
    /// <param name="versionId">The version to read; the newest when <see langword="null"/>.</param>
    /// <returns>The file.</returns>
    public static SourceFile InS3(string bucket, string key, string? versionId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(bucket);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new SourceFile(bucket, key, versionId);
    }

    /// <summary>Names a file on disk.</summary>
    /// <param name="path">A path, absolute or relative.</param>
    /// <returns>The file.</returns>
    public static SourceFile OnDisk(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SourceFile(bucket: null, path, versionId: null);
    }

    /// <summary>Returns <c>s3://bucket/key</c>, or the path.</summary>
    /// <returns>The text that messages and reports name the file by.</returns>
    public override string ToString() => IsLocal ? Key : $"s3://{Bucket}/{Key}";
}
