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
    private readonly KeyPattern[] _matches;
    private readonly KeyPattern[] _folders;

    private SourceGlob(string root, string pattern)
    {
        Root = root;
        bool isFolder = pattern.EndsWith('/');
        string trimmed = pattern.TrimEnd('/');
        var below = new KeyPattern(trimmed + "/**", isWhole: true);
        _matches = isFolder ? [below] : [new KeyPattern(trimmed, isWhole: true), below];

        // Where '**' stands, any folder may follow.
        _folders =
        [
            .. trimmed.Split('/')
                .TakeWhile(segment => !segment.Contains("**", StringComparison.Ordinal))
                .Select(segment => new KeyPattern(segment, isWhole: true)),
        ];
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
    public bool Matches(string below) => Array.Exists(_matches, pattern => pattern.MatchesPath(below));

    /// <summary>Returns whether something in a folder, or below it, can match.</summary>
    /// <param name="below">The path of the folder below <see cref="Root"/>, with <c>/</c> between segments; empty for the root.</param>
    public bool MayContain(ReadOnlySpan<char> below)
    {
        int i = 0;
        foreach (Range segment in below.Split('/'))
        {
            if (i == _folders.Length || below[segment].IsEmpty)
            {
                break;
            }

            if (!_folders[i++].MatchesPath(below[segment]))
            {
                return false;
            }
        }

        return true;
    }

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
