using System.Text;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>Texts of all of Unicode, with more of the characters that line protocol treats differently than chance would give.</summary>
internal static class RandomTexts
{
    private const int Longest = 24;

    // Delimiters, escapes, quotes, comments; no character here makes a text one that cannot be written, but for a backslash at its end.
    private static readonly string[] Structure = ["\\", "\\\\", ",", "=", " ", "\"", "'", "#", "\\,", "\\=", "\\ ", "\\\"", "\\n", "\\t", ";", ":"];

    // Ends of lines, tab, NUL, other control characters, what Unicode calls spaces and line ends, a byte order mark, characters that are none.
    private static readonly string[] Rare =
    [
        "\n", "\t", "\r", "\r\n", "\0", "\u0001", "\u000b", "\u000c", "\u001b", "\u007f", "\u0085", "\u00a0", "\u2028", "\u2029", "\u3000", "\ufeff", "\ufffd",
        "\uffff", "\ufdd0", "\u200b", "e\u0301",
    ];

    /// <summary>Returns texts; the same seed gives the same texts.</summary>
    public static IEnumerable<string> Create(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            yield return Create(random);
        }
    }

    private static string Create(Random random)
    {
        // 1 in 100 is empty, a third is short, so that a special character is often the first or the last.
        int length = random.Next(100) == 0 ? 0 : random.Next(1, random.Next(3) == 0 ? 4 : Longest);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++)
        {
            switch (random.Next(100))
            {
                case < 30:
                    text.Append(Structure[random.Next(Structure.Length)]);
                    break;
                case < 34:
                    text.Append(Rare[random.Next(Rare.Length)]);
                    break;
                case < 70:
                    text.Append((char)random.Next('!', '~' + 1));
                    break;
                case < 85:
                    text.Append(Scalar(random, 0x100, 0x1_0000));
                    break;
                default:
                    text.Append(Scalar(random, 0, 0x11_0000));
                    break;
            }
        }

        return text.ToString();
    }

    private static Rune Scalar(Random random, int from, int to)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(from, to), out Rune rune))
            {
                return rune;
            }
        }
    }
}
