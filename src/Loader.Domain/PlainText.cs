using System.Buffers;
using System.Globalization;
using System.Text;

namespace Loader.Domain;

/// <summary>Makes external text (keys, service messages, cell values) safe to print on one line of a log or a terminal.</summary>
public static class PlainText
{
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x2028, 0x2029, 0x200e, 0x200f])
            .Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(c => (char)c)]);

    /// <summary>Escapes control characters, line separators and bidirectional formatting characters as <c>\uXXXX</c>.</summary>
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
