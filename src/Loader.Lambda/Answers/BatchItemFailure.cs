using System.Text.Json.Serialization;

namespace Loader.Lambda.Answers;

/// <summary>A message that failed.</summary>
/// <param name="ItemIdentifier">Its message id.</param>
public sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string ItemIdentifier);
