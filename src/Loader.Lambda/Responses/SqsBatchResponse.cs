using System.Text.Json.Serialization;

namespace Loader.Lambda.Responses;

/// <summary>
/// The response to a batch of SQS messages. It lists the messages that failed; SQS delivers these again and deletes the others.
/// </summary>
/// <remarks>Lambda Developer Guide, "Reporting batch item failures".</remarks>
/// <param name="BatchItemFailures">The messages that failed; empty if all succeeded.</param>
public sealed record SqsBatchResponse(
    [property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures) : FunctionResponse;

/// <summary>A message that failed.</summary>
/// <param name="ItemIdentifier">The message id.</param>
public sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string ItemIdentifier);
