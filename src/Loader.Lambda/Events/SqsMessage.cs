using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;

namespace Loader.Lambda.Events;

/// <summary>An SQS message that contains an event that <see cref="S3Event"/> reads.</summary>
/// <param name="Id">The message id; a failed message is reported by it.</param>
/// <param name="Objects">The objects that the message names.</param>
/// <param name="Failure">Why the message could not be read, or <see langword="null"/>.</param>
internal sealed record SqsMessage(string Id, IReadOnlyList<LoadRequest> Objects, InvalidEventException? Failure)
{
    /// <summary>
    /// Returns whether an event is a batch of SQS messages. One record is enough: the others may be incomplete, and each is reported alone.
    /// </summary>
    public static bool IsBatch(JsonElement element) =>
        element.ItemsOrNull("Records") is { } records
        && records.EnumerateArray().Any(record =>
            record.StringOrNull("messageId") is not null || record.StringOrNull("eventSource") == "aws:sqs");

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
            using JsonDocument body = EventJson.Parse(record.StringOrNull("body")
                ?? throw new InvalidEventException("The message has no body. Check what sends to the queue."));
            return new SqsMessage(id, S3Event.Read(body.RootElement), Failure: null);
        }
        catch (InvalidEventException failure)
        {
            return new SqsMessage(id, [], failure);
        }
    }
}
