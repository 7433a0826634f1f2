using System.Buffers;
using System.Text;
using Loader.Domain;

namespace Loader.Infrastructure.InfluxDb.Encoding;

/// <summary>How the parser of an engine reads escapes in line protocol.</summary>
/// <remarks>
/// Both engines read a backslash before a comma, an equals sign or a space as an escape. Engine 2 reads every other backslash literally,
/// and two of them stay two. Engine 3 reads two as one. A value cannot end with a backslash in either of them, and no escape keeps a line
/// feed; on engine 3 none keeps a tab.
/// <para>
/// Engine 2 looks for the end of a line before it parses the line, and skips the character after each backslash. Of a backslash and an
/// escaped space it skips the second backslash and takes the space for the end of the tags. A quotation mark in a tag can then hide the end
/// of the line (<c>scanLine</c>). So both together cannot be written there.
/// </para>
/// <para>
/// Source: the parsers of influxdata/influxdb (package <c>models</c> of branch 2.7, crate <c>influxdb_line_protocol</c> of branch main).
/// </para>
/// </remarks>
internal sealed class LineDialect
{
    /// <summary>The dialect of engine 2.</summary>
    public static readonly LineDialect Version2 = new(
        SpecialText.LineFeed | SpecialText.TrailingBackslash | SpecialText.BackslashBeforeSpaceAndQuote, doublesBackslashes: false);

    /// <summary>The dialect of engine 3.</summary>
    public static readonly LineDialect Version3 = new(
        SpecialText.LineFeed | SpecialText.Tab | SpecialText.TrailingBackslash, doublesBackslashes: true);

    private readonly SearchValues<char> _escaped;

    private LineDialect(SpecialText unwritable, bool doublesBackslashes)
    {
        Unwritable = unwritable;
        _escaped = SearchValues.Create(doublesBackslashes ? ",= \\" : ",= ");
    }

    /// <summary>Gets what a tag value cannot contain.</summary>
    public SpecialText Unwritable { get; }

    /// <summary>Writes a tag value. It must not be empty and not contain what <see cref="Unwritable"/> says.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="value">The value.</param>
    public void WriteTagValue(IBufferWriter<byte> destination, ReadOnlySpan<char> value) => WriteEscaped(destination, value, _escaped);

    /// <summary>Writes a string field with its quotes. Both engines read it in the same way, also with line feeds.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="value">The value.</param>
    public static void WriteText(IBufferWriter<byte> destination, ReadOnlySpan<char> value)
    {
        destination.Write("\""u8);
        WriteEscaped(destination, value, EscapedInText);
        destination.Write("\""u8);
    }

    private static readonly SearchValues<char> EscapedInText = SearchValues.Create("\"\\");

    private static void WriteEscaped(IBufferWriter<byte> destination, ReadOnlySpan<char> value, SearchValues<char> escaped)
    {
        while (value.IndexOfAny(escaped) is var index and >= 0)
        {
            System.Text.Encoding.UTF8.GetBytes(value[..index], destination);
            destination.Write("\\"u8);
            System.Text.Encoding.UTF8.GetBytes(value.Slice(index, 1), destination);
            value = value[(index + 1)..];
        }

        System.Text.Encoding.UTF8.GetBytes(value, destination);
    }
}
