using System.Globalization;
using System.Text;

namespace Loader.LocalAws.InfluxDb.Lines;

/// <summary>
/// Line protocol as InfluxDB 2 reads it (InfluxDB reference, section 3; influxdata/influxdb branch 2.7, models/points.go). A backslash escapes only by standing
/// directly before a delimiter: two backslashes stay two, and a delimiter after them is escaped all the same.
/// </summary>
public static class LineProtocol2
{
    /// <summary>The largest series key, and series key with field name, in bytes (section 2).</summary>
    public const int MaxKeyBytes = 65_535;

    /// <summary>The earliest time: the two lowest numbers are reserved (section 3).</summary>
    public const long MinTime = long.MinValue + 2;

    /// <summary>The latest time: the highest number is reserved (section 3).</summary>
    public const long MaxTime = long.MaxValue - 1;

    private const int SeparatorBytes = 4;

    private static readonly string[] ReservedTags = ["time", "_field", "_measurement", "\0"];

    /// <summary>Parses every line of a body. Times are scaled to nanoseconds, because a time out of range is a parse error.</summary>
    /// <param name="body">The text.</param>
    /// <param name="unit">Nanoseconds in the unit of the times.</param>
    public static IEnumerable<LineResult> Parse(string body, long unit = 1)
    {
        var at = 0;
        while (at < body.Length)
        {
            var end = EndOfLine(body, at);
            var line = body[SkipBlank(body, at, end)..end];
            at = end + 1;
            if (line.Length > 0 && line[0] != '#')
            {
                yield return ParseOne(line, unit);
            }
        }
    }

    private static LineResult ParseOne(string line, long unit)
    {
        try
        {
            return new(line, new Reader(line, unit).Read(), null);
        }
        catch (LineException refused)
        {
            return new(line, null, $"unable to parse '{line}': {refused.Message}");
        }
    }

    /// <summary>A newline within the quotes of a field value does not end the line; the character after a backslash never does.</summary>
    private static int EndOfLine(string body, int at)
    {
        bool quoted = false, fields = false;
        int equals = 0, commas = 0;
        for (; at < body.Length; at++)
        {
            switch (body[at])
            {
                case '\\' when at + 2 < body.Length:
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
                    return at;
                default:
                    break;
            }
        }

        return body.Length;
    }

    private static int SkipBlank(string text, int at, int end)
    {
        while (at < end && text[at] is ' ' or '\t' or '\0')
        {
            at++;
        }

        return at;
    }

    /// <summary>Reads one line: key, fields, time.</summary>
    private sealed class Reader(string line, long unit)
    {
        private readonly List<(string Key, string Value)> _tags = [];
        private int _at;

        public ParsedLine Read()
        {
            var measurement = ReadMeasurement();
            var hasTags = _at < line.Length && line[_at] == ',';
            while (_at < line.Length && line[_at] == ',')
            {
                _at++;
                ReadTag();
            }

            CheckTags(hasTags);
            var keyBytes = Encoding.UTF8.GetByteCount(line.AsSpan(0, _at));
            if (keyBytes > MaxKeyBytes)
            {
                throw TooLong(keyBytes);
            }

            var fields = ReadFields(keyBytes);
            var time = ReadTime();
            return new(UnescapeName(measurement), [.. _tags.Select(tag => new InfluxTag(UnescapeTag(tag.Key), UnescapeTag(tag.Value)))], fields, time);
        }

        private static LineException TooLong(int bytes) =>
            new(string.Create(CultureInfo.InvariantCulture, $"max key length exceeded: {bytes} > {MaxKeyBytes}"));

        private bool IsEscaped(int at) => at > 0 && line[at - 1] == '\\';

        private string ReadMeasurement()
        {
            if (line[0] == ',')
            {
                throw new LineException("missing measurement");
            }

            for (_at = 1; _at < line.Length; _at++)
            {
                if (line[_at] is ',' or ' ' && !IsEscaped(_at))
                {
                    return line[.._at];
                }
            }

            throw new LineException("missing fields");
        }

        private void ReadTag()
        {
            var start = _at;
            if (_at >= line.Length || line[_at] is ' ' or ',' or '=')
            {
                throw new LineException("missing tag key");
            }

            for (_at++; ; _at++)
            {
                if (_at >= line.Length || (line[_at] is ' ' or ',' && !IsEscaped(_at)))
                {
                    throw new LineException("missing tag value");
                }

                if (line[_at] == '=' && !IsEscaped(_at))
                {
                    break;
                }
            }

            var key = line[start.._at];
            start = ++_at;
            if (_at >= line.Length || line[_at] is ' ' or ',')
            {
                throw new LineException("missing tag value");
            }

            for (_at++; ; _at++)
            {
                if (_at >= line.Length)
                {
                    throw new LineException("missing fields");
                }

                if (IsEscaped(_at))
                {
                    continue;
                }

                if (line[_at] == '=')
                {
                    throw new LineException("invalid tag format");
                }

                if (line[_at] is ',' or ' ')
                {
                    _tags.Add((key, line[start.._at]));
                    return;
                }
            }
        }

        // Section 2: these tags are parse errors. Section 3: so is a repeated tag. Names are compared as sent, with their escapes.
        private void CheckTags(bool hasTags)
        {
            if (!hasTags)
            {
                return;
            }

            foreach (var (key, _) in _tags)
            {
                if (ReservedTags.Contains(key, StringComparer.Ordinal))
                {
                    throw new LineException($"cannot use reserved tag key \"{key}\"");
                }
            }

            _tags.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
            for (var i = 1; i < _tags.Count; i++)
            {
                if (string.Equals(_tags[i - 1].Key, _tags[i].Key, StringComparison.Ordinal))
                {
                    throw new LineException("duplicate tags");
                }
            }
        }

