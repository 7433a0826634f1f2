using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Loader.Domain;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>
/// Composes the names of files with rejected rows. The same source, ETag and row group always give the same name, and no name leaves the
/// location.
/// </summary>
internal static partial class RejectedRowKey
{
    /// <summary>Longer segments are cut and get a hash to stay distinct. File systems allow 255 bytes.</summary>
    private const int MaxSegmentChars = 120;

    /// <summary>S3 allows keys of 1,024 bytes. The rest is left for the location and the end of the name.</summary>
    private const int MaxSourceChars = 480;

    /// <summary>The number of digits of a mapping's hash.</summary>
    private const int MappingDigits = 12;

    /// <summary>Returns the folder for one source, ETag and mapping, with a slash at the end.</summary>
    public static string FolderOf(SourceFile source, string etag, AppliedMapping? mapping = null)
    {
        string path = source.IsLocal ? RelativePathOf(source.Key)
            : source.IsInS3 ? $"{source.Bucket}/{source.Key}"
            : $"{source.Scheme}/{source.Bucket}/{source.Key}";
        string safe = string.Join('/', path.Split('/', '\\').Where(segment => segment.Length > 0).Select(SafeSegment));
        if (safe.Length > MaxSourceChars)
        {
            safe = $"{safe[^MaxSegmentChars..].TrimStart('/')}-{HashOf(path)}";
        }

        string mapped = mapping is null ? "" : $"-{mapping.Sha256[..MappingDigits]}";
        return $"{safe}/{SafeSegment(etag)}{mapped}/";
    }

    /// <summary>
    /// Returns the path of the file in the folder. The dataset comes last, because the segment nearest to the file name decides.
    /// </summary>
    public static string NameOf(DatasetType dataset, int rowGroup) =>
        string.Create(CultureInfo.InvariantCulture, $"dataset={dataset.Name}/row-group-{rowGroup:00000}.parquet");

    /// <summary>
    /// Returns the path for rows of a file of kept rows that are refused again: its own path, so that it is overwritten and never nested.
    /// </summary>
    /// <param name="path">The file's path below the location.</param>
    /// <param name="rowGroupCount">The number of its row groups.</param>
    /// <param name="rowGroup">The row group of the rows.</param>
    /// <returns>The path below the folder of a destination.</returns>
    public static string ReplayedNameOf(string path, int rowGroupCount, int rowGroup)
    {
        path = DestinationFolder().Replace(path, "");

        // A file with several row groups is still being read when the first of them is settled, so it cannot be overwritten.
        return rowGroupCount <= 1 ? path : WithSuffix(path, string.Create(CultureInfo.InvariantCulture, $"-{rowGroup:00000}"));
    }

    /// <summary>Returns the path of one part of the rows of a row group. The first part has the path of the whole.</summary>
    /// <param name="path">The path of the whole.</param>
    /// <param name="part">The number of the part, from 1.</param>
    /// <returns>The path.</returns>
    public static string PartOf(string path, int part) =>
        part == 1 ? path : WithSuffix(path, string.Create(CultureInfo.InvariantCulture, $"-part-{part}"));

    private static string WithSuffix(string path, string suffix)
    {
        string extension = Path.GetExtension(path);
        return $"{path[..^extension.Length]}{suffix}{extension}";
    }

    /// <summary>Matches the folder of a destination: <see cref="Destination.Key"/>. Version 0.1 had none.</summary>
    [GeneratedRegex("^[a-z]+-[0-9a-f]{12}/", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DestinationFolder();

    private static string RelativePathOf(string path)
    {
        string full = Path.GetFullPath(path);
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        bool isBelow = !Path.IsPathRooted(relative) && !relative.StartsWith("..", StringComparison.Ordinal);
        return isBelow ? relative : full;
    }

    private static string SafeSegment(string segment)
    {
        var safe = new StringBuilder(segment.Length);
        foreach (char c in segment)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '=' or '-' or '_' or '.' or '+' or ',' or '@' or ' ')
            {
                safe.Append(c);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            }
        }

        if (safe.ToString() is "." or "..")
        {
            safe.Replace(".", "%2E");
        }

        return safe.Length <= MaxSegmentChars ? safe.ToString() : $"{safe.ToString(0, MaxSegmentChars - 17)}-{HashOf(segment)}";
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
