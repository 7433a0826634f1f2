using System.Globalization;
using System.Text.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Sending;

/// <summary>Reads which lines of a request a server refused.</summary>
internal static class WriteRefusal
{
    private const string UnableToParse = "unable to parse '";
    private const string PartialWrite = "partial write";
    private const string Retention = "outside retention policy";
    private const string Dropped = "dropped=";

    /// <summary>Reads the refused lines that engine 3 names: <c>{"error":…,"data":[{"error_message":…,"line_number":…,…}]}</c>.</summary>
    /// <param name="body">The response.</param>
    /// <param name="count">The number of lines in the request.</param>
    /// <returns>
    /// The lines, each once; or <see langword="null"/> if the response names none or is not valid. The quoted line is not read: it is cut
    /// to 20 bytes, and can be another one.
    /// </returns>
    public static List<RefusedLine>? ParseNumbered(ReadOnlyMemory<byte> body, int count)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("data"u8, out JsonElement data) || data.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var lines = new List<RefusedLine>();
            var seen = new HashSet<int>();
            foreach (JsonElement element in data.EnumerateArray())
            {
                int number = element.GetProperty("line_number"u8).GetInt32();
                if (number < 1 || number > count)
                {
                    return null;
                }

                if (seen.Add(number))
                {
                    lines.Add(new RefusedLine(number - 1, Reason(element.GetProperty("error_message"u8).GetString())));
                }
            }

            lines.Sort(static (left, right) => left.Index.CompareTo(right.Index));
            return lines.Count > 0 ? lines : null;
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds the lines that engine 2 quotes: <c>unable to parse '&lt;line&gt;': &lt;why&gt;</c>, one a line of the message.
    /// </summary>
    /// <param name="body">The response.</param>
    /// <param name="lines">The lines of the request, without their line feeds.</param>
    /// <returns>The refused lines that were found, in ascending order. Nothing of the request is stored.</returns>
    public static List<RefusedLine> FindQuoted(ReadOnlyMemory<byte> body, IReadOnlyList<string> lines)
    {
        var refused = new List<RefusedLine>();
        if (MessageOf(body) is not { } message || !message.Contains(UnableToParse, StringComparison.Ordinal))
        {
            return refused;
        }

        var indices = new Dictionary<string, int>(lines.Count, StringComparer.Ordinal);
        for (int i = 0; i < lines.Count; i++)
        {
            indices.TryAdd(lines[i], i);
        }

        for (int at = message.IndexOf(UnableToParse, StringComparison.Ordinal); at >= 0;
            at = message.IndexOf(UnableToParse, at + 1, StringComparison.Ordinal))
        {
            // A line may itself contain the end mark, so that every end is tried.
            int start = at + UnableToParse.Length;
            for (int end = message.IndexOf("': ", start, StringComparison.Ordinal); end >= 0;
                end = message.IndexOf("': ", end + 1, StringComparison.Ordinal))
            {
                if (indices.Remove(message[start..end], out int index))
                {
                    int next = message.IndexOf('\n', end);
                    refused.Add(new RefusedLine(index, Reason(next < 0 ? message[(end + 3)..] : message[(end + 3)..next])));
                    break;
                }

                if (message.AsSpan(start, end - start).Contains('\n'))
                {
                    break;
                }
            }
        }

        refused.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        return refused;
    }

    /// <summary>
    /// Reads how many lines engine 2 dropped at least: <c>partial write: &lt;why&gt; dropped=N</c>. It stored all others.
    /// </summary>
    /// <param name="body">The response.</param>
    /// <returns>
    /// The number, the reason, and whether the reason is the retention; or <see langword="null"/> if the response says nothing of it. The
    /// number is that of one group of shards: others may have dropped lines too.
    /// </returns>
    public static (int Dropped, string Reason, bool IsRetention)? ParseDropped(ReadOnlyMemory<byte> body)
    {
        if (MessageOf(body) is not { } message || !message.Contains(PartialWrite, StringComparison.Ordinal))
        {
            return null;
        }

        int at = message.LastIndexOf(Dropped, StringComparison.Ordinal);
        ReadOnlySpan<char> digits = at < 0 ? default : message.AsSpan(at + Dropped.Length);
        int length = digits.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : digits.Length;
        return int.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int dropped)
            ? (dropped, Reason(message), message.Contains(Retention, StringComparison.Ordinal))
            : null;
    }

    private static string? MessageOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.String
                ? message.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Reason(string? text) => text is { Length: > 0 } ? ResponseReader.Printable(text) : "the server gave no reason";
}

/// <summary>A line that the server refused.</summary>
/// <param name="Index">Its index in the request.</param>
/// <param name="Reason">The reason that the server gives.</param>
internal readonly record struct RefusedLine(int Index, string Reason);
