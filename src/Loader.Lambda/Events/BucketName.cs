using System.Net;

namespace Loader.Lambda.Events;

/// <summary>Checks names of buckets before they become part of a request's address.</summary>
/// <remarks>S3 User Guide, "General purpose bucket naming rules".</remarks>
internal static class BucketName
{
    public const string Rule =
        "A name has 3 to 63 lower-case letters, digits, hyphens and dots, begins and ends with a letter or digit, has no two dots in a "
        + "row, and is not an IP address";

    /// <summary>Returns whether S3 can have a bucket with this name.</summary>
    public static bool IsValid(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1])
        && !name.Contains("..", StringComparison.Ordinal)
        && !(name.Count(c => c == '.') == 3 && IPAddress.TryParse(name, out _));
}
