using System.Text;

namespace Loader.Application.Quality;

/// <summary>Maps texts that look the same to one: without blanks around them, in upper case, in Unicode's composed form (NFC).</summary>
/// <remarks>
/// A process without ICU does not compose letters (<see href="https://aka.ms/GlobalizationInvariantMode"/>), so Latin letters with one
/// mark are composed here.
/// </remarks>
internal static class NearEqualText
{
    /// <summary>Each mark with the letters that it is added to, and what they become.</summary>
    private static readonly (char Mark, string Letters, string Composed)[] Marks =
    [
        ('\u0300', "AEIOU", "\u00C0\u00C8\u00CC\u00D2\u00D9"),
        ('\u0301', "AEIOUYCNSZ", "\u00C1\u00C9\u00CD\u00D3\u00DA\u00DD\u0106\u0143\u015A\u0179"),
        ('\u0302', "AEIOU", "\u00C2\u00CA\u00CE\u00D4\u00DB"),
        ('\u0303', "ANO", "\u00C3\u00D1\u00D5"),
        ('\u0304', "AEIOU", "\u0100\u0112\u012A\u014C\u016A"),
        ('\u0308', "AEIOUY", "\u00C4\u00CB\u00CF\u00D6\u00DC\u0178"),
        ('\u030A', "AU", "\u00C5\u016E"),
        ('\u030B', "OU", "\u0150\u0170"),
        ('\u030C', "CDENRSTZ", "\u010C\u010E\u011A\u0147\u0158\u0160\u0164\u017D"),
        ('\u0327', "CST", "\u00C7\u015E\u0162"),
        ('\u0328', "AEIU", "\u0104\u0118\u012E\u0172"),
    ];

    /// <summary>Returns the text that all near-equal ones share.</summary>
    public static string Normalize(string text)
    {
        string upper = text.Trim().ToUpperInvariant();
        if (!upper.AsSpan().ContainsAnyExceptInRange('\0', '\u007F'))
        {
            return upper;
        }

        var composed = new StringBuilder(upper.Length);
        foreach (char letter in upper.Normalize(NormalizationForm.FormC))
        {
            if (composed.Length > 0 && Compose(composed[^1], letter) is { } one)
            {
                composed[^1] = one;
            }
            else
            {
                composed.Append(letter);
            }
        }

        return composed.ToString();
    }

    private static char? Compose(char letter, char mark)
    {
        foreach ((char known, string letters, string composed) in Marks)
        {
            if (known == mark && letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int index)
            {
                return composed[index];
            }
        }

        return null;
    }
}
