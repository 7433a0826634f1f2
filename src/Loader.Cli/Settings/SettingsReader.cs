using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Mapping;

namespace Loader.Cli.Settings;

/// <summary>Reads a settings file. Unknown members are faults, and all faults are found at once.</summary>
/// <remarks>
/// A file can come from somebody else, so it may neither hold a secret nor direct one to an address of its own: a file with an address must
/// name its token too, and may not name the variables in which a user keeps the secrets of other programs and addresses.
/// </remarks>
internal sealed class SettingsReader
{
    private const string OptionsName = "options";
    private const string TokenVariablePrefix = "INFLUXDB_TOKEN_";
    private const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Json = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
    };

    private static readonly string[] Variables = [.. LoaderSetting.All.Select(setting => setting.Name)];

    private readonly string _path;
    private readonly IReadOnlyCollection<KnownOption> _knownOptions;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _options = new(StringComparer.Ordinal);
    private string? _tokenVariable;

    private SettingsReader(string path, IReadOnlyCollection<KnownOption> knownOptions) => (_path, _knownOptions) = (path, knownOptions);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="knownOptions">The options of all commands that a file may set.</param>
    /// <returns>The contents.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public static SettingsFile Read(string path, IReadOnlyCollection<KnownOption> knownOptions)
    {
        var reader = new SettingsReader(path, knownOptions);
        byte[] json = reader.ReadBytes();
        try
        {
            using var document = JsonDocument.Parse(json.AsMemory(json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), Json);
            reader.ReadAll(document.RootElement);
        }
        catch (JsonException exception)
        {
            // The parser's own message can quote the file.
            throw reader.Wrong(
                $"it is not valid JSON, or has a member twice: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }

        return reader._faults.Count > 0
            ? throw reader.Wrong($"{string.Join("; ", reader._faults)}.")
            : new SettingsFile(path)
            {
                Variables = reader._variables,
                Options = reader._options,
                TokenVariable = reader._tokenVariable,
            };
    }

    private byte[] ReadBytes()
    {
        try
        {
            using FileStream file = File.OpenRead(_path);
            byte[] bytes = new byte[MaxBytes + 1];
            int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count <= MaxBytes ? bytes[..count] : throw Wrong($"it is larger than {MaxBytes / 1024} KiB.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                exception is FileNotFoundException or DirectoryNotFoundException
                    ? $"The settings file {PlainText.Escape(_path)} does not exist. Check --settings."
                    : $"The settings file {PlainText.Escape(_path)} cannot be read: {PlainText.Escape(exception.Message)}",
                exception);
        }
    }

    private void ReadAll(JsonElement root)
    {
        var members = new JsonMembers(root, "", _faults);
        foreach ((string name, JsonElement value) in members.Entries(root, "").Where(_ => root.ValueKind == JsonValueKind.Object))
        {
            if (name == OptionsName)
            {
                ReadOptions(members, value);
            }
            else if (name == SettingsFile.TokenVariableName)
            {
                _tokenVariable = ReadValue(members, name, value);
            }
            else if (name != "$schema" && IsVariable(name) && ReadValue(members, name, value) is { } text)
            {
                _variables[name] = text;
            }
        }

        CheckToken();
    }

    /// <summary>Returns whether a file may set a variable, and otherwise says why not.</summary>
    private bool IsVariable(string name)
    {
        string? fault = name switch
        {
            LoaderVariables.InfluxDbToken =>
                $"a settings file holds no secrets; name the variable that holds the token as {SettingsFile.TokenVariableName}, or the "
                + $"secret as {LoaderVariables.InfluxDbTokenSecretArn}",
            LoaderVariables.Sink => $"it is a setting of functions and services; set '{OptionsName}.sink'",
            _ when Variables.Contains(name) => null,
            _ when name.StartsWith("AWS_ENDPOINT_URL", StringComparison.OrdinalIgnoreCase) =>
                "a settings file sets no AWS endpoints; set the environment variable",
            _ when name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) =>
                "a settings file holds no credentials and no other settings of AWS; use environment variables or a shared profile",
            _ => FindUnknown(name),
        };
        if (fault is not null)
        {
            _faults.Add($"{PlainText.Escape(name)}: {fault}");
        }

        return fault is null;
    }

    private string FindUnknown(string name) =>
        NearestName.Find(name, Variables.Append(SettingsFile.TokenVariableName).Append(OptionsName)) is { } nearest
            ? $"unknown; nearest: '{nearest}'"
            : _knownOptions.Any(option => option.Name == name)
                ? $"unknown; it is an option, so it belongs in the object '{OptionsName}'"
                : $"unknown; members are the names of the loader's environment variables and '{OptionsName}'";

    /// <summary>Reads a value as the text that a variable or an option would have.</summary>
    private string? ReadValue(JsonMembers members, string path, JsonElement value)
    {
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
        if (text is null)
        {
            members.Fault(path, "a text, a number, true or false", value);
        }
        else if (text.Length == 0)
        {
            _faults.Add($"{path}: empty; leave the member out");
        }

        return text is "" ? null : text;
    }

    private void ReadOptions(JsonMembers members, JsonElement value)
    {
        foreach ((string name, JsonElement item) in members.Entries(value, OptionsName))
        {
            string path = $"{OptionsName}.{PlainText.Escape(name)}";
            if (_knownOptions.FirstOrDefault(known => known.Name == name) is not { } option)
            {
                string? nearest = NearestName.Find(name, _knownOptions.Select(known => known.Name));
                _faults.Add($"{path}: unknown; {(nearest is null ? "no option of a command has this name" : $"nearest: '{nearest}'")}");
            }
            else if (option.IsFlag)
            {
                ReadFlag(members, path, name, item);
            }
            else if (item.ValueKind == JsonValueKind.Array && option.IsRepeatable)
            {
                _options[name] =
                    [.. item.EnumerateArray().Select((entry, i) => ReadValue(members, $"{path}[{i}]", entry)).OfType<string>()];
            }
            else if (ReadValue(members, path, item) is { } text)
            {
                _options[name] = [text];
            }
        }
    }

    private void ReadFlag(JsonMembers members, string path, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.True)
        {
            _options[name] = [];
        }
        else if (value.ValueKind != JsonValueKind.False)
        {
            members.Fault(path, "true or false", value);
        }
    }

    /// <summary>Checks that an address and the place of its token are set together.</summary>
    private void CheckToken()
    {
        const string UrlName = LoaderVariables.InfluxDbUrl;
        bool hasUrl = _variables.ContainsKey(UrlName);
        bool hasSecret = _variables.ContainsKey(LoaderVariables.InfluxDbTokenSecretArn);
        string places = $"{LoaderVariables.InfluxDbTokenSecretArn} or {SettingsFile.TokenVariableName}";
        if (hasUrl && !hasSecret && _tokenVariable is null)
        {
            _faults.Add(
                $"{UrlName}: a file that sets an address must also say where the token for it comes from; add {places}, so that no "
                + "file can direct a token of yours to another address");
        }

        if (!hasUrl && (hasSecret || _tokenVariable is not null))
        {
            _faults.Add($"{(hasSecret ? LoaderVariables.InfluxDbTokenSecretArn : SettingsFile.TokenVariableName)}: it counts only "
                + $"beside {UrlName}; add the address, or leave it out");
        }

        if (hasSecret && _tokenVariable is not null)
        {
            _faults.Add($"{SettingsFile.TokenVariableName}: {places} can be set, not both");
        }

        // Otherwise a file could name the secret of any program, and an address to send it to.
        if (_tokenVariable is { } name
            && (name.Length <= TokenVariablePrefix.Length
                || !name.StartsWith(TokenVariablePrefix, StringComparison.Ordinal)
                || !name.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')
                || name is LoaderVariables.InfluxDbTokenSecretArn or SettingsFile.TokenVariableName))
        {
            _faults.Add(
                $"{SettingsFile.TokenVariableName}: '{PlainText.Escape(name)}' cannot be used; a file may name only a variable that begins "
                + $"with {TokenVariablePrefix}, such as {TokenVariablePrefix}PRODUCTION, so that it cannot direct another secret of yours "
                + "to its address");
        }
    }

    private ConfigurationException Wrong(string faults) =>
        new($"The settings file {PlainText.Escape(_path)} is wrong: {faults}") { Faults = [.. _faults] };
}
