using System.Net;
using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>Reads the objects named by an S3 notification or by an S3 event of EventBridge.</summary>
/// <remarks>
/// S3 User Guide, "Event message structure" and "EventBridge event message structure". Keys in notifications are form-encoded; keys in
/// EventBridge events are not. A record without an event name, as in a hand-written event, counts as a created object.
/// </remarks>
internal static class S3Event
{
    public const string Expected =
        "an S3 notification {Records: [{eventName, s3: {bucket: {name}, object: {key}}}]} " +
        "or an S3 event of EventBridge {detail-type, source: \"aws.s3\", detail: {bucket: {name}, object: {key}}}";

    /// <summary>Returns the created objects; none for a test event or if the event reports no created object.</summary>
    /// <exception cref="InvalidEventException">The event has neither shape.</exception>
    public static IReadOnlyList<ObjectToLoad> Read(JsonElement element)
    {
        if (element.ItemsOrNull("Records") is { } records)
        {
            return [.. records.EnumerateArray().Select(record => FromRecord(record, element)).OfType<ObjectToLoad>()];
        }

        if (element.ObjectOrNull("detail") is { } detail && element.StringOrNull("source") == "aws.s3")
        {
            return element.StringOrNull("detail-type") == "Object Created" ? [FromDetail(detail, element)] : [];
        }

        // S3 sends this event once, when a notification is configured.
        return element.StringOrNull("Event") == "s3:TestEvent" ? [] : throw NotRecognised(element);
    }

    private static ObjectToLoad? FromRecord(JsonElement record, JsonElement root)
    {
        if (record.ObjectOrNull("s3") is not { } s3
            || s3.ObjectOrNull("bucket")?.StringOrNull("name") is not { } bucket
            || s3.ObjectOrNull("object") is not { } item
            || item.StringOrNull("key") is not { } key
            || (record.StringOrNull("eventVersion") is { } version && !version.StartsWith("2.", StringComparison.Ordinal)))
        {
            throw NotRecognised(root);
        }

        // Lambda and SQS receive "ObjectCreated:Put"; other copies of the event contain "s3:ObjectCreated:Put".
        return record.StringOrNull("eventName") is { } name && !name.Contains("ObjectCreated:", StringComparison.Ordinal)
            ? null
            : ToLoad(bucket, WebUtility.UrlDecode(key), item.StringOrNull("versionId"), item.IntegerOrNull("size"));
    }

    private static ObjectToLoad FromDetail(JsonElement detail, JsonElement root) =>
        detail.ObjectOrNull("bucket")?.StringOrNull("name") is { } bucket && detail.ObjectOrNull("object") is { } item
            && item.StringOrNull("key") is { } key
            ? ToLoad(bucket, key, item.StringOrNull("version-id"), item.IntegerOrNull("size"))
            : throw NotRecognised(root);

    private static ObjectToLoad ToLoad(string bucket, string key, string? versionId, long? size) =>
        new(new LoadRequest(SourceFile.InS3(bucket, key, versionId)), size);

    private static InvalidEventException NotRecognised(JsonElement element) =>
        new($"The event is not recognised. Expected {Expected}; found {EventShape.Describe(element)}.");
}
