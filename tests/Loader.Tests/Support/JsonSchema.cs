using System.Text.Json;

namespace Loader.Tests.Support;

/// <summary>
/// Checks documents against a JSON Schema that uses only the keywords below; an unknown one fails. It also remembers which members and
/// types the documents had, so that a test can find what the schema promises and no document has.
/// </summary>
internal sealed class JsonSchema
{
    private static readonly string[] Descriptions = ["$schema", "$defs", "title", "description", "format", "default"];

    private readonly JsonElement _root;
    private readonly SortedSet<string> _unseen = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private JsonSchema(JsonElement root)
    {
        _root = root;
        Collect(root, "");
    }

    /// <summary>Gets the members, each with one of its types, that no checked document had.</summary>
    public IReadOnlyCollection<string> Unseen => _unseen;

    /// <summary>Reads a schema of <c>docs/</c>.</summary>
    public static JsonSchema Read(string name) =>
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", name))).RootElement);

    /// <summary>Checks a document.</summary>
    /// <returns>What contradicts the schema.</returns>
    public IReadOnlyList<string> Check(JsonElement document)
    {
        _errors.Clear();
        Check(document, _root, "");
        return [.. _errors];
    }

    /// <summary>Checks a part of a document.</summary>
    /// <param name="part">The part.</param>
    /// <param name="definition">The name of its definition in <c>$defs</c>.</param>
    /// <returns>What contradicts the schema.</returns>
    public IReadOnlyList<string> Check(JsonElement part, string definition)
    {
        _errors.Clear();
        Check(part, _root.GetProperty("$defs").GetProperty(definition), "");
        return [.. _errors];
    }

    private void Collect(JsonElement schema, string path)
    {
        JsonElement resolved = Resolve(schema);
        if (resolved.TryGetProperty("properties", out JsonElement members))
        {
            foreach (JsonProperty member in members.EnumerateObject())
            {
                string below = $"{path}/{member.Name}";
                _unseen.UnionWith(TypesOf(Resolve(member.Value)).Select(type => $"{below}: {type}"));
                Collect(member.Value, below);
            }
        }

        if (resolved.TryGetProperty("items", out JsonElement items))
        {
            Collect(items, path + "/*");
        }
    }

    private void Check(JsonElement value, JsonElement schema, string path)
    {
        JsonElement resolved = Resolve(schema);
        string[] types = TypesOf(resolved);
        string type = TypeOf(value);
        string? matching = Array.Find(types, t => t == type || (t == "number" && type == "integer"));
        if (matching is null && types.Length > 0)
        {
            _errors.Add($"{path} is {type}, not {string.Join(" or ", types)}");
            return;
        }

        _unseen.Remove($"{path}: {matching}");
        foreach (JsonProperty keyword in resolved.EnumerateObject())
        {
            CheckKeyword(keyword, value, resolved, path);
        }
    }

    private void CheckKeyword(JsonProperty keyword, JsonElement value, JsonElement schema, string path)
    {
        switch (keyword.Name)
        {
            case "type":
            case "properties":
            case { } description when Descriptions.Contains(description):
                break;
            case "enum":
                Expect(keyword.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), $"{path} is {value}");
                break;
            case "oneOf":
                CheckAlternatives(keyword.Value, value, path);
                break;
            case "minLength":
                Expect(value.GetString()!.Length >= keyword.Value.GetInt32(), $"{path} is {value}");
                break;
            case "maxLength":
                Expect(value.GetString()!.Length <= keyword.Value.GetInt32(), $"{path} is {value}");
                break;
            case "minimum":
                Expect(value.GetDouble() >= keyword.Value.GetDouble(), $"{path} is {value}");
                break;
            case "required":
                foreach (JsonElement name in value.ValueKind == JsonValueKind.Object ? keyword.Value.EnumerateArray() : default)
                {
                    Expect(value.TryGetProperty(name.GetString()!, out _), $"{path} lacks {name}");
                }

                break;
            case "additionalProperties":
                CheckMembers(value, schema, keyword.Value, path);
                break;
            case "items":
                foreach (JsonElement item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [])
                {
                    Check(item, keyword.Value, path + "/*");
                }

                break;
            default:
                throw new NotSupportedException($"This check does not know the keyword {keyword.Name}.");
        }
    }

    /// <summary>Exactly one alternative must fit.</summary>
    private void CheckAlternatives(JsonElement alternatives, JsonElement value, string path)
    {
        string[] others = [.. _errors];
        var found = new List<string>();
        int fits = 0;
        foreach (JsonElement alternative in alternatives.EnumerateArray())
        {
            _errors.Clear();
            Check(value, alternative, path);
            fits += _errors.Count == 0 ? 1 : 0;
            found.Add(string.Join(" and ", _errors));
        }

        _errors.Clear();
        _errors.AddRange(others);
        Expect(fits == 1, $"{path} fits {fits} of {found.Count} alternatives: {string.Join("; or ", found)}");
    }

    private void CheckMembers(JsonElement value, JsonElement schema, JsonElement others, string path)
    {
        foreach (JsonProperty member in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [])
        {
            string below = $"{path}/{member.Name}";
            if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out JsonElement own))
            {
                Check(member.Value, own, below);
            }
            else if (others.ValueKind == JsonValueKind.False)
            {
                _errors.Add($"{below} is not in the schema");
            }
            else
            {
                Check(member.Value, others, below);
            }
        }
    }

    private void Expect(bool isRight, string error)
    {
        if (!isRight)
        {
            _errors.Add(error);
        }
    }

    private JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out JsonElement reference)
            ? _root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..])
            : schema;

    private static string[] TypesOf(JsonElement schema) =>
        !schema.TryGetProperty("type", out JsonElement type) ? schema.TryGetProperty("enum", out _) ? ["string"] : []
        : type.ValueKind == JsonValueKind.String ? [type.GetString()!]
        : [.. type.EnumerateArray().Select(item => item.GetString()!)];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
