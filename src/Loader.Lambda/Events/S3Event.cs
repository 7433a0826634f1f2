using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>
/// Reads the objects that an event names: a notification of S3, an event of EventBridge (of S3 itself or of CloudTrail), or one of them in
/// the envelope of an SNS topic.
/// </summary>
/// <remarks>
/// An event that reports something else than a created object names nothing. An event of unknown shape or kind is refused: it may be about
/// an object that should be loaded.
/// </remarks>
internal static class S3Event
{
    private const string Expected =
        "an S3 notification {Records: [{eventName, s3: {bucket: {name}, object: {key}}}]}, " +
        "an S3 event of EventBridge {detail-type, source: \"aws.s3\", detail: {bucket: {name}, object: {key}}}, " +
        "an event of CloudTrail {detail-type, source: \"aws.s3\", detail: {eventName, requestParameters: {bucketName, key}}}, " +
        "or one of these as the message of an SNS topic";

    /// <summary>Returns the created objects; none for a test event or if the event reports no created object.</summary>
    /// <exception cref="InvalidEventException">The event has none of the shapes, or is of a kind that is not known.</exception>
    public static IReadOnlyList<LoadRequest> Read(JsonElement element)
    {
        if (element.ItemsOrNull("Records") is { } records)
        {
            return [.. records.EnumerateArray().SelectMany(record => ReadRecord(record, element))];
        }

        if (element.ObjectOrNull("detail") is { } detail && element.StringOrNull("source") == "aws.s3")
        {
            return EventBridgeEvent.Read(element, detail) is { } request ? [request] : [];
        }

        if (element.StringOrNull("Type") == "Notification" && element.StringOrNull("Message") is { } message)
        {
            return ReadMessage(message);
        }

        // S3 sends this event once, when a notification is configured.
        return element.StringOrNull("Event") == "s3:TestEvent" ? [] : throw NotRecognised(element);
    }

    /// <summary>Creates the failure of an event that has none of the shapes.</summary>
    public static InvalidEventException NotRecognised(JsonElement element) =>
        new($"The event is not recognised. Expected {Expected}; found {EventShape.Describe(element)}.");

    /// <summary>Creates the failure of an event whose kind is not known.</summary>
    /// <param name="member">The member that contains the kind.</param>
    /// <param name="element">The event.</param>
    public static InvalidEventException UnknownKind(string member, JsonElement element) =>
        new(
            $"The event is not recognised: '{member}' names no kind of event that is known, so it is not known whether an object was " +
            $"created. Send only events of created objects. Expected {Expected}; found {EventShape.Describe(element)}.");

    private static IReadOnlyList<LoadRequest> ReadRecord(JsonElement record, JsonElement root)
    {
        // A topic that calls the function itself sends its envelope as a record.
        if (record.ObjectOrNull("Sns") is { } envelope)
        {
            return envelope.StringOrNull("Message") is { } message ? ReadMessage(message) : throw NotRecognised(root);
        }

        return S3Notification.Read(record, root) is { } request ? [request] : [];
    }

    private static IReadOnlyList<LoadRequest> ReadMessage(string message)
    {
        using JsonDocument inner = EventJson.Parse(message);
        return Read(inner.RootElement);
    }
}
