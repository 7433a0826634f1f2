using System.Text;
using System.Text.RegularExpressions;

namespace Loader.Infrastructure.Mapping;

/// <summary>A pattern of keys and paths. It matches a whole key, or its end after a slash; case counts.</summary>
internal sealed class KeyPattern
{
    private readonly Regex _regex;

    /// <summary>Initializes a new instance of the <see cref="KeyPattern"/> class.</summary>
    /// <param name="pattern">
    /// <c>*</c> stands for any characters but the slash, <c>?</c> for one of them, <c>**</c> for any characters, and <c>**/</c> also for
    /// nothing.
    /// </param>
    public KeyPattern(string pattern)
    {
        var text = new StringBuilder("(?:^|/)");
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                text.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                text.Append(".*");
                i++;
            }
            else
            {
                text.Append(pattern[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    char other => Regex.Escape(other.ToString()),
                });
            }
        }

        _regex = new Regex(text.Append('$').ToString(), MappingRegex.Options | RegexOptions.Singleline);
    }

    /// <summary>Checks a key.</summary>
    /// <param name="key">The key; slashes and backslashes both separate its segments.</param>
    /// <returns>Whether the pattern matches.</returns>
    public bool Matches(string key) => _regex.IsMatch(key.Replace('\\', '/'));
}
