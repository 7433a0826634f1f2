using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>Creates the request to load an object that an event or a listing found.</summary>
internal static class EventObject
{
    /// <summary>Creates the request. The object follows the rule of what is data, because no person named it.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key, decoded.</param>
    /// <param name="versionId">The version id, if the event names one.</param>
    /// <param name="eTag">The ETag with or without quotes, if the event names one.</param>
    /// <exception cref="InvalidEventException">S3 cannot have a bucket with this name.</exception>
    public static LoadRequest Create(string bucket, string key, string? versionId, string? eTag) =>
        BucketName.IsValid(bucket)
            ? new LoadRequest(SourceFile.InS3(bucket, key, VersionId(versionId))) { IsListed = true, EventETag = Unquote(eTag) }
            : throw new InvalidEventException(
                $"The event names a bucket that S3 cannot have. {BucketName.Rule}. Check what sends the event.");

    /// <summary>
    /// Returns the version id to read. An object that was stored while its bucket had no versions is named <c>null</c>: it is read as it
    /// is now, and its ETag tells whether it is still the same.
    /// </summary>
    public static string? VersionId(string? versionId) => versionId is "null" ? null : versionId;

    /// <summary>Returns an ETag without quotes, or <see langword="null"/> if it is empty.</summary>
    public static string? Unquote(string? eTag) => eTag?.Trim('"') is { Length: > 0 } text ? text : null;
}
