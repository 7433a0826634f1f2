using System.Text.Json;

namespace Loader.Tests.Verifying;

/// <summary>Describes results of <c>verify</c> in short.</summary>
internal static class VerifyText
{
    private static readonly string[] Names =
    [
        "read", "stored", "missing", "different", "superseded", "duplicate", "invalid", "filtered", "foreign", "stored_by_older_version", "two_sources",
    ];

    /// <summary>Returns the status of a file, or of a run, and its counts that are not 0.</summary>
    public static string Counts(JsonElement element) => element.GetProperty("status").GetString() + ": " + string.Join(
        ", ", Names.Where(name => element.GetProperty(name).GetInt64() != 0).Select(name => $"{name} {element.GetProperty(name).GetInt64()}"));
}
