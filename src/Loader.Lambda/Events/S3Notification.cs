using System.Net;
using System.Text.Json;
using Loader.Application;

namespace Loader.Lambda.Events;

/// <summary>Reads one record of an S3 notification.</summary>
/// <remarks>
/// S3 User Guide, "Event message structure". The key is form-encoded. A record without an event name, as in a hand-written event, counts as
/// a created object.
/// </remarks>
internal static class S3Notification
{
    private const string Created = "ObjectCreated:";

    /// <summary>The events that create no object (S3 User Guide, "Supported event types").</summary>
    private static readonly string[] OtherKinds =
    [
        "ObjectRemoved:", "ObjectRestore:", "ObjectTagging:", "ObjectAcl:", "Replication:", "LifecycleExpiration:", "LifecycleTransition",
        "IntelligentTiering", "ReducedRedundancyLostObject",
    ];

    /// <summary>Returns the created object, or <see langword="null"/> if the record reports something else.</summary>
    public static LoadRequest? Read(JsonElement record, JsonElement root)
    {
        if (record.ObjectOrNull("s3") is not { } s3
            || s3.ObjectOrNull("bucket")?.StringOrNull("name") is not { } bucket
            || s3.ObjectOrNull("object") is not { } item
            || item.StringOrNull("key") is not { } key
            || (record.StringOrNull("eventVersion") is { } version && !version.StartsWith("2.", StringComparison.Ordinal)))
        {
            throw S3Event.NotRecognised(root);
        }

        return ReportsCreation(record, root)
            ? EventObject.Create(bucket, WebUtility.UrlDecode(key), item.StringOrNull("versionId"), item.StringOrNull("eTag"))
            : null;
    }

    private static bool ReportsCreation(JsonElement record, JsonElement root)
    {
        if (record.MemberOrNull("eventName") is null)
        {
            return true;
        }

        // Lambda and SQS receive "ObjectCreated:Put"; other copies of the event contain "s3:ObjectCreated:Put".
        string name = record.StringOrNull("eventName") ?? throw S3Event.UnknownKind("eventName", root);
        ReadOnlySpan<char> kind = name.StartsWith("s3:", StringComparison.Ordinal) ? name.AsSpan(3) : name;
        if (kind.StartsWith(Created, StringComparison.Ordinal))
        {
            return true;
        }

        foreach (string other in OtherKinds)
        {
            if (kind.StartsWith(other, StringComparison.Ordinal))
            {
                return false;
            }
        }

        throw S3Event.UnknownKind("eventName", root);
    }
}
