using System.Net;
using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>Reads the objects that S3 tells of, in a notification of its own or through EventBridge.</summary>
/// <remarks>
/// S3 User Guide, "Event message structure" and "EventBridge event message structure". The two differ in more than names: keys of notifications are form-encoded,
/// keys in EventBridge events are not. Records without an event name, as hand-made events have them, count as of a created object.
/// </remarks>
internal static class S3Event
{
    public const string Expected =
        "an S3 notification {Records: [{eventName, s3: {bucket: {name}, object: {key}}}]} or an S3 event of EventBridge {detail-type, source: \"aws.s3\", detail: {bucket: {name}, object: {key}}}";

    /// <summary>Returns the objects that were created; none for a test event or where nothing was created.</summary>
    /// <exception cref="InvalidEventException">The event is neither.</exception>
    public static IReadOnlyList<ObjectToLoad> Read(JsonElement element)
    {
        if (element.Items("Records") is { } records)
        {
            return [.. records.EnumerateArray().Select(record => FromRecord(record, element)).OfType<ObjectToLoad>()];
        }

        if (element.Object("detail") is { } detail && element.Text("source") == "aws.s3")
        {
            return element.Text("detail-type") == "Object Created" ? [FromDetail(detail, element)] : [];
        }

        // Sent once when a notification is set up.
        return element.Text("Event") == "s3:TestEvent" ? [] : throw NotUnderstood(element);
    }

    private static ObjectToLoad? FromRecord(JsonElement record, JsonElement all)
    {
        if (record.Object("s3") is not { } s3
            || s3.Object("bucket")?.Text("name") is not { } bucket
            || s3.Object("object") is not { } item
            || item.Text("key") is not { } key
            || (record.Text("eventVersion") is { } version && !version.StartsWith("2.", StringComparison.Ordinal)))
        {
            throw NotUnderstood(all);
        }

        // Lambda and SQS see "ObjectCreated:Put"; copies of the event elsewhere carry "s3:ObjectCreated:Put".
        return record.Text("eventName") is { } name && !name.Contains("ObjectCreated:", StringComparison.Ordinal)
            ? null
            : Found(bucket, WebUtility.UrlDecode(key), item.Text("versionId"), item.Whole("size"));
    }

    private static ObjectToLoad FromDetail(JsonElement detail, JsonElement all) =>
        detail.Object("bucket")?.Text("name") is { } bucket && detail.Object("object") is { } item && item.Text("key") is { } key
            ? Found(bucket, key, item.Text("version-id"), item.Whole("size"))
            : throw NotUnderstood(all);

    private static ObjectToLoad Found(string bucket, string key, string? versionId, long? size) =>
        new(new LoadRequest(SourceFile.InS3(bucket, key, versionId)), size);

    private static InvalidEventException NotUnderstood(JsonElement element) =>
        new($"The event is not understood. Expected is {Expected}; found is {EventShape.Of(element)}.");
}
