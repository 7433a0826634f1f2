using System.Text.Json;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

internal static class Json
{
    public static JsonElement Of(string text)
    {
        using JsonDocument document = EventJson.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Writes a text as a JSON string, quotes included.</summary>
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
