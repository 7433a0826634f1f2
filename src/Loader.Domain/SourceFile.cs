namespace Loader.Domain;

/// <summary>
/// The location of one Parquet file: an S3 object, optionally at one version, a file on disk, or a file in a store of the host.
/// </summary>
/// <remarks>Two values are equal if scheme, bucket, key and version id are equal.</remarks>
public sealed record SourceFile
{
    private const string S3Scheme = "s3";
    private const string DiskScheme = "file";

    private SourceFile(string scheme, string? bucket, string key, string? versionId)
    {
        Scheme = scheme;
        Bucket = bucket;
        Key = key;
        VersionId = versionId;
    }

    /// <summary>Gets the kind of store: <c>s3</c>, <c>file</c> for the disk, or the scheme of a store of the host.</summary>
    public string Scheme { get; }

    /// <summary>Gets the S3 bucket, or the container in a store of the host; <see langword="null"/> for a file on disk.</summary>
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

    /// <summary>Gets a value indicating whether the file is an S3 object.</summary>
    public bool IsInS3 => Scheme == S3Scheme;

    /// <summary>Creates the location of an S3 object.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key as S3 stores it, not URL-encoded.</param>
    /// <param name="versionId">The id of the version to read, or <see langword="null"/> for the newest.</param>
    /// <returns>The location.</returns>
    public static SourceFile InS3(string bucket, string key, string? versionId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(bucket);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new SourceFile(S3Scheme, bucket, key, versionId);
    }

    /// <summary>Creates the location of a file on disk.</summary>
    /// <param name="path">The path, absolute or relative.</param>
    /// <returns>The location.</returns>
    public static SourceFile OnDisk(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SourceFile(DiskScheme, bucket: null, path, versionId: null);
    }

    /// <summary>Creates the location of a file in a store of the host.</summary>
    /// <param name="scheme">
    /// The scheme that the store is registered with: a lower-case letter, then lower-case letters, digits, <c>+</c>, <c>-</c> and <c>.</c>;
    /// neither <c>s3</c> nor <c>file</c>.
    /// </param>
    /// <param name="container">The container, such as that of a blob.</param>
    /// <param name="key">The name in the container. Hive segments in it count, as in the key of an object.</param>
    /// <param name="versionId">The id of the version to read, or <see langword="null"/> for the newest.</param>
    /// <returns>The location.</returns>
    /// <exception cref="ArgumentException">The scheme is none, or one of the loader's own.</exception>
    public static SourceFile InStore(string scheme, string container, string key, string? versionId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentException.ThrowIfNullOrEmpty(container);
        ArgumentException.ThrowIfNullOrEmpty(key);
        bool isScheme = char.IsAsciiLetterLower(scheme[0])
            && scheme.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.');
        return isScheme && scheme is not (S3Scheme or DiskScheme)
            ? new SourceFile(scheme, container, key, versionId)
            : throw new ArgumentException($"'{scheme}' is not the scheme of a store of the host.", nameof(scheme));
    }

    /// <summary>Returns <c>s3://bucket/key</c>, the same with the scheme of a store, or the path.</summary>
    /// <returns>The name of the file in messages and reports.</returns>
    public override string ToString() => IsLocal ? Key : $"{Scheme}://{Bucket}/{Key}";
}
