using System.Text.Json.Nodes;

namespace Loader.Tests.Deploy;

/// <summary>What became of an execution.</summary>
/// <param name="description">DescribeExecution's answer after the end.</param>
/// <param name="events">The history.</param>
/// <param name="mapRuns">DescribeMapRun's answer for each map.</param>
internal sealed class Execution(JsonNode description, JsonArray events, IReadOnlyList<JsonNode> mapRuns)
{
    public string Status => description["status"]!.GetValue<string>();

    public JsonObject Output => JsonNode.Parse(description["output"]!.GetValue<string>())!.AsObject();

    public string? Error => description["error"]?.GetValue<string>();

    public string? Cause => description["cause"]?.GetValue<string>();

    /// <summary>Gets the states in the order in which they were entered.</summary>
    public IReadOnlyList<string> States =>
        [.. events.Select(entry => entry!["stateEnteredEventDetails"]?["name"]?.GetValue<string>()).OfType<string>()];

    /// <summary>Gets the errors of the task's calls, in order.</summary>
    public IReadOnlyList<string> TaskErrors =>
        [.. events.Select(entry => entry!["taskFailedEventDetails"]?["error"]?.GetValue<string>()).OfType<string>()];

    public IReadOnlyList<JsonNode> MapRuns => mapRuns;

    public override string ToString() => $"{description.ToJsonString()} {events.ToJsonString()}";
}
