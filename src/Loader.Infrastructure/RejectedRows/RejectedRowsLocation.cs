using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>Gives each location of rejected rows in S3 one spelling, and recognises those that have none.</summary>
internal static class RejectedRowsLocation
{
    /// <summary>
    /// Returns the spelling of a location in S3 that is written and compared. A folder, or what has no such spelling, is returned as it is.
    /// </summary>
    /// <param name="location">The location as it was set.</param>
    /// <returns>The location; <c>s3://bucket/a/b/</c> for <c>S3://bucket//a//b</c>.</returns>
    public static string Normalize(string location)
    {
        if (!S3Uri.TryParse(location, out S3Uri uri) || FindFault(location) is not null)
        {
            return location;
        }

        return $"s3://{uri.Bucket}/{string.Join('/', uri.Key.Split('/', StringSplitOptions.RemoveEmptyEntries))}/";
    }

    /// <summary>Returns why rows cannot be kept at a location, or <see langword="null"/>.</summary>
    /// <param name="location">The location.</param>
    /// <returns>A sentence.</returns>
    public static string? FindFault(string location)
    {
        if (location.AsSpan().Trim().Length < location.Length)
        {
            return "it begins or ends with a blank.";
        }

        if (location.Any(char.IsControl))
        {
            return "it contains control characters.";
        }

        if (S3Uri.TryParse(location, out S3Uri uri))
        {
            string[] segments = uri.Key.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return segments.Length == 0 ? "it has no prefix."
                : Array.Exists(segments, segment => segment is "." or "..") ? "a prefix cannot contain '.' or '..' as a segment."
                : uri.Bucket.Any(char.IsWhiteSpace) ? "its bucket contains a blank."
                : null;
        }

        return location.StartsWith("s3:", StringComparison.OrdinalIgnoreCase) ? "it names no bucket."
            : location.Contains("://", StringComparison.Ordinal) ? "it is neither in S3 nor a folder."
            : location.StartsWith("arn:", StringComparison.OrdinalIgnoreCase) ? "it is an ARN."
            : null;
    }
}
