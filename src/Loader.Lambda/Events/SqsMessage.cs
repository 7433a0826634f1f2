using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>A message of a queue, which holds an S3 event or EventBridge event, plain or in the envelope of an SNS topic.</summary>
/// <param name="Id">The id by which the message is reported back.</param>
/// <param name="Objects">The objects that it tells of.</param>
/// <param name="Failure">Why it is not understood, or <see langword="null"/>.</param>
internal sealed record SqsMessage(string Id, IReadOnlyList<ObjectToLoad> Objects, InvalidEventException? Failure)
{
    /// <summary>Says whether an event comes from a queue.</summary>
    public static bool IsBatch(JsonElement element) =>
        element.Items("Records") is { } records && records[0].Text("messageId") is not null && records[0].Member("body") is not null;

    /// <summary>Reads every message; one that is not understood spoils no other.</summary>
    /// <exception cref="InvalidEventException">A record has no message id, so that it could not be reported back.</exception>
    public static IReadOnlyList<SqsMessage> ReadBatch(JsonElement element) =>
        [.. element.Items("Records")!.Value.EnumerateArray().Select(record => Read(record, element))];

    private static SqsMessage Read(JsonElement record, JsonElement all)
    {
        string id = record.Text("messageId")
            ?? throw new InvalidEventException($"A message of the batch has no messageId. Expected is {{Records: [{{messageId, body}}]}}; found is {EventShape.Of(all)}.");
        try
        {
            using JsonDocument body = EventJson.Parse(record.Text("body") ?? "");
            return new SqsMessage(id, ReadBody(body.RootElement), Failure: null);
        }
        catch (InvalidEventException failure)
        {
            return new SqsMessage(id, [], failure);
        }
    }

    private static IReadOnlyList<ObjectToLoad> ReadBody(JsonElement body)
    {
        // SNS wraps the event in a text, unless the subscription asks for raw delivery.
        if (body.Text("Type") != "Notification" || body.Text("Message") is not { } message)
        {
            return S3Event.Read(body);
        }

        using JsonDocument inner = EventJson.Parse(message);
        return S3Event.Read(inner.RootElement);
    }
}
