using System.Text.Json;

namespace Loader.Lambda.Events;

/// <summary>Reads members of JSON whose shape is not known.</summary>
internal static class JsonFields
{
    /// <summary>Returns a member, or <see langword="null"/> if it is missing or null, or if the element is not an object.</summary>
    public static JsonElement? MemberOrNull(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member)
            && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <summary>Returns a member that is an object, or <see langword="null"/>.</summary>
    public static JsonElement? ObjectOrNull(this JsonElement element, string name) =>
        element.MemberOrNull(name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    /// <summary>Returns a member that is a non-empty array, or <see langword="null"/>.</summary>
    public static JsonElement? ItemsOrNull(this JsonElement element, string name) =>
        element.MemberOrNull(name) is { ValueKind: JsonValueKind.Array } member && member.GetArrayLength() > 0 ? member : null;

    /// <summary>Returns a member that is a non-empty string, or <see langword="null"/>.</summary>
    public static string? StringOrNull(this JsonElement element, string name) =>
        element.MemberOrNull(name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>Returns a member that is an integer of 64 bits, or <see langword="null"/>.</summary>
    public static long? IntegerOrNull(this JsonElement element, string name) =>
        element.MemberOrNull(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out long number) ? number : null;
}
