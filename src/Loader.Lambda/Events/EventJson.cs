using System.Text;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>Parses the JSON of events and checks that every string in it can be decoded.</summary>
internal static class EventJson
{
    /// <summary>Parses UTF-8 JSON.</summary>
    /// <exception cref="InvalidEventException">The input is not JSON, or a string in it is not valid Unicode.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            CheckStrings(utf8.Span);
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
    /// <see cref="JsonDocument"/> accepts an unpaired surrogate such as <c>\ud800</c>, but reading the string later throws.
    /// </summary>
    private static void CheckStrings(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            {
                continue;
            }

            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new InvalidEventException(
                    $"The event contains a string that is not valid Unicode; it ends at byte {reader.BytesConsumed}.");
            }
        }
    }
}
