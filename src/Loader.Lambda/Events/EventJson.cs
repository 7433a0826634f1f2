using System.Text;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>
/// Parses the JSON of events and checks that every string in it can be decoded and that no object has a member twice.
/// </summary>
internal static class EventJson
{
    /// <summary>Parses UTF-8 JSON.</summary>
    /// <exception cref="InvalidEventException">
    /// The input is not JSON, a string in it is not valid Unicode, or an object has a member twice.
    /// </exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            Check(utf8.Span);
            return JsonDocument.Parse(utf8);
        }
        catch (JsonException exception)
        {
            // The parser's own message can quote the event, so this one gives only the position.
            throw new InvalidEventException(
                $"The event is not valid JSON: syntax error at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static JsonDocument Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// <see cref="JsonDocument"/> accepts an unpaired surrogate such as <c>\ud800</c>, but reading the string later throws. It accepts a
    /// member that is there twice and returns the last one, while others that read the same event take the first.
    /// </summary>
    private static void Check(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var members = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    members.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    members.Pop();
                    break;
                case JsonTokenType.PropertyName when GetString(ref reader) is var name && !members.Peek().Add(name):
                    throw new InvalidEventException(
                        $"The event has the member '{EventShape.NameOf(name)}' twice in one object, so it is not clear which one is " +
                        "meant. Send it once.");
                case JsonTokenType.String:
                    _ = GetString(ref reader);
                    break;
            }
        }
    }

    private static string GetString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidEventException(
                $"The event contains a string that is not valid Unicode; it ends at byte {reader.BytesConsumed}.");
        }
    }
}
