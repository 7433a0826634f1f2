namespace Loader.Domain;

/// <summary>
/// Reads the <c>name=value</c> segments of a Hive-partitioned key, such as <c>dataset=generation/region=SE/part-0.parquet</c>.
/// </summary>
public static class HiveKey
{
    /// <summary>The text that Hive writes for a null value.</summary>
    private const string NullPartition = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Finds the value of a segment. If several segments have the same name, the last one counts.</summary>
    /// <param name="key">A key or path, separated by slashes or backslashes.</param>
    /// <param name="name">The segment's name; case is ignored.</param>
    /// <returns>
    /// The value with percent escapes (as written by Hive and Spark) decoded, or <see langword="null"/> if there is no such segment or it
    /// holds Hive's text for null. The file name at the end is never a segment.
    /// </returns>
    public static string? Find(string key, string name) => TryFind(key, name, out string? value) ? value : null;

    /// <summary>
    /// Finds a segment and tells one that holds Hive's text for null from none at all. If several segments have the same name, the last
    /// one counts.
    /// </summary>
    /// <param name="key">A key or path, separated by slashes or backslashes.</param>
    /// <param name="name">The segment's name; case is ignored.</param>
    /// <param name="value">The value as <see cref="Find"/> returns it; <see langword="null"/> if it is Hive's text for null.</param>
    /// <returns><see langword="true"/> if there is such a segment.</returns>
    public static bool TryFind(string key, string name, out string? value)
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
                string text = Uri.UnescapeDataString(segment[(equals + 1)..].ToString());
                value = string.Equals(text, NullPartition, StringComparison.Ordinal) ? null : text;
                return true;
            }
        }

        value = null;
        return false;
    }
}
