using System.Text.Json.Nodes;

namespace Loader.LocalAws.StepFunctions;

/// <summary>The part of JSONPath that the machines use: <c>$</c> and <c>$.member.member</c>, and payload templates of it.</summary>
internal static class StatePath
{
    /// <summary>Reads a path. A member that is missing ends the execution, as in Step Functions.</summary>
    public static JsonNode? Read(JsonNode? root, string path)
    {
        var node = root;
        foreach (var name in Names(path))
        {
            if (node is not JsonObject owner || !owner.ContainsKey(name))
            {
                throw new StateException("States.Runtime", $"The path {path} is not in the input.");
            }

            node = owner[name];
        }

        return node;
    }

    /// <summary>Returns whether a path is in the input.</summary>
    public static bool IsPresent(JsonNode? root, string path)
    {
        var node = root;
        foreach (var name in Names(path))
        {
            if (node is not JsonObject owner || !owner.ContainsKey(name))
            {
                return false;
            }

            node = owner[name];
        }

        return true;
    }

    /// <summary>Puts a value at a path, and returns the whole.</summary>
    public static JsonNode? Write(JsonNode? root, string path, JsonNode? value)
    {
        string[] names = [.. Names(path)];
        if (names.Length == 0)
        {
            return value;
        }

        var owner = root as JsonObject ?? throw new StateException("States.ResultPathMatchFailure", $"{path} is not in an object.");
        foreach (var name in names[..^1])
        {
            owner = (owner[name] ??= new JsonObject()).AsObject();
        }

        owner[names[^1]] = value;
        return root;
    }

    /// <summary>Fills in a payload template: a member whose name ends with <c>.$</c> is read from the input or the context.</summary>
    public static JsonNode? Fill(JsonNode? template, JsonNode? input, JsonNode? context = null)
    {
        switch (template)
        {
            case JsonObject members:
                var filled = new JsonObject();
                foreach (var (name, value) in members)
                {
                    if (name.EndsWith(".$", StringComparison.Ordinal))
                    {
                        var path = value!.GetValue<string>();
                        var found = path.StartsWith("$$", StringComparison.Ordinal) ? Read(context, path[1..]) : Read(input, path);
                        filled[name[..^2]] = found?.DeepClone();
                    }
                    else
                    {
                        filled[name] = Fill(value, input, context);
                    }
                }

                return filled;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Fill(item, input, context))]);
            default:
                return template?.DeepClone();
        }
    }

    private static IEnumerable<string> Names(string path) => path is "$" ? []
        : path.StartsWith("$.", StringComparison.Ordinal) && !path.Contains('[', StringComparison.Ordinal) ? path[2..].Split('.')
        : throw new NotSupportedException($"The interpreter does not know the path {path}.");
}
