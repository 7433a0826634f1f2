using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Loader.Tests.Deploy;

/// <summary>What a policy document allows, as far as the documents here go: actions, resources, two kinds of conditions; everything is allowed, nothing denied.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.</remarks>
internal sealed class IamPolicy
{
    private readonly List<(Grant Grant, JsonObject? Condition)> _grants;

    /// <summary>Initializes a new instance of the <see cref="IamPolicy"/> class.</summary>
    /// <param name="document">With lists of actions and resources.</param>
    public IamPolicy(JsonNode document) => _grants =
    [
        .. from statement in document["Statement"]!.AsArray()
           from action in Allowed(statement!)["Action"]!.AsArray()
           from resource in statement["Resource"]!.AsArray()
           select (new Grant(statement["Sid"]!.GetValue<string>(), action!.GetValue<string>(), resource!.GetValue<string>()), statement["Condition"]?.AsObject()),
    ];

    /// <summary>Reads the document of a role, such as <c>functions</c>, <c>s3_event</c>, with the module's default names.</summary>
    public static IamPolicy Reviewed(string kind, string role) => new(JsonNode.Parse(ProjectFiles.Read("deploy/terraform/tests/policies.json"))![kind]![role]!);

    /// <summary>Gets the calls that are not allowed.</summary>
    public IEnumerable<IamCall> RefusedOf(IEnumerable<IamCall> calls) => calls.Where(call => !Allows(call));

    public bool Allows(IamCall call) => _grants.Any(grant => Allows(grant.Grant, grant.Condition, call));

    /// <summary>Gets what none of the calls needed.</summary>
    public IReadOnlyList<Grant> NotNeededBy(IReadOnlyList<IamCall> calls) =>
        [.. _grants.Where(grant => !calls.Any(call => Allows(grant.Grant, grant.Condition, call))).Select(grant => grant.Grant)];

    private static JsonNode Allowed(JsonNode statement) => statement["Effect"]!.GetValue<string>() == "Allow"
        ? statement
        : throw new NotSupportedException("Only statements that allow are understood.");

    private static bool Allows(Grant grant, JsonObject? condition, IamCall call) =>
        Matches(grant.Action, call.Action, ignoreCase: true)
        && Matches(grant.Resource, call.Resource)
        && (condition?.All(test => Holds(test.Key, test.Value!.AsObject(), call)) ?? true);

    private static bool Holds(string operation, JsonObject keys, IamCall call)
    {
        Func<string, string, bool> test = operation switch
        {
            "StringEquals" => (expected, actual) => expected == actual,
            "StringLike" => (expected, actual) => Matches(expected, actual),
            _ => throw new NotSupportedException($"The condition {operation} is not understood."),
        };
        return keys.All(key => call.Context.TryGetValue(key.Key, out string? actual) && Values(key.Value!).Any(expected => test(expected, actual)));
    }

    private static IEnumerable<string> Values(JsonNode value) =>
        value is JsonArray list ? list.Select(item => item!.GetValue<string>()) : [value.GetValue<string>()];

    // "*" and "?" are all there is, and a backslash is nothing special to IAM; none occurs in an ARN.
    private static bool Matches(string pattern, string text, bool ignoreCase = false) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase);

    /// <summary>One action on one resource.</summary>
    internal sealed record Grant(string Sid, string Action, string Resource);
}
