using System.Globalization;
using System.Text;

namespace Loader.LocalAws.InfluxDb.Lines;

/// <summary>
/// Line protocol as InfluxDB 3 reads it (InfluxDB reference, section 3; influxdata/influxdb branch main, core/influxdb_line_protocol/src/lib.rs). A backslash escapes
/// the next character, also another backslash; before any other character both stay.
/// </summary>
public static class LineProtocol3
{
    /// <summary>The largest name, tag value and text, in bytes: 64 KB by default, built with 1 MiB (section 2).</summary>
    public const int MaxTextBytes = 1_048_576;

    private const int ShownCharacters = 10;

    /// <summary>Parses every line of a body. Times keep the unit in which they were sent.</summary>
    public static IEnumerable<LineResult> Parse(string body)
    {
        foreach (var whole in SplitLines(body))
        {
            var line = TrimLeading(whole);
            if (line.Length > 0)
            {
                yield return ParseOne(line);
            }
        }
    }

    private static LineResult ParseOne(string line)
    {
        try
        {
            return new(line, new Reader(line).Read(), null);
        }
        catch (LineException refused)
        {
            return new(line, null, refused.Message);
        }
    }

    /// <summary>A newline within the quotes of a field value does not end the line; the character after a backslash never does.</summary>
    private static IEnumerable<string> SplitLines(string body)
    {
        bool quoted = false, fields = false;
        int equals = 0, commas = 0, start = 0;
        for (var at = 0; at < body.Length; at++)
        {
            switch (body[at])
            {
                case '\\':
                    at++;
                    break;
                case ' ':
                    fields = true;
                    break;
                case '=' when fields && !quoted:
                    equals++;
                    break;
                case ',' when fields && !quoted:
                    commas++;
                    break;
                case '"' when fields && equals > commas:
                    quoted = !quoted;
                    break;
                case '\n' when !quoted:
                    yield return body[start..at];
                    (fields, equals, commas, start) = (false, 0, 0, at + 1);
                    break;
                default:
                    break;
            }
        }

        yield return body[start..];
    }

    private static string TrimLeading(string line)
    {
        while (true)
        {
            line = line.TrimStart(' ', '\t', '\n');
            if (!line.StartsWith('#'))
            {
                return line;
            }

            var end = line.IndexOf('\n', StringComparison.Ordinal);
            line = end < 0 ? string.Empty : line[end..];
        }
    }

    private static string Shown(string text) =>
        Encoding.UTF8.GetByteCount(text) <= ShownCharacters ? text : string.Concat(text.EnumerateRunes().Take(ShownCharacters)) + "...";

    private static string Got(string rest) => rest.Length == 0 ? "end of input" : $"`{Shown(rest)}`";

    /// <summary>Reads one line from left to right. A part that does not match gives null; a part that can only be wrong throws.</summary>
    private sealed class Reader(string line)
    {
        private int _at;

        private string Rest => line[_at..];

        public ParsedLine Read()
        {
            // Section 3: no NUL in measurements, and \= keeps its backslash there.
            var measurement = ReadEscaped(" \t\n\0,\\", ", \\") ?? throw new LineException("Invalid measurement was provided");
            var tags = Take(',') ? ReadTags() : [];
            if (!SkipSpaces())
            {
                throw new LineException(_at == line.Length ? "Expected at least one space character, got end of input" : $"Expected at least one space character, got `{Rest}`");
            }

            var fields = ReadFields();
            var time = ReadTime();
            return _at == line.Length
                ? new(measurement, tags, fields, time)
                : throw new LineException($"Could not parse entire line. Found trailing content: `{Shown(Rest)}`");
        }

        private List<InfluxTag> ReadTags()
        {
            var tags = new List<InfluxTag>();
            var all = Rest;
            do
            {
                var key = ReadEscaped(" \t\n=\\", "\\,= ") ?? throw new LineException($"Expected tag key, got {Got(Rest)}");
                if (!Take('='))
                {
                    throw new LineException($"Tag set malformed: could not find equals sign in `{Shown(all)}`");
                }

                // Section 3: a tab ends the value; an unescaped = does not.
                var value = ReadEscaped(" \t\n,\\", "\\,= ") ?? throw new LineException($"Expected tag value, got {Got(Rest)}");
                tags.Add(new(key, value));
            }
            while (Take(','));

            return tags;
        }

        private List<InfluxField> ReadFields()
        {
            var fields = new List<InfluxField> { ReadField() ?? throw new LineException("No fields were provided") };
            for (var comma = _at; Take(','); comma = _at)
            {
                if (ReadField() is { } field)
                {
                    fields.Add(field);
                    continue;
                }

                // The parser forgives a comma after the first field, and none after a later one.
                _at = fields.Count == 1 ? comma + 1 : comma;
                break;
            }

            return fields;
        }

