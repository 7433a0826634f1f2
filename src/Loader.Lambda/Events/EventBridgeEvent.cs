using System.Text.Json;
using Loader.Application;

namespace Loader.Lambda.Events;

/// <summary>Reads an event of EventBridge whose source is S3: one of S3 itself, or one of CloudTrail. Their keys are not encoded.</summary>
/// <remarks>
/// S3 User Guide, "EventBridge event message structure". CloudTrail User Guide, "Logging data events": CloudTrail reports the calls of the
/// API, and those that failed too.
/// </remarks>
internal static class EventBridgeEvent
{
    private const string Created = "Object Created";
    private const string CloudTrail = "AWS API Call via CloudTrail";

    /// <summary>The events that create no object.</summary>
    private static readonly string[] OtherKinds =
    [
        "Object Deleted", "Object Restore Initiated", "Object Restore Completed", "Object Restore Expired", "Object Storage Class Changed",
        "Object Access Tier Changed", "Object ACL Updated", "Object Tags Added", "Object Tags Deleted",
    ];

    /// <summary>The calls that create an object under the key of their parameters.</summary>
    private static readonly string[] CreatingCalls = ["PutObject", "CompleteMultipartUpload", "CopyObject", "PostObject"];

    /// <summary>Returns the created object, or <see langword="null"/> if the event reports something else.</summary>
    public static LoadRequest? Read(JsonElement root, JsonElement detail) => root.StringOrNull("detail-type") switch
    {
        Created => ReadObject(root, detail),
        CloudTrail => ReadCall(root, detail),
        { } kind when OtherKinds.Contains(kind) => null,
        _ => throw S3Event.UnknownKind("detail-type", root),
    };

    private static LoadRequest ReadObject(JsonElement root, JsonElement detail) =>
        detail.ObjectOrNull("bucket")?.StringOrNull("name") is { } bucket
            && detail.ObjectOrNull("object") is { } item
            && item.StringOrNull("key") is { } key
            ? EventObject.Create(bucket, key, item.StringOrNull("version-id"), item.StringOrNull("etag"))
            : throw S3Event.NotRecognised(root);

    private static LoadRequest? ReadCall(JsonElement root, JsonElement detail)
    {
        if (detail.StringOrNull("eventName") is not { } call || !CreatingCalls.Contains(call))
        {
            throw S3Event.UnknownKind("detail.eventName", root);
        }

        // A call that failed created nothing.
        if (detail.MemberOrNull("errorCode") is not null)
        {
            return null;
        }

        return detail.ObjectOrNull("requestParameters") is { } parameters
            && parameters.StringOrNull("bucketName") is { } bucket
            && parameters.StringOrNull("key") is { } key
            ? EventObject.Create(bucket, key, detail.ObjectOrNull("responseElements")?.StringOrNull("x-amz-version-id"), eTag: null)
            : throw S3Event.NotRecognised(root);
    }
}
