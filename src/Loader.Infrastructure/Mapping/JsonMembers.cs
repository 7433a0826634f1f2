using System.Text.Json;
using Loader.Domain;

namespace Loader.Infrastructure.Mapping;

/// <summary>Reads the members of one JSON object, and collects every fault instead of throwing at the first.</summary>
internal sealed class JsonMembers
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<string> _faults;
    private readonly List<string> _known = [];

    /// <summary>Initializes a new instance of the <see cref="JsonMembers"/> class.</summary>
    /// <param name="value">The value, which must be an object.</param>
    /// <param name="path">Its path, for messages; empty for the whole document.</param>
    /// <param name="faults">Receives the faults.</param>
    public JsonMembers(JsonElement value, string path, List<string> faults)
    {
        _object = value;
        _path = path;
        _faults = faults;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fault(path, "an object", value);
        }
    }

    /// <summary>Finds a member. A member that is null counts as missing.</summary>
    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return _object.ValueKind == JsonValueKind.Object
            && _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
                ? value
                : null;
    }

    /// <summary>Reads a text.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Fault(PathOf(name), "a text", value);
        return null;
    }

    /// <summary>Reads a text that may be given alone or as a list.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : [.. List(value, PathOf(name), allowsNull: false).OfType<string>()];

    /// <summary>Reads a list of texts and nulls.</summary>
    public IReadOnlyList<string?>? TextsOrNulls(string name) =>
        Find(name) is { } value ? [.. List(value, PathOf(name), allowsNull: true)] : null;

    /// <summary>Reads a number.</summary>
    public double? Number(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.GetDouble();
        }

        Fault(PathOf(name), "a number", value);
        return null;
    }

    /// <summary>Reads true or false.</summary>
    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault(PathOf(name), "true or false", value);
        return false;
    }

    /// <summary>Reads one of several words.</summary>
    /// <returns>The index of the word; 0 if there is no such member.</returns>
    public int Choice(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
        {
            return 0;
        }

        int index = words.IndexOf(text);
        if (index < 0)
        {
            Add(PathOf(name), $"'{text}' is none of {string.Join(", ", words)}");
        }

        return Math.Max(index, 0);
    }

    /// <summary>Reads an object whose members have names of their own.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Entries(string name) =>
        Find(name) is { } value ? Entries(value, PathOf(name)) : [];

    /// <summary>Lists the members of an object.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Entries(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Select(member => (member.Name, member.Value));
        }

        Fault(path, "an object", value);
        return [];
    }

    /// <summary>Returns the path of a member.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>Adds a fault of a member.</summary>
    public void Add(string path, string text) => _faults.Add(path.Length == 0 ? text : $"{path}: {text}");

    /// <summary>Reports the members that nobody asked for.</summary>
    public void CheckUnknown()
    {
        if (_object.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty member in _object.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                string? nearest = NearestName.Find(member.Name, _known);
                Add(
                    PathOf(member.Name),
                    nearest is null ? $"unknown; known are {string.Join(", ", _known.Distinct())}" : $"unknown; nearest: '{nearest}'");
            }
        }
    }

    /// <summary>Adds the fault that a value has another type.</summary>
    public void Fault(string path, string expected, JsonElement found) =>
        Add(path, $"expected {expected}, found {Describe(found)}");

    private IEnumerable<string?> List(JsonElement value, string path, bool allowsNull)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fault(path, "a list of texts", value);
            yield break;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String || (allowsNull && item.ValueKind == JsonValueKind.Null))
            {
                yield return item.GetString();
            }
            else
            {
                Fault($"{path}[{index}]", allowsNull ? "a text or null" : "a text", item);
            }

            index++;
        }
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text '{PlainText.Escape(Shorten(value.GetString()!))}'",
        JsonValueKind.Number => $"the number {Shorten(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
