using System.Globalization;
using System.Runtime.InteropServices;

namespace Loader.LocalAws.S3;

/// <summary>The part of an object that a Range header requests.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>
    /// Reads <c>bytes=a-b</c>, <c>bytes=a-</c> and <c>bytes=-n</c>. Null if the header is missing or has another form: the whole object is sent
    /// (S3 serves one range only). Throws InvalidRange if the range lies outside the object.
    /// </summary>
    public static ByteRange? Parse(string? header, long length)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal) || header.Contains(',', StringComparison.Ordinal))
        {
            return null;
        }

        var range = header.AsSpan("bytes=".Length);
        var dash = range.IndexOf('-');
        if (dash < 0 || !TryNumber(range[..dash], out var first) || !TryNumber(range[(dash + 1)..], out var last) || (first ?? last) is null)
        {
            return null;
        }

        if (first is null)
        {
            var suffix = Math.Min(last!.Value, length);
            return suffix > 0 ? new(length - suffix, suffix) : throw S3Error.InvalidRange();
        }

        if (last < first)
        {
            return null;
        }

        return first < length ? new(first.Value, Math.Min(last ?? long.MaxValue, length - 1) - first.Value + 1) : throw S3Error.InvalidRange();
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        if (text.IsEmpty)
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        number = value;
        return isNumber;
    }
}
