using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loader.Lambda.Responses;

/// <summary>The response to a batch of objects.</summary>
/// <param name="StatusCode">206 if objects remain to be loaded, otherwise 200.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Data">What remains, what failed and the totals.</param>
public sealed record BatchResponse(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("data")] BatchData Data) : FunctionResponse;

/// <summary>What remains of a batch, what failed, and the totals. The property names are a contract with the state machine.</summary>
/// <param name="Remaining">
/// The items for the next call: those that were cut at the deadline, with a resume token, those that were not begun, and those that failed
/// for a transient reason, with the number of attempts.
/// </param>
/// <param name="Failed">The items that failed in this call and in earlier ones, with <c>error</c> and <c>cause</c>.</param>
/// <param name="PauseSeconds">The time to wait before the next call, in seconds.</param>
/// <param name="Totals">What all calls did together.</param>
public sealed record BatchData(
    IReadOnlyList<JsonElement> Remaining, IReadOnlyList<JsonElement> Failed, int PauseSeconds, BatchTotals Totals);
