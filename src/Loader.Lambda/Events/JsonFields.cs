using System.Text.Json;

namespace Loader.Lambda.Events;

/// <summary>Looks into JSON that may have any shape.</summary>
internal static class JsonFields
{
    /// <summary>Returns a member, or <see langword="null"/> where there is none, it is null, or the element is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <summary>Returns a member that is an object, or <see langword="null"/>.</summary>
    public static JsonElement? Object(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    /// <summary>Returns a member that is an array with at least one item, or <see langword="null"/>.</summary>
    public static JsonElement? Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } member && member.GetArrayLength() > 0 ? member : null;

    /// <summary>Returns a member that is a text and not empty, or <see langword="null"/>.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>Returns a member that is a whole number, or <see langword="null"/>.</summary>
    public static long? Whole(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out long number) ? number : null;
}
