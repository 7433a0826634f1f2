using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Loader.Tests.Deploy;

/// <summary>The state machines as the Terraform module renders them: templates whose placeholders are filled in.</summary>
internal static partial class StateMachine
{
    public const string FunctionName = "energy-loader-step-functions";
    public const string FunctionArn = $"arn:aws:lambda:eu-west-1:123456789012:function:{FunctionName}";

    /// <summary>Apostrophes in paths stay apostrophes.</summary>
    private static readonly JsonSerializerOptions AsTerraformWritesIt = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Load() => Parse(LoadText());

    public static JsonObject Backfill() => Parse(BackfillText());

    /// <summary>The map of the backfill.</summary>
    public static JsonObject Map() => Backfill()["States"]!["Load objects"]!.AsObject();

    /// <summary>Renders the load machine; the waits are the module's defaults where they are not given.</summary>
    public static string LoadText(int retryIntervalSeconds = 30, int retryAttempts = 6, int resumePauseSeconds = 5) => Render("load", new()
    {
        ["partition"] = "aws",
        ["function_arn"] = FunctionArn,
        ["task_timeout_seconds"] = "960",
        ["retry_interval_seconds"] = Number(retryIntervalSeconds),
        ["retry_attempts"] = Number(retryAttempts),
        ["resume_pause_seconds"] = Number(resumePauseSeconds),
    });

    /// <summary>Renders the backfill of a bucket; the waits and the batch are the module's defaults where they are not given.</summary>
    public static string BackfillText(
        string bucket = "lake", int retryIntervalSeconds = 30, int retryAttempts = 6, int itemsPerBatch = 100, long bytesPerCall = 268_435_456)
    {
        JsonNode retries = Parse(LoadText(retryIntervalSeconds, retryAttempts))["States"]!["Load"]!["Retry"]!;
        JsonArray lambdaRetries = [.. retries.AsArray().Skip(1).Select(retrier => retrier!.DeepClone())];
        return Render("backfill", new()
        {
            ["partition"] = "aws",
            ["source_bucket"] = bucket,
            ["source_prefix"] = "processed/",
            ["results_bucket"] = bucket,
            ["results_prefix"] = "backfill-results",
            ["max_concurrency"] = "10",
            ["tolerated_failure_percentage"] = "12.5",
            ["items_per_batch"] = Number(itemsPerBatch),
            ["bytes_per_call"] = bytesPerCall.ToString(CultureInfo.InvariantCulture),
            ["function_arn"] = FunctionArn,
            ["task_timeout_seconds"] = "960",
            ["retry_interval_seconds"] = Number(retryIntervalSeconds),
            ["retry_attempts"] = Number(retryAttempts),
            ["lambda_retries"] = lambdaRetries.ToJsonString(),
            ["process_errors"] = lambdaRetries[1]!["ErrorEquals"]!.ToJsonString(),
        });
    }

    /// <summary>
    /// Renders the backfill as moto's interpreter can run it: without the batcher, which it cannot parse. Each child makes a batch of its own object.
    /// </summary>
    public static string UnbatchedBackfillText(string bucket)
    {
        JsonObject machine = Parse(BackfillText(bucket, retryIntervalSeconds: 1, retryAttempts: 2));
        JsonObject map = machine["States"]!["Load objects"]!.AsObject();
        JsonNode options = map["ItemBatcher"]!["BatchInput"]!.DeepClone();
        map.Remove("ItemBatcher");
        JsonObject child = map["ItemProcessor"]!.AsObject();
        child["States"]!["One item"] = new JsonObject
        {
            ["Type"] = "Pass",
            ["Parameters"] = new JsonObject { ["BatchInput"] = options, ["Items.$"] = "States.Array($)" },
            ["Next"] = child["StartAt"]!.GetValue<string>(),
        };
        child["StartAt"] = "One item";
        return machine.ToJsonString(AsTerraformWritesIt);
    }

    private static string Render(string name, Dictionary<string, string> values) =>
        Placeholder().Replace(ProjectFiles.Read($"deploy/terraform/statemachine/{name}.asl.json"), match => values[match.Groups["name"].Value]);

    private static JsonObject Parse(string text) =>
        JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
