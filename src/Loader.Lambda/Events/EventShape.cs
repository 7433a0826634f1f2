using System.Globalization;
using System.Text;
using System.Text.Json;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>Describes the shape of an event for error messages: property names and value kinds, never a value.</summary>
internal static class EventShape
{
    private const int MaxDepth = 5;
    private const int MaxProperties = 20;
    private const int MaxNameChars = 40;
    private const int MaxChars = 1_000;

    /// <summary>
    /// Returns, for example, <c>{bucket: string, records: [2 × {body: number}]}</c>. Of an array, only the first item is described.
    /// </summary>
    public static string Describe(JsonElement element)
    {
        var text = new StringBuilder();
        Append(text, element, MaxDepth);
        return text.Length <= MaxChars ? text.ToString() : $"{text.ToString(0, MaxChars)}…";
    }

    /// <summary>Returns the name of a member as messages show it: escaped, and truncated if it is long.</summary>
    public static string NameOf(string member) =>
        PlainText.Escape(member.Length <= MaxNameChars ? member : $"{member[..MaxNameChars]}…");

    private static void Append(StringBuilder text, JsonElement element, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when depth > 0:
                AppendObject(text, element, depth);
                break;
            case JsonValueKind.Array when depth > 0 && element.GetArrayLength() > 0:
                text.Append(CultureInfo.InvariantCulture, $"[{element.GetArrayLength()} × ");
                Append(text, element[0], depth - 1);
                text.Append(']');
                break;
            default:
                text.Append(KindName(element.ValueKind));
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement element, int depth)
    {
        text.Append('{');
        int count = 0;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (count > 0)
            {
                text.Append(", ");
            }

            if (count++ == MaxProperties || text.Length > MaxChars)
            {
                text.Append('…');
                break;
            }

            text.Append(NameOf(property.Name)).Append(": ");
            Append(text, property.Value, depth - 1);
        }

        text.Append('}');
    }

    private static string KindName(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "undefined",
    };
}