        private List<InfluxField> ReadFields(int keyBytes)
        {
            _at = SkipBlank(line, _at, line.Length);
            var start = _at;
            var end = ScanFields();
            _at = end;
            var fields = new List<InfluxField>();
            var text = line[start..end];
            var at = 0;
            while (at < text.Length)
            {
                var equals = Unescaped(text, at, '=');
                var key = text[at..equals];
                var size = keyBytes + SeparatorBytes + Encoding.UTF8.GetByteCount(key);
                if (size > MaxKeyBytes)
                {
                    throw TooLong(size);
                }

                if (equals >= text.Length - 1)
                {
                    throw new LineException($"invalid value: field-key={key}");
                }

                var stop = EndOfValue(text, equals + 1);
                Put(fields, new(UnescapeName(key), ReadValue(text[(equals + 1)..stop])));
                at = stop + 1;
            }

            return fields;
        }

        // Section 3: of a repeated field the last counts.
        private static void Put(List<InfluxField> fields, InfluxField field)
        {
            var index = fields.FindIndex(other => string.Equals(other.Key, field.Key, StringComparison.Ordinal));
            if (index < 0)
            {
                fields.Add(field);
            }
            else
            {
                fields[index] = field;
            }
        }

        /// <summary>Finds the end of the fields and refuses what is malformed.</summary>
        private int ScanFields()
        {
            int equals = 0, commas = 0;
            var quoted = false;
            var at = _at;
            while (at < line.Length && (quoted || line[at] != ' '))
            {
                var character = line[at];
                if (character == '\\' && at + 1 < line.Length)
                {
                    at += 2;
                }
                else if (character == '"' && equals > commas)
                {
                    quoted = !quoted;
                    at++;
                }
                else if (character == '=' && !quoted)
                {
                    equals++;
                    at = ScanValue(at);
                }
                else
                {
                    commas += character == ',' && !quoted ? 1 : 0;
                    at++;
                }
            }

            if (quoted)
            {
                throw new LineException("unbalanced quotes");
            }

            return equals > 0 && commas == equals - 1 ? at : throw new LineException("invalid field format");
        }

        /// <summary>Checks the value after an equals sign; returns where the scan goes on.</summary>
        private int ScanValue(int equals)
        {
            if (line[equals - 1] is ' ' or ',' && line[equals - 2] != '\\')
            {
                throw new LineException("missing field key");
            }

            var start = equals + 1;
            if (start >= line.Length || line[start] is ',' or ' ')
            {
                throw new LineException("missing field value");
            }

            if (line[start] == '"')
            {
                return start;
            }

            var end = start;
            while (end < line.Length && line[end] is not (',' or ' '))
            {
                end++;
            }

            var value = line[start..end];
            if (value[0] is (>= '0' and <= '9') or '.' or '-' or 'N' or 'n')
            {
                Number2.Check(value);
            }
            else if (!IsBoolean(value))
            {
                throw new LineException("invalid boolean");
            }

            return end;
        }

        private long? ReadTime()
        {
            _at = SkipBlank(line, _at, line.Length);
            var start = _at;
            while (_at < line.Length && line[_at] is not (' ' or '\n'))
            {
                if (line[_at] is (< '0' or > '9') && !(line[_at] == '-' && _at == start))
                {
                    throw new LineException("bad timestamp");
                }

                _at++;
            }

            if (start == _at)
            {
                return null;
            }

            var time = ScaledTime(line[start.._at]);
            return line.AsSpan(_at).Trim(' ').IsEmpty ? time : throw new LineException("point is invalid");
        }

        private long ScaledTime(string digits)
        {
            var number = Number2.ParseInteger(digits);
            var nanoseconds = (Int128)number * unit;
            return nanoseconds >= MinTime && nanoseconds <= MaxTime
                ? (long)nanoseconds
                : throw new LineException(string.Create(CultureInfo.InvariantCulture, $"time outside range {MinTime} - {MaxTime}"));
        }
    }

    private static bool IsBoolean(string value) =>
        value is "t" or "T" or "f" or "F" or "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    private static int Unescaped(string text, int at, char stop)
    {
        for (var i = at; i < text.Length; i++)
        {
            if (text[i] == stop && (i == 0 || text[i - 1] != '\\'))
            {
                return i;
            }
        }

        return text.Length;
    }

    private static int EndOfValue(string text, int at)
    {
        var quoted = false;
        while (at < text.Length && (quoted || text[at] != ','))
        {
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\\')
            {
                at += 2;
                continue;
            }

            quoted ^= text[at] == '"';
            at++;
        }

        return Math.Min(at, text.Length);
    }

    private static InfluxValue ReadValue(string value) => value[0] switch
    {
        '"' => InfluxValue.Of(UnescapeText(value[1..^1])),
        (>= '0' and <= '9') or '-' or '.' or 'n' or 'N' => value[^1] switch
        {
            'i' => InfluxValue.Of(Number2.ParseInteger(value[..^1])),
            'u' => InfluxValue.Of(ulong.Parse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture)),
            _ => InfluxValue.Of(double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture)),
        },
        var first => InfluxValue.Of(first is 't' or 'T'),
    };

    // Section 3: a string field escapes the quote and the backslash.
    private static string UnescapeText(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\')
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }

    private static string UnescapeTag(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? text.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\ ", " ", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal)
        : text;

    // Section 3: \= also reads as = in measurements. Field names are read the same way, and both read \" as ".
    private static string UnescapeName(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ',' or '"' or ' ' or '=')
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