        private InfluxField? ReadField()
        {
            var start = _at;
            if (ReadEscaped(" \t\n=\\", "\\,= ") is { } key && Take('=') && ReadValue() is { } value)
            {
                return new(key, value);
            }

            _at = start;
            return null;
        }

        private InfluxValue? ReadValue() => ReadNumber() ?? ReadText() ?? ReadBoolean();

        // Section 3: digits on both sides of a point; a float beyond the range becomes infinity.
        private InfluxValue? ReadNumber()
        {
            var start = _at;
            var end = Digits(start < line.Length && line[start] == '-' ? start + 1 : start);
            if (end < 0)
            {
                return null;
            }

            if (Is(end, 'i'))
            {
                _at = end + 1;
                return long.TryParse(line.AsSpan(start, end - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                    ? InfluxValue.Of(integer)
                    : throw new LineException($"Unable to parse integer value `{line[start..end]}`");
            }

            if (Is(end, 'u') && line[start] != '-')
            {
                _at = end + 1;
                return ulong.TryParse(line.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned)
                    ? InfluxValue.Of(unsigned)
                    : throw new LineException($"Unable to parse unsigned integer value `{line[start..end]}`");
            }

            if (Is(end, '.') && Digits(end + 1) is var fraction and > 0)
            {
                end = fraction;
            }

            if ((Is(end, 'e') || Is(end, 'E')) && Digits(Is(end + 1, '-') || Is(end + 1, '+') ? end + 2 : end + 1) is var exponent and > 0)
            {
                end = exponent;
            }

            _at = end;
            return InfluxValue.Of(double.Parse(line.AsSpan(start, end - start), NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        private InfluxValue? ReadText()
        {
            if (!Is(_at, '"'))
            {
                return null;
            }

            var text = new StringBuilder();
            for (var i = _at + 1; i < line.Length; i++)
            {
                if (line[i] == '"')
                {
                    _at = i + 1;
                    return InfluxValue.Of(Limited(text.ToString()));
                }

                if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
                {
                    i++;
                }

                text.Append(line[i]);
            }

            return null;
        }

        private InfluxValue? ReadBoolean()
        {
            foreach (var word in (string[])["true", "True", "TRUE", "t", "T", "false", "False", "FALSE", "f", "F"])
            {
                if (line.AsSpan(_at).StartsWith(word, StringComparison.Ordinal))
                {
                    _at += word.Length;
                    return InfluxValue.Of(word[0] is 't' or 'T');
                }
            }

            return null;
        }

        private long? ReadTime()
        {
            var start = _at;
            if (SkipSpaces() && Digits(Is(_at, '-') ? _at + 1 : _at) is var end and > 0)
            {
                var digits = line[_at..end];
                _at = end;
                SkipSpaces();
                return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
                    ? time
                    : throw new LineException($"Unable to parse timestamp value `{digits}`");
            }

            _at = start;
            return null;
        }

        /// <summary>Reads a name or tag value up to an unescaped end character; null if there is none.</summary>
        private string? ReadEscaped(string ends, string escapes)
        {
            // Most names and values have no backslash.
            var start = _at;
            var plain = line.AsSpan(_at).IndexOfAny(ends);
            if (plain > 0 && line[_at + plain] != '\\')
            {
                _at += plain;
                return Limited(line[start.._at]);
            }

            var text = new StringBuilder();
            while (_at < line.Length)
            {
                var character = line[_at];
                if (character != '\\')
                {
                    if (ends.Contains(character, StringComparison.Ordinal))
                    {
                        break;
                    }

                    text.Append(character);
                    _at++;
                    continue;
                }

                _at++;
                if (_at == line.Length)
                {
                    text.Append('\\');
                    break;
                }

                if (!escapes.Contains(line[_at], StringComparison.Ordinal))
                {
                    text.Append('\\');
                }

                text.Append(line[_at++]);
            }

            if (_at == start)
            {
                return null;
            }

            return text.Length > 0 && text[^1] == '\\'
                ? throw new LineException("Measurements, tag keys and values, and field keys may not end with a backslash")
                : Limited(text.ToString());
        }

        private static string Limited(string text) =>
            text.Length > MaxTextBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxTextBytes ? throw new LineException("String is greater than 1MB") : text;

        private bool SkipSpaces()
        {
            var start = _at;
            while (Is(_at, ' '))
            {
                _at++;
            }

            return _at > start;
        }

        private bool Take(char character)
        {
            if (!Is(_at, character))
            {
                return false;
            }

            _at++;
            return true;
        }

        private bool Is(int at, char character) => at < line.Length && line[at] == character;

        /// <summary>The end of the digits that begin here, or -1 if there are none.</summary>
        private int Digits(int at)
        {
            var end = at;
            while (end < line.Length && char.IsAsciiDigit(line[end]))
            {
                end++;
            }

            return end > at ? end : -1;
        }
    }
}
