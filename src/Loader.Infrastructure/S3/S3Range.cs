using System.Globalization;

namespace Loader.Infrastructure.S3;

/// <summary>The bytes of an object that a response has.</summary>
/// <param name="Offset">The offset of the first byte.</param>
/// <param name="End">The offset after the last byte.</param>
/// <param name="Total">The length of the object.</param>
internal readonly record struct S3Range(long Offset, long End, long Total)
{
    private const string Unit = "bytes ";

    /// <summary>Gets the number of bytes.</summary>
    public long Length => End - Offset;

    /// <summary>Parses the header <c>Content-Range</c>, such as <c>bytes 100-199/1000</c> (RFC 9110, 14.4).</summary>
    /// <param name="header">The header.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether the header has a range with a known total length.</returns>
    public static bool TryParse(string header, out S3Range range)
    {
        ReadOnlySpan<char> text = header;
        int dash = text.IndexOf('-');
        int slash = text.IndexOf('/');
        if (text.StartsWith(Unit, StringComparison.Ordinal) && dash > Unit.Length && slash > dash
            && TryParse(text[Unit.Length..dash], out long first)
            && TryParse(text[(dash + 1)..slash], out long last)
            && TryParse(text[(slash + 1)..], out long total)
            && first <= last && last < total)
        {
            range = new S3Range(first, last + 1, total);
            return true;
        }

        range = default;
        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
