using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>An SQS message that contains an S3 notification or an EventBridge event, either directly or in an SNS envelope.</summary>
/// <param name="Id">The message id; a failed message is reported by it.</param>
/// <param name="Objects">The objects that the message names.</param>
/// <param name="Failure">Why the message could not be read, or <see langword="null"/>.</param>
internal sealed record SqsMessage(string Id, IReadOnlyList<ObjectToLoad> Objects, InvalidEventException? Failure)
{
    /// <summary>Returns whether an event is a batch of SQS messages.</summary>
    public static bool IsBatch(JsonElement element) =>
        element.ItemsOrNull("Records") is { } records
        && records[0].StringOrNull("messageId") is not null
        && records[0].MemberOrNull("body") is not null;

    /// <summary>Reads every message. A message that cannot be read does not affect the others.</summary>
    /// <exception cref="InvalidEventException">A record has no message id, so its failure could not be reported.</exception>
    public static IReadOnlyList<SqsMessage> ReadBatch(JsonElement element) =>
        [.. element.ItemsOrNull("Records")!.Value.EnumerateArray().Select(record => Read(record, element))];

    private static SqsMessage Read(JsonElement record, JsonElement root)
    {
        string id = record.StringOrNull("messageId")
            ?? throw new InvalidEventException(
                $"A message of the batch has no messageId. Expected {{Records: [{{messageId, body}}]}}; found "
                + $"{EventShape.Describe(root)}.");
        try
        {
            using JsonDocument body = EventJson.Parse(record.StringOrNull("body") ?? "");
            return new SqsMessage(id, ReadBody(body.RootElement), Failure: null);
        }
        catch (InvalidEventException failure)
        {
            return new SqsMessage(id, [], failure);
        }
    }

    private static IReadOnlyList<ObjectToLoad> ReadBody(JsonElement body)
    {
        // SNS wraps the event in a string, unless the subscription has raw message delivery.
        if (body.StringOrNull("Type") != "Notification" || body.StringOrNull("Message") is not { } message)
        {
            return S3Event.Read(body);
        }

        using JsonDocument inner = EventJson.Parse(message);
        return S3Event.Read(inner.RootElement);
    }
}
