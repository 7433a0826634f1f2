using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>The ids of versions: <c>v</c> and eight digits, or the word <c>null</c> for an object without version.</summary>
internal static class VersionId
{
    /// <summary>The version id in the query of a request, or null if it has none.</summary>
    public static string? Of(ServiceCall call) => call.Query("versionId") is { } id ? Require(id) : null;

    /// <summary>Refuses what can be no version id. An id that could exist, but does not, is another error.</summary>
    public static string Require(string id) => id.Length == 0
        ? throw S3Error.InvalidArgument("Version id cannot be the empty string")
        : id is "null" || (id.Length >= 9 && id[0] == 'v' && id.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
            ? id
            : throw S3Error.InvalidArgument("Invalid version id specified");
}
