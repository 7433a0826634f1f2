using Loader.Infrastructure.S3;
using Loader.Infrastructure.Text;

namespace Loader.Infrastructure.Sources;

/// <summary>A source with <c>*</c> or <c>?</c>: it stands for the files that match it, and for those below folders that match it.</summary>
/// <remarks>
/// <c>lake/**/year=2024/*.parquet</c> has the root <c>lake</c>. What the pattern matches below the root is judged as what a folder contains
/// is: a file that no person named.
/// </remarks>
internal sealed class SourceGlob
{
    // Sources are compared with each other by their roots, which needs no expressions.
    private readonly Lazy<KeyPattern[]> _files;
    private readonly Lazy<KeyPattern[]> _folders;

    private SourceGlob(string root, string pattern)
    {
        Root = root;
        _files = new Lazy<KeyPattern[]>(() => CreateFiles(pattern));
        _folders = new Lazy<KeyPattern[]>(() => CreateFolders(pattern));
    }

    /// <summary>Gets the folder or the prefix that contains everything that can match; a prefix ends with a slash or is empty.</summary>
    public string Root { get; }

    /// <summary>Gets the bucket, or <see langword="null"/> for a pattern of paths.</summary>
    public string? Bucket { get; private init; }

    /// <summary>Gets the longest prefix that all matching keys share, at least <see cref="Root"/>; empty for a pattern of paths.</summary>
    public string KeyPrefix { get; private init; } = "";

    /// <summary>Parses a source.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>
    /// The pattern, or <see langword="null"/> if the source has none, is too long to be one, or has one in the name of the bucket.
    /// </returns>
    public static SourceGlob? Parse(string source)
    {
        if (S3Uri.TryParse(source, out S3Uri uri))
        {
            if (Split(uri.Key) is not var (prefix, below))
            {
                return null;
            }

            int wildcard = below.AsSpan().IndexOfAny('*', '?');
            return new SourceGlob(prefix, below) { Bucket = uri.Bucket, KeyPrefix = prefix + below[..wildcard] };
        }

        string path = Path.DirectorySeparatorChar == '/' ? source : source.Replace(Path.DirectorySeparatorChar, '/');
        return Split(path) is var (root, pattern) ? new SourceGlob(FolderOf(root), pattern) : null;
    }

    /// <summary>Returns whether a file matches.</summary>
    /// <param name="below">Its path below <see cref="Root"/>, with <c>/</c> between segments.</param>
    public bool Matches(string below) => Array.Exists(_files.Value, pattern => pattern.MatchesPath(below));

    /// <summary>Returns whether something in a folder, or below it, can match.</summary>
    /// <param name="below">The path of the folder below <see cref="Root"/>, with <c>/</c> between segments; empty for the root.</param>
    public bool MayContain(ReadOnlySpan<char> below)
    {
        KeyPattern[] folders = _folders.Value;
        int i = 0;
        foreach (Range segment in below.Split('/'))
        {
            if (i == folders.Length || below[segment].IsEmpty)
            {
                break;
            }

            if (!folders[i++].MatchesPath(below[segment]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Creates the patterns of files: those that match, and those below folders that match.</summary>
    private static KeyPattern[] CreateFiles(string pattern)
    {
        var below = new KeyPattern(pattern.TrimEnd('/') + "/**", isWhole: true);
        return pattern.EndsWith('/') ? [below] : [new KeyPattern(pattern, isWhole: true), below];
    }

    /// <summary>Creates a pattern for each level of folders, up to <c>**</c>, where any folder may follow.</summary>
    private static KeyPattern[] CreateFolders(string pattern) =>
    [
        .. pattern.TrimEnd('/').Split('/')
            .TakeWhile(segment => !segment.Contains("**", StringComparison.Ordinal))
            .Select(segment => new KeyPattern(segment, isWhole: true)),
    ];

    /// <summary>Returns the folder of a path that ends with slashes. The slash of a root stays.</summary>
    private static string FolderOf(string path) => path.TrimEnd('/') switch
    {
        "" when path.Length == 0 => ".",
        "" => "/",
        [.., ':'] drive => drive + "/",
        var folder => folder,
    };

    /// <summary>Splits a path before the first segment with a pattern.</summary>
    private static (string Root, string Pattern)? Split(string path)
    {
        int wildcard = path.AsSpan().IndexOfAny('*', '?');
        if (wildcard < 0 || path.Length > KeyPattern.MaxLength)
        {
            return null;
        }

        int slash = path.LastIndexOf('/', wildcard);
        return (path[..(slash + 1)], path[(slash + 1)..]);
    }
}
