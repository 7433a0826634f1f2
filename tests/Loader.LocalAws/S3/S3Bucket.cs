using System.Globalization;

namespace Loader.LocalAws.S3;

/// <summary>A bucket: objects in memory, and optionally the files of a folder below them. Thread-safe.</summary>
public sealed class S3Bucket
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, List<S3Object>> _objects = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private long _version;

    internal S3Bucket(string name, TimeProvider time)
    {
        Name = name;
        _time = time;
        CreationTime = time.GetUtcNow();
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets or sets a value indicating whether older versions of an object are kept. Default false.</summary>
    public bool Versioned { get; set; }

    /// <summary>Gets or sets a folder whose files are also objects, with their relative paths as keys. An uploaded object hides a file with the same key.</summary>
    public string? Folder { get; set; }

    /// <summary>Gets or sets objects that exist beside the others while they are asked for. Their keys must not be those of other objects.</summary>
    public GeneratedObjects? Generated { get; set; }

    /// <summary>Gets the current objects in the order of their keys.</summary>
    public IReadOnlyList<S3Object> Objects => [.. ObjectsFrom(string.Empty)];

    /// <summary>Gets the keys of the current objects.</summary>
    public IReadOnlyList<string> Keys => [.. Objects.Select(item => item.Key)];

    internal DateTimeOffset CreationTime { get; }

    /// <summary>Puts an object. The default for its time is the server's clock.</summary>
    public S3Object Put(string key, ReadOnlyMemory<byte> bytes, DateTimeOffset? lastModified = null) => Put(key, bytes, lastModified, metadata: null, checksum: null);

    /// <summary>Puts an object whose content stays in a file. The file must not change.</summary>
    public S3Object PutFile(string key, string path)
    {
        lock (_gate)
        {
            return Keep(S3Object.FromFile(key, NextVersion(), new FileInfo(path)));
        }
    }

    /// <summary>Gets the current object, or null.</summary>
    public S3Object? Find(string key)
    {
        lock (_gate)
        {
            return Current(key) is { IsDeleteMarker: false } found ? found : null;
        }
    }

    /// <summary>Gets the uploaded versions of an object, oldest first.</summary>
    public IReadOnlyList<S3Object> Versions(string key)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(key, out var versions) ? [.. versions] : [];
        }
    }

    /// <summary>Deletes an object, or adds a delete marker if the bucket keeps versions. Returns the marker, or null.</summary>
    public S3Object? Delete(string key)
    {
        lock (_gate)
        {
            // The file stays in the folder, so a delete marker hides it.
            if (Versioned || FileOf(key) is not null)
            {
                return Keep(S3Object.DeleteMarker(key, NextVersion(), _time.GetUtcNow()));
            }

            _objects.Remove(key);
            return null;
        }
    }

    /// <summary>The current objects from a key on, in the order of their keys.</summary>
    internal IEnumerable<S3Object> ObjectsFrom(string key)
    {
        var stored = StoredFrom(key);
        var next = 0;
        foreach (var generated in Generated?.From(key) ?? [])
        {
            while (next < stored.Count && string.CompareOrdinal(stored[next].Key, generated.Key) < 0)
            {
                yield return stored[next++];
            }

            yield return generated;
        }

        while (next < stored.Count)
        {
            yield return stored[next++];
        }
    }

    internal S3Object Put(string key, ReadOnlyMemory<byte> bytes, DateTimeOffset? lastModified, IReadOnlyList<KeyValuePair<string, string>>? metadata, Checksum? checksum)
    {
        lock (_gate)
        {
            return Keep(S3Object.FromBytes(key, NextVersion(), bytes, lastModified ?? _time.GetUtcNow(), metadata, checksum));
        }
    }

    internal S3Object Put(string key, CompletedUpload upload, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        lock (_gate)
        {
            return Keep(S3Object.FromParts(key, NextVersion(), upload, _time.GetUtcNow(), metadata));
        }
    }

    internal void DeleteVersion(string key, string versionId)
    {
        lock (_gate)
        {
            if (_objects.TryGetValue(key, out var versions)
                && versions.RemoveAll(version => string.Equals(version.VersionId, versionId, StringComparison.Ordinal)) > 0
                && versions.Count == 0)
            {
                _objects.Remove(key);
            }
        }
    }

    private S3Object? Current(string key) => _objects.TryGetValue(key, out var versions) ? versions[^1] : FileOf(key) ?? Generated?.Find(key);

    private List<S3Object> StoredFrom(string key)
    {
        lock (_gate)
        {
            var current = new SortedDictionary<string, S3Object>(StringComparer.Ordinal);
            foreach (var file in Files())
            {
                current[file.Key] = file;
            }

            foreach (var (name, versions) in _objects)
            {
                current[name] = versions[^1];
            }

            return [.. current.Values.Where(item => !item.IsDeleteMarker && string.CompareOrdinal(item.Key, key) >= 0)];
        }
    }

    private S3Object Keep(S3Object item)
    {
        if (!_objects.TryGetValue(item.Key, out var versions))
        {
            _objects[item.Key] = versions = [];
        }

        if (!Versioned)
        {
            versions.Clear();
        }

        versions.Add(item);
        return item;
    }

    private string NextVersion() => Versioned ? string.Create(CultureInfo.InvariantCulture, $"v{++_version:D8}") : "null";

    private IEnumerable<S3Object> Files() => Folder is null
        ? []
        : new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => S3Object.FromFile(KeyOf(file), "null", file));

    private S3Object? FileOf(string key)
    {
        if (Folder is null || key.Length == 0 || key.EndsWith('/'))
        {
            return null;
        }

        // Only a path that maps back to the same key: "a/../b" or a rooted path is not a key of this folder.
        var file = new FileInfo(Path.Combine(Folder, key));
        return file.Exists && string.Equals(KeyOf(file), key, StringComparison.Ordinal) ? S3Object.FromFile(key, "null", file) : null;
    }

    private string KeyOf(FileInfo file) => Path.GetRelativePath(Folder!, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
