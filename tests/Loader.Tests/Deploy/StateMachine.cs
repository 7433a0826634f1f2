using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Loader.Tests.Deploy;

/// <summary>The state machines as the Terraform module renders them: templates whose placeholders are filled in.</summary>
internal static partial class StateMachine
{
    public const string FunctionArn = "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions";

    public static JsonObject Load() => Render("load", LoadValues());

    public static JsonObject Backfill()
    {
        JsonObject load = Load();
        return Render("backfill", new()
        {
            ["partition"] = "aws",
            ["source_bucket"] = "lake",
            ["source_prefix"] = "processed/",
            ["results_bucket"] = "lake",
            ["results_prefix"] = "backfill-results",
            ["max_concurrency"] = "10",
            ["tolerated_failure_percentage"] = "12.5",
            ["load_start"] = load["StartAt"]!.GetValue<string>(),
            ["load_states"] = load["States"]!.ToJsonString(),
        });
    }

    /// <summary>The map of the backfill.</summary>
    public static JsonObject Map() => Backfill()["States"]!["Load objects"]!.AsObject();

    private static Dictionary<string, string> LoadValues() => new()
    {
        ["partition"] = "aws",
        ["function_arn"] = FunctionArn,
        ["task_timeout_seconds"] = "960",
        ["retry_interval_seconds"] = "30",
        ["retry_attempts"] = "6",
        ["resume_pause_seconds"] = "5",
    };

    private static JsonObject Render(string name, Dictionary<string, string> values)
    {
        string template = ProjectFiles.Read($"deploy/statemachine/{name}.asl.json");
        string text = Placeholder().Replace(template, match => values[match.Groups["name"].Value]);
        return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
