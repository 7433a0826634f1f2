using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>Tells whether files and sources are the same, however the user spelt their paths.</summary>
internal static class SourceIdentity
{
    private const string Scheme = "s3://";

    /// <summary>Returns the file with its full path.</summary>
    public static SourceFile Of(SourceFile file) => file.IsLocal ? SourceFile.OnDisk(Path.GetFullPath(file.Key)) : file;

    /// <summary>Returns the file that a source names which is no folder and no prefix.</summary>
    public static SourceFile OfNamed(string source)
    {
        string name = FullName(source);
        int slash = name.IndexOf('/', Math.Min(Scheme.Length, name.Length));
        return IsInS3(source) && slash > Scheme.Length && slash + 1 < name.Length
            ? SourceFile.InS3(name[Scheme.Length..slash], name[(slash + 1)..])
            : SourceFile.OnDisk(name);
    }

    /// <summary>Returns whether one source is in the other, or both are the same.</summary>
    public static bool Overlap(string left, string right) => Contains(left, right) || Contains(right, left);

    private static bool Contains(string outer, string inner) =>
        SourceListing.FindRoot(outer) is { } root
            ? FullName(inner).StartsWith(FullName(root), StringComparison.Ordinal)
            : string.Equals(FullName(outer), FullName(inner), StringComparison.Ordinal);

    /// <summary>Returns the full path, which of a folder or a prefix ends with a slash.</summary>
    private static string FullName(string source) =>
        IsInS3(source) ? Scheme + source[Scheme.Length..] + (SourceListing.IsFolder(source) && !source.EndsWith('/') ? "/" : "")
        : SourceListing.IsFolder(source) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)) + Path.DirectorySeparatorChar
        : Path.GetFullPath(source);

    private static bool IsInS3(string source) => source.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
}
