using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Loader.Tests.Deploy;

/// <summary>What a policy document allows, as far as the documents here go: actions, resources and three kinds of conditions. What it denies, it never allows.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.</remarks>
internal sealed class IamPolicy
{
    private readonly List<(Grant Grant, JsonObject? Condition)> _grants;
    private readonly List<(Grant Grant, JsonObject? Condition)> _denials;

    /// <summary>Initializes a new instance of the <see cref="IamPolicy"/> class.</summary>
    /// <param name="document">With lists of actions and resources.</param>
    public IamPolicy(JsonNode document)
    {
        _grants = [.. Grants(document, "Allow")];
        _denials = [.. Grants(document, "Deny")];
    }

    /// <summary>Reads the document of a role, such as <c>functions</c>, <c>s3_event</c>, with the module's default names.</summary>
    /// <param name="kind">The kind of the role.</param>
    /// <param name="role">The role.</param>
    /// <param name="file">The file in <c>deploy/terraform/tests</c>.</param>
    public static IamPolicy Reviewed(string kind, string role, string file = "policies.json") =>
        new(JsonNode.Parse(ProjectFiles.Read($"deploy/terraform/tests/{file}"))![kind]![role]!);

    /// <summary>Gets the calls that are not allowed.</summary>
    public IEnumerable<IamCall> RefusedOf(IEnumerable<IamCall> calls) => calls.Where(call => !Allows(call));

    public bool Allows(IamCall call) =>
        _grants.Any(grant => Covers(grant.Grant, grant.Condition, call)) && !_denials.Any(denial => Covers(denial.Grant, denial.Condition, call));

    /// <summary>Gets what none of the calls needed.</summary>
    public IReadOnlyList<Grant> NotNeededBy(IReadOnlyList<IamCall> calls) =>
        [.. _grants.Where(grant => !calls.Any(call => Covers(grant.Grant, grant.Condition, call))).Select(grant => grant.Grant)];

    private static IEnumerable<(Grant Grant, JsonObject? Condition)> Grants(JsonNode document, string effect) =>
        from statement in document["Statement"]!.AsArray()
        where statement["Effect"]!.GetValue<string>() == effect
        from action in statement["Action"]!.AsArray()
        from resource in statement["Resource"]!.AsArray()
        select (new Grant(statement["Sid"]!.GetValue<string>(), action!.GetValue<string>(), resource!.GetValue<string>()), statement["Condition"]?.AsObject());

    private static bool Covers(Grant grant, JsonObject? condition, IamCall call) =>
        Matches(grant.Action, call.Action, ignoreCase: true)
        && Matches(grant.Resource, call.Resource)
        && (condition?.All(test => Holds(test.Key, test.Value!.AsObject(), call)) ?? true);

    private static bool Holds(string operation, JsonObject keys, IamCall call)
    {
        Func<string, string, bool> test = operation switch
        {
            "StringEquals" => (expected, actual) => expected == actual,
            "ArnEquals" => (expected, actual) => Matches(expected, actual),
            "StringLike" => (expected, actual) => Matches(expected, actual),
            _ => throw new NotSupportedException($"The condition {operation} is not understood."),
        };
        return keys.All(key => call.Context.TryGetValue(key.Key, out string? actual) && Values(key.Value!).Any(expected => test(expected, actual)));
    }

    private static IEnumerable<string> Values(JsonNode value) =>
        value is JsonArray list ? list.Select(item => item!.GetValue<string>()) : [value.GetValue<string>()];

    // "*" and "?" are all there is, and a backslash is nothing special to IAM; none occurs in an ARN.
    private static bool Matches(string pattern, string text, bool ignoreCase = false) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase);

    /// <summary>One action on one resource, allowed or denied.</summary>
    internal sealed record Grant(string Sid, string Action, string Resource);
}
