using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loader.Cli.Checking;

/// <summary>The least IAM policy for a use of the loader, made from the statements that the Terraform module uses too.</summary>
/// <param name="Json">The policy.</param>
/// <param name="Notes">What the policy cannot contain.</param>
internal sealed record PolicyDocument(string Json, IReadOnlyList<string> Notes)
{
    private const string Statements = "policy_statements.json";

    // A policy is pasted into consoles and files, so it must be readable: the encoder for HTML would escape '+' and quotation marks.
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Creates a policy.</summary>
    /// <param name="values">
    /// What the names in the statements stand for. A statement is part of the policy if all of its names have values.
    /// </param>
    /// <param name="needs">What the statements are needed for.</param>
    /// <param name="notes">What the policy cannot contain.</param>
    /// <returns>The policy.</returns>
    public static PolicyDocument Create(
        IReadOnlyDictionary<string, IReadOnlyList<string>> values, IReadOnlyCollection<string> needs, IReadOnlyList<string> notes)
    {
        var statements = new JsonArray();
        foreach (JsonNode? template in ReadStatements())
        {
            JsonObject statement = template!.AsObject();
            if (needs.Contains(statement["Needs"]!.GetValue<string>()))
            {
                statements.Add(Fill(statement, values));
            }
        }

        var policy = new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = statements };
        return new PolicyDocument(policy.ToJsonString(Indented), notes);
    }

    /// <summary>Escapes what a pattern of IAM would not take literally.</summary>
    /// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars.</remarks>
    /// <param name="text">A part of an ARN.</param>
    /// <returns>The pattern that matches only this text.</returns>
    public static string Literal(string text) =>
        text.Replace("$", "${$}", StringComparison.Ordinal).Replace("*", "${*}", StringComparison.Ordinal)
            .Replace("?", "${?}", StringComparison.Ordinal);

    private static JsonArray ReadStatements()
    {
        using Stream stream = typeof(PolicyDocument).Assembly.GetManifestResourceStream(Statements)!;
        return JsonNode.Parse(stream)!.AsArray();
    }

    private static JsonObject Fill(JsonObject template, IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        var statement = new JsonObject
        {
            ["Sid"] = template["Sid"]!.DeepClone(),
            ["Effect"] = "Allow",
            ["Action"] = template["Action"]!.DeepClone(),
            ["Resource"] = new JsonArray([.. template["Resource"]!.AsArray()
                .SelectMany(name => ValuesOf(name!)).Select(value => JsonValue.Create(value))]),
        };
        if (template["Condition"] is JsonObject condition)
        {
            statement["Condition"] = new JsonObject(condition.Select(test => KeyValuePair.Create<string, JsonNode?>(
                test.Key,
                new JsonObject(test.Value!.AsObject().Select(key => KeyValuePair.Create<string, JsonNode?>(
                    key.Key, JsonValue.Create(ValuesOf(key.Value!)[0])))))));
        }

        return statement;

        IReadOnlyList<string> ValuesOf(JsonNode name) => values.GetValueOrDefault(name.GetValue<string>()) ?? [name.GetValue<string>()];
    }
}
