using System.Globalization;
using System.Text;

namespace Loader.Cli.Reporting;

/// <summary>
/// Writes text from outside into a page: cut, with characters that cannot be seen or that change the direction of others shown as codes,
/// and encoded for elements and for attributes in quotes.
/// </summary>
internal static class HtmlText
{
    /// <summary>The maximum number of UTF-16 units of a text.</summary>
    public const int MaxLength = 200;

    /// <summary>The maximum number of UTF-16 units of a message, which ends with what to do.</summary>
    public const int MaxMessageLength = 1_000;

    /// <summary>The maximum number of marks on one letter; more of them would cover the lines above.</summary>
    private const int MaxMarks = 3;

    /// <summary>Writes a text.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The maximum number of UTF-16 units.</param>
    public static void Write(TextWriter writer, string text, int maxLength = MaxLength)
    {
        int marks = 0;
        ReadOnlySpan<char> rest = text.AsSpan();
        int end = Math.Min(text.Length, maxLength);
        int position = 0;
        while (position < end)
        {
            bool isValid = Rune.DecodeFromUtf16(rest[position..], out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (!isValid)
            {
                WriteCode(writer, rest[position]);
                position++;
                continue;
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool isMark = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            marks = isMark ? marks + 1 : 0;
            if (IsInvisible(rune, category) || marks > MaxMarks)
            {
                WriteCode(writer, rune.Value);
            }
            else
            {
                WriteRune(writer, rune);
            }

            position += length;
        }

        if (position < text.Length)
        {
            writer.Write('…');
        }
    }

    private static bool IsInvisible(Rune rune, UnicodeCategory category) => category switch
    {
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,

        // Letters without a shape.
        _ => rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800,
    };

    private static void WriteCode(TextWriter writer, int code)
    {
        writer.Write(code <= 0xFFFF ? "\\u" : "\\U");
        writer.Write(code.ToString(code <= 0xFFFF ? "x4" : "x8", CultureInfo.InvariantCulture));
    }

    private static void WriteRune(TextWriter writer, Rune rune)
    {
        switch (rune.Value)
        {
            case '&':
                writer.Write("&amp;");
                break;
            case '<':
                writer.Write("&lt;");
                break;
            case '>':
                writer.Write("&gt;");
                break;
            case '"':
                writer.Write("&quot;");
                break;
            case '\'':
                writer.Write("&#39;");
                break;
            default:
                Span<char> units = stackalloc char[2];
                writer.Write(units[..rune.EncodeToUtf16(units)]);
                break;
        }
    }
}
