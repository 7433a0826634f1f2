namespace Loader.Domain;

/// <summary>Reads the <c>name=value</c> segments that writers which partition put into a key: <c>dataset=generation/region=SE/part-0.parquet</c>.</summary>
public static class HiveKey
{
    /// <summary>What Hive writes for a null partition value.</summary>
    private const string NullPartition = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Finds the value of a segment; of several with one name the last, nearest to the file, counts.</summary>
    /// <param name="key">A key or path; both kinds of slash separate.</param>
    /// <param name="name">The segment's name; upper and lower case are the same.</param>
    /// <returns>
    /// The value with percent escapes decoded, as Hive and Spark escape it, or <see langword="null"/> where there is no such segment
    /// or it holds Hive's mark for null. The last segment is the file's own name and never counts.
    /// </returns>
    public static string? Find(string key, string name)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(name);

        ReadOnlySpan<char> rest = key;
        int end = rest.LastIndexOfAny('/', '\\');
        while (end >= 0)
        {
            rest = rest[..end];
            end = rest.LastIndexOfAny('/', '\\');
            ReadOnlySpan<char> segment = rest[(end + 1)..];
            int equals = segment.IndexOf('=');
            if (equals > 0 && segment[..equals].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                string value = Uri.UnescapeDataString(segment[(equals + 1)..].ToString());
                return string.Equals(value, NullPartition, StringComparison.Ordinal) ? null : value;
            }
        }

        return null;
    }
}
