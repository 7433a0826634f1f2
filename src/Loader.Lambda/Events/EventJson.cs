using System.Text;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>Parses the JSON of events so that every text in it can be read afterwards.</summary>
internal static class EventJson
{
    /// <summary>Parses UTF-8 JSON.</summary>
    /// <exception cref="InvalidEventException">It is not JSON, or holds a text that is no Unicode.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            CheckTexts(utf8.Span);
            return JsonDocument.Parse(utf8);
        }
        catch (JsonException exception)
        {
            // The parser's own message can quote the text, so only the place is told.
            throw new InvalidEventException($"The event is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} cannot be read.");
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static JsonDocument Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>The parser takes escapes such as <c>\ud800</c> alone, and reading such a text later would throw.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> utf8)
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
                throw new InvalidEventException($"The event holds a text that is no Unicode, which ends at byte {reader.BytesConsumed}.");
            }
        }
    }
}
