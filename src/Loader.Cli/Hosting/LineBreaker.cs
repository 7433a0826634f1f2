namespace Loader.Cli.Hosting;

/// <summary>
/// Divides text into lines of a width, at blanks. A word that is longer than a line is divided after a slash, else after another separator,
/// else between two characters, but never inside a number: that would read as two.
/// </summary>
internal static class LineBreaker
{
    /// <summary>What a wrapped line is indented by, in addition to the blanks that the text begins with.</summary>
    private const string Hanging = "  ";

    private const string Separators = "-_=&?:;@#+|";

    /// <summary>Divides a text without line breaks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The maximum length of a line.</param>
    /// <returns>The parts of the text, without the blanks between two lines. A number longer than a line is a longer line.</returns>
    public static IEnumerable<Range> Divide(string text, int width)
    {
        int indent = IndentOf(text, width).Length;
        int start = 0;
        int room = Math.Max(width, 1);
        while (text.Length - start > room)
        {
            int end = FindEnd(text, start, room);
            yield return start..(start + text.AsSpan(start, end - start).TrimEnd(' ').Length);
            start = end;
            while (start < text.Length && text[start] == ' ')
            {
                start++;
            }

            room = Math.Max(width - indent, 1);
        }

        if (start < text.Length)
        {
            yield return start..text.Length;
        }
    }

    /// <summary>Returns the blanks that lines after the first one begin with: none if the text is not indented itself.</summary>
    public static string IndentOf(string text, int width)
    {
        int blanks = text.AsSpan().IndexOfAnyExcept(' ');
        return blanks <= 0 || blanks > width / 4 ? "" : new string(' ', blanks) + Hanging;
    }

    /// <summary>Returns where the line that begins at a position ends: at the last blank that fits, if there is one.</summary>
    private static int FindEnd(string text, int start, int room)
    {
        int firstWord = start;
        while (firstWord < text.Length && text[firstWord] == ' ')
        {
            firstWord++;
        }

        int blank = text.LastIndexOf(' ', start + room, room + 1);
        if (blank > firstWord)
        {
            return blank;
        }

        int limit = start + room;
        return FindLast(i => text[i - 1] == '/')
            ?? FindLast(i => Separators.Contains(text[i - 1]))
            ?? FindLast(i => !IsInNumber(text[i - 1]) || !IsInNumber(text[i]))
            ?? FindEndOfNumber();

        int? FindLast(Func<int, bool> isEnd)
        {
            for (int i = limit; i > firstWord; i--)
            {
                if (isEnd(i))
                {
                    return i;
                }
            }

            return null;
        }

        int FindEndOfNumber()
        {
            int i = limit;
            while (i < text.Length && IsInNumber(text[i]))
            {
                i++;
            }

            return i;
        }
    }

    private static bool IsInNumber(char c) => char.IsAsciiDigit(c) || c is ',' or '.';
}
