using System.Collections.Concurrent;

namespace Loader.LocalAws.S3;

/// <summary>The buckets. Thread-safe.</summary>
public sealed class S3State
{
    private readonly ConcurrentDictionary<string, S3Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    internal S3State(LocalAwsOptions options) => _time = options.TimeProvider;

    /// <summary>Gets the buckets, by name.</summary>
    public IReadOnlyList<S3Bucket> Buckets => [.. _buckets.Values.OrderBy(bucket => bucket.Name, StringComparer.Ordinal)];

    internal MultipartUploads Uploads { get; } = new();

    /// <summary>Creates a bucket, or returns the existing one.</summary>
    public S3Bucket CreateBucket(string name, bool versioned = false)
    {
        var bucket = _buckets.GetOrAdd(name, key => new S3Bucket(key, _time));
        bucket.Versioned |= versioned;
        return bucket;
    }

    /// <summary>Creates a bucket from the files in a folder. The folder is read again at every call and never written to.</summary>
    public S3Bucket ServeFolder(string name, string folder)
    {
        var bucket = CreateBucket(name);
        bucket.Folder = Path.GetFullPath(folder);
        return bucket;
    }

    /// <summary>Puts an object into a bucket, which is created if it does not exist.</summary>
    public S3Object Put(string bucket, string key, ReadOnlyMemory<byte> bytes, DateTimeOffset? lastModified = null) =>
        CreateBucket(bucket).Put(key, bytes, lastModified);

    /// <summary>Gets an object, or null.</summary>
    public S3Object? Find(string bucket, string key) => FindBucket(bucket)?.Find(key);

    internal S3Bucket? FindBucket(string name) => _buckets.GetValueOrDefault(name);

    internal bool DropBucket(string name) => _buckets.TryRemove(name, out _);
}
