namespace Loader.LocalAws.S3;

/// <summary>Objects that exist only while they are asked for, so that a bucket can have a million of them. All have the same content.</summary>
public sealed class GeneratedObjects
{
    private readonly Func<int, string> _keyOf;
    private readonly S3Object _content;

    /// <summary>Initializes a new instance of the <see cref="GeneratedObjects"/> class.</summary>
    /// <param name="count">The number of objects.</param>
    /// <param name="keyOf">Returns the key of an object by its number, from 0. Keys ascend with the numbers, in ordinal order.</param>
    /// <param name="content">The content of every object.</param>
    /// <param name="lastModified">The time of the upload of every object.</param>
    public GeneratedObjects(int count, Func<int, string> keyOf, ReadOnlyMemory<byte> content, DateTimeOffset lastModified)
    {
        Count = count;
        _keyOf = keyOf;
        _content = S3Object.FromBytes(string.Empty, "null", content, lastModified);
    }

    /// <summary>Gets the number of objects.</summary>
    public int Count { get; }

    internal S3Object? Find(string key) =>
        FirstFrom(key) is var number && number < Count && string.Equals(_keyOf(number), key, StringComparison.Ordinal) ? Make(key) : null;

    /// <summary>The objects from a key on, in the order of their keys.</summary>
    internal IEnumerable<S3Object> From(string key)
    {
        for (var number = FirstFrom(key); number < Count; number++)
        {
            yield return Make(_keyOf(number));
        }
    }

    /// <summary>The number of the first object whose key is not before the given one.</summary>
    private int FirstFrom(string key)
    {
        int from = 0, to = Count;
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            if (string.CompareOrdinal(_keyOf(middle), key) < 0)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }

    private S3Object Make(string key) => new()
    {
        Key = key,
        VersionId = _content.VersionId,
        ETag = _content.ETag,
        LastModified = _content.LastModified,
        Length = _content.Length,
        Bytes = _content.Bytes,
    };
}
