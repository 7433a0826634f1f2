using System.Globalization;
using System.Text;

namespace Loader.Cli.Hosting;

/// <summary>Decides whether a terminal or a log can show only ASCII characters, and replaces all others.</summary>
internal static class AsciiText
{
    /// <summary>Returns whether the locale has no UTF-8: <c>C</c>, <c>POSIX</c>, another encoding, or none at all.</summary>
    /// <param name="variable">Returns an environment variable.</param>
    /// <remarks>By POSIX, the first of these variables that is not empty counts, and none means <c>C</c>.</remarks>
    public static bool IsNeeded(Func<string, string?> variable)
    {
        string locale = Array.Find(["LC_ALL", "LC_CTYPE", "LANG"], name => !string.IsNullOrEmpty(variable(name))) is { } name
            ? variable(name)!
            : "C";
        return !locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
            && !locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Writes an ellipsis as three dots and every other character that is not ASCII as <c>\uXXXX</c>.</summary>
    /// <returns>The text; the same instance if it is ASCII.</returns>
    public static string Escape(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var ascii = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                _ when char.IsAscii(c) => ascii.Append(c),
                '\u2026' => ascii.Append("..."),
                _ => ascii.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }

        return ascii.ToString();
    }
}
