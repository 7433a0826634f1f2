using System.Text.Json.Serialization;

namespace Loader.Lambda.Answers;

/// <summary>Names the messages that failed and are to come again; all others are done (Lambda Developer Guide, "Reporting batch item failures").</summary>
/// <param name="BatchItemFailures">The failed messages; empty when all are done.</param>
public sealed record SqsAnswer([property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures) : Answer;
