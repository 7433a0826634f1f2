using System.Buffers;
using System.Globalization;
using System.Text;

namespace Loader.Domain;

/// <summary>Makes external text (keys, service messages, cell values) safe to print on one line of a log or a terminal.</summary>
public static class PlainText
{
    /// <summary>The first and last characters of what Unicode calls controls, formats, and separators other than the blank.</summary>
    private static readonly (int First, int Last)[] UnsafeRanges =
    [
        (0x0000, 0x001f), (0x007f, 0x00a0), (0x00ad, 0x00ad), (0x061c, 0x061c), (0x1680, 0x1680), (0x180e, 0x180e), (0x2000, 0x200f),
        (0x2028, 0x202f), (0x205f, 0x206f), (0x3000, 0x3000), (0xfeff, 0xfeff), (0xfff9, 0xfffb),
    ];

    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. UnsafeRanges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(c => (char)c)]);

    /// <summary>
    /// Escapes control characters, line separators, bidirectional formatting characters, and what looks like a blank or like nothing (the
    /// byte order mark, zero-width and non-breaking blanks) as <c>\uXXXX</c>.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>The escaped text; the same instance if nothing had to be escaped.</returns>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAny(Unsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (Unsafe.Contains(c))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }
}
