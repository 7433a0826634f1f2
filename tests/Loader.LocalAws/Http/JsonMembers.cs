using System.Text.Json;

namespace Loader.LocalAws.Http;

/// <summary>Reads members of awsJson1_0 bodies. null counts as missing; a wrong JSON type is a SerializationException, as in all AWS JSON services.</summary>
internal static class JsonMembers
{
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body.IsEmpty ? "{}"u8.ToArray() : body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Handled below, like JSON that is not an object.
        }

        throw new ServiceException(400, "SerializationException", "The request body is not a JSON object.");
    }

    public static JsonElement? Member(JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw WrongType(parent, "STRUCTURE_VALUE");
        }

        return parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    // protocols 1.1: all record values and times are JSON strings.
    public static string? Text(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw WrongType(value, "STRING_VALUE"),
    };

    public static long? Number(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        { } value => throw WrongType(value, "LONG_VALUE"),
    };

    public static double? Real(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) is { } value ? Real(value) : null;

    public static double Real(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" => double.NaN,
        _ => throw WrongType(value, "DOUBLE_VALUE"),
    };

    public static bool? Flag(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        { } value => throw WrongType(value, "BOOLEAN_VALUE"),
    };

    public static JsonElement? Structure(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => value,
        { } value => throw WrongType(value, "STRUCTURE_VALUE"),
    };

    public static JsonElement? List(JsonElement parent, ReadOnlySpan<byte> name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => value,
        { } value => throw WrongType(value, "LIST_VALUE"),
    };

    private static ServiceException WrongType(JsonElement found, string expected) =>
        new(400, "SerializationException", $"{found.ValueKind} cannot be converted to {expected}.");
}
