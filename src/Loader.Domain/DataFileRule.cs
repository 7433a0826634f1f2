namespace Loader.Domain;

/// <summary>Decides by name which files of a folder, a prefix or an event are data. Folders, prefixes and events share this rule.</summary>
/// <remarks>
/// The name ends with <c>.parquet</c> in any case, and no segment below the source begins with <c>_</c> or <c>.</c>: writers keep
/// uncommitted and internal files under such names (<c>_temporary</c>, <c>.spark-staging</c>, <c>_delta_log</c>, <c>.hoodie</c>). A folder
/// <c>name=value</c> is a Hive segment and never hidden.
/// </remarks>
public static class DataFileRule
{
    private const string Suffix = ".parquet";

    /// <summary>Judges a name.</summary>
    /// <param name="path">The path below the source, with <c>/</c> between segments.</param>
    /// <returns>Why the file is skipped, or <see langword="null"/> if it is data.</returns>
    public static SkipReason? Judge(ReadOnlySpan<char> path)
    {
        if (!path.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return SkipReason.NotParquet;
        }

        while (true)
        {
            int slash = path.IndexOf('/');
            bool isFile = slash < 0;
            ReadOnlySpan<char> segment = isFile ? path : path[..slash];
            if (segment.StartsWith('_') || segment.StartsWith('.'))
            {
                // The file name "._dataset=x.parquet" is one that macOS writes beside a file: only folders are Hive segments.
                if (isFile || segment.IndexOf('=') < 0)
                {
                    return SkipReason.Hidden;
                }
            }

            if (isFile)
            {
                return null;
            }

            path = path[(slash + 1)..];
        }
    }

    /// <summary>Judges a key whose source is known as a prefix, as functions know it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="sourcePrefix">The prefix of the source. Segments above it are not judged. Empty: all segments are judged.</param>
    /// <returns>Why the file is skipped, or <see langword="null"/> if it is data.</returns>
    public static SkipReason? Judge(string key, string sourcePrefix)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(sourcePrefix);
        return Judge(key.StartsWith(sourcePrefix, StringComparison.Ordinal) ? key.AsSpan(sourcePrefix.Length) : key);
    }
}
