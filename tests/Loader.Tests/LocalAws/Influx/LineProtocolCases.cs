using System.Globalization;
using System.Text;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.Tests.Support;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>
/// Reads the file in which the servers' own parsers wrote what they made of a line: the line as a quoted text, then for each engine the points and errors. It lies
/// next to the checkout and is not part of the project.
/// </summary>
internal static class LineProtocolCases
{
    public static IReadOnlyList<LineProtocolCase> ReadOrIgnore()
    {
        string path = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "reference", "line-protocol-cases.txt"));
        if (!File.Exists(path))
        {
            Assert.Ignore("Skipped: ../shared/reference/line-protocol-cases.txt does not exist.");
        }

        string[] lines = File.ReadAllLines(path);
        var cases = new List<LineProtocolCase>();
        for (int i = 1; i + 2 < lines.Length; i += 3)
        {
            int at = 0;
            string body = Quoted(lines[i], ref at);
            cases.Add(new LineProtocolCase(body, Results(lines[i + 1][6..].Trim()), Results(lines[i + 2][6..].Trim())));
        }

        return cases;
    }

    /// <summary>A result in a form that does not depend on the notation.</summary>
    public static string Describe(LineResult result) => result.Content is { } line
        ? Describe(line.Measurement, line.Tags, line.Fields, line.Time)
        : $"ERR {result.Error}";

    private static string Describe(string measurement, IEnumerable<InfluxTag> tags, IEnumerable<InfluxField> fields, long? time) =>
        $"<{measurement}> {string.Concat(tags.Select(tag => $"[{tag.Key}]={tag.Value};"))} {string.Concat(fields.Select(field => $"[{field.Key}]={field.Value};"))} {time}";

    private static List<string> Results(string text)
    {
        var results = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            if (text.AsSpan(at).StartsWith("ERR "))
            {
                at += 4;
                results.Add($"ERR {Quoted(text, ref at)}");
            }
            else
            {
                results.Add(Point(text, ref at));
            }

            at += text.AsSpan(at).StartsWith(" | ") ? 3 : 0;
        }

        return results;
    }

    private static string Point(string text, ref int at)
    {
        string measurement = string.Empty;
        var tags = new List<InfluxTag>();
        var fields = new List<InfluxField>();
        long? time = null;
        while (at < text.Length && !text.AsSpan(at).StartsWith(" | "))
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (rest.StartsWith("m="))
            {
                at += 2;
                measurement = Quoted(text, ref at);
            }
            else if (rest.StartsWith("tag["))
            {
                at += 4;
                string key = Quoted(text, ref at);
                at += 2;
                tags.Add(new InfluxTag(key, Quoted(text, ref at)));
            }
            else if (rest.StartsWith("field["))
            {
                at += 6;
                string key = Quoted(text, ref at);
                at += 2;
                fields.Add(new InfluxField(key, Value(text, ref at)));
            }
            else if (rest.StartsWith("t="))
            {
                string number = Word(text, ref at)[2..];
                time = long.Parse(number.Replace("Some(", "", StringComparison.Ordinal).TrimEnd(')'), CultureInfo.InvariantCulture);
            }
            else
            {
                at++;
            }
        }

        return Describe(measurement, tags, fields, time);
    }

    private static InfluxValue Value(string text, ref int at)
    {
        int quote = text.IndexOf('"', at);
        string head = text[at..(quote < 0 ? text.Length : quote)];
        if (head is "string:" || head.StartsWith("String(", StringComparison.Ordinal))
        {
            at = quote;
            string content = Quoted(text, ref at);
            at += text[at..].TakeWhile(character => character == ')').Count();
            return InfluxValue.Of(content);
        }

        string[] word = Word(text, ref at).Split([':', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        return word switch
        {
            ["float64" or "F64", "inf"] => InfluxValue.Of(double.PositiveInfinity),
            ["float64" or "F64", var number] => InfluxValue.Of(double.Parse(number, CultureInfo.InvariantCulture)),
            ["int64" or "I64", var number] => InfluxValue.Of(long.Parse(number, CultureInfo.InvariantCulture)),
            ["uint64", var number] => InfluxValue.Of(ulong.Parse(number.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            ["U64", var number] => InfluxValue.Of(ulong.Parse(number, CultureInfo.InvariantCulture)),
            ["bool" or "Boolean", var flag] => InfluxValue.Of(bool.Parse(flag)),
            _ => throw new FormatException(text),
        };
    }

    private static string Word(string text, ref int at)
    {
        int start = at;
        at = text.IndexOf(' ', at) is var end and >= 0 ? end : text.Length;
        return text[start..at];
    }

    /// <summary>A text in quotes with the escapes of JSON, Go, Rust and Python.</summary>
    private static string Quoted(string text, ref int at)
    {
        var content = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] != '\\')
            {
                content.Append(text[at]);
                continue;
            }

            at++;
            switch (text[at])
            {
                case 'n':
                    content.Append('\n');
                    break;
                case 't':
                    content.Append('\t');
                    break;
                case 'r':
                    content.Append('\r');
                    break;
                case '0':
                    content.Append('\0');
                    break;
                case 'x':
                    content.Append((char)int.Parse(text.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at += 2;
                    break;
                case 'u' when text[at + 1] == '{':
                    int close = text.IndexOf('}', at);
                    content.Append((char)int.Parse(text.AsSpan(at + 2, close - at - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at = close;
                    break;
                default:
                    content.Append(text[at]);
                    break;
            }
        }

        at++;
        return content.ToString();
    }
}

/// <summary>A body and what each engine's parser made of it.</summary>
internal sealed record LineProtocolCase(string Body, IReadOnlyList<string> Engine2, IReadOnlyList<string> Engine3);
