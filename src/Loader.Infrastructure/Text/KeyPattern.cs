using System.Text;
using System.Text.RegularExpressions;

namespace Loader.Infrastructure.Text;

/// <summary>A pattern of keys and paths. Case counts.</summary>
/// <remarks>Matching takes time in proportion to the key, whatever the pattern is.</remarks>
internal sealed class KeyPattern
{
    /// <summary>The maximum length. Longer patterns could take much memory.</summary>
    public const int MaxLength = 1_000;

    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    private readonly string _pattern;
    private readonly Regex _regex;

    /// <summary>Initializes a new instance of the <see cref="KeyPattern"/> class.</summary>
    /// <param name="pattern">
    /// <c>*</c> stands for any characters but the slash, <c>?</c> for one of them, <c>**</c> for any characters, and <c>**/</c> also for
    /// nothing.
    /// </param>
    /// <param name="isWhole">Whether it matches a whole key only. Otherwise it also matches the end of a key after a slash.</param>
    public KeyPattern(string pattern, bool isWhole = false)
    {
        _pattern = pattern;
        var text = new StringBuilder(isWhole ? "^" : "(?:^|/)");
        for (int i = 0; i < pattern.Length;)
        {
            ReadOnlySpan<char> rest = pattern.AsSpan(i);
            if (rest.StartsWith("**/"))
            {
                text.Append("(?:.*/)?");
                i += 3;

                // More of the same match nothing else.
                while (pattern.AsSpan(i).StartsWith("**/"))
                {
                    i += 3;
                }
            }
            else if (rest[0] == '*')
            {
                int stars = rest.IndexOfAnyExcept('*') is var end and >= 0 ? end : rest.Length;
                text.Append(stars > 1 ? ".*" : "[^/]*");
                i += stars;
            }
            else
            {
                text.Append(rest[0] == '?' ? "[^/]" : Regex.Escape(rest[..1].ToString()));
                i++;
            }
        }

        _regex = new Regex(text.Append('$').ToString(), Options);
    }

    /// <summary>Returns whether a text has a character that stands for others.</summary>
    /// <param name="text">The text.</param>
    public static bool IsPattern(ReadOnlySpan<char> text) => text.ContainsAny('*', '?');

    /// <summary>Checks a key that may come from another system.</summary>
    /// <param name="key">The key; slashes and backslashes both separate its segments.</param>
    /// <returns>Whether the pattern matches.</returns>
    public bool Matches(string key) => _regex.IsMatch(key.Replace('\\', '/'));

    /// <summary>Checks a path.</summary>
    /// <param name="path">The path; only slashes separate its segments.</param>
    /// <returns>Whether the pattern matches.</returns>
    public bool MatchesPath(ReadOnlySpan<char> path) => _regex.IsMatch(path);

    /// <summary>Returns the pattern.</summary>
    /// <returns>The pattern as it was written.</returns>
    public override string ToString() => _pattern;
}
