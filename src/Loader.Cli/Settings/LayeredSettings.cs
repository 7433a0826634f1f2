using System.CommandLine;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Microsoft.Extensions.Configuration;

namespace Loader.Cli.Settings;

/// <summary>Where the value of a setting comes from. A later one counts before an earlier one.</summary>
internal enum SettingOrigin
{
    /// <summary>The loader's own default.</summary>
    Default,

    /// <summary>The settings file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>An argument of the command.</summary>
    Flag,
}

/// <summary>The settings of a command: environment variables, and below them a settings file. It knows where each one comes from.</summary>
/// <remarks>
/// The address of InfluxDB and its token come from the same place, so that a token is never sent to the address of a file that does not
/// name it.
/// </remarks>
internal sealed class LayeredSettings
{
    private static readonly string[] TokenVariables = [LoaderVariables.InfluxDbToken, LoaderVariables.InfluxDbTokenSecretArn];

    private readonly IConfiguration _environment;
    private readonly Dictionary<string, string?> _fromFile = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _optionsFromFile = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="LayeredSettings"/> class.</summary>
    /// <param name="environment">The environment variables. An empty one counts as not set.</param>
    /// <param name="file">The settings file, or <see langword="null"/>.</param>
    /// <exception cref="ConfigurationException">The variable that the file names for the token is not set.</exception>
    public LayeredSettings(IConfiguration environment, SettingsFile? file = null)
    {
        _environment = environment;
        File = file;
        foreach ((string name, string value) in file?.Variables ?? new Dictionary<string, string>())
        {
            if (!IsInEnvironment(name) && !TokenVariables.Contains(name))
            {
                _fromFile[name] = value;
            }
        }

        if (_fromFile.ContainsKey(LoaderVariables.InfluxDbUrl))
        {
            _fromFile[LoaderVariables.InfluxDbTokenSecretArn] =
                file!.Variables.GetValueOrDefault(LoaderVariables.InfluxDbTokenSecretArn, "");
            _fromFile[LoaderVariables.InfluxDbToken] = file.TokenVariable is { } name ? ReadToken(file, name) : "";
        }

        Configuration = file is null
            ? environment
            : new ConfigurationBuilder().AddConfiguration(environment).AddInMemoryCollection(_fromFile).Build();
    }

    /// <summary>Gets the settings by the names of the environment variables.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Gets the settings file, or <see langword="null"/>.</summary>
    public SettingsFile? File { get; }

    /// <summary>Gets the environment variables alone.</summary>
    public IConfiguration Environment => _environment;

    /// <summary>Returns where the value of a variable comes from.</summary>
    /// <param name="variable">The name of an environment variable, such as <c>INFLUXDB_URL</c>.</param>
    public SettingOrigin OriginOf(string variable) =>
        _fromFile.TryGetValue(variable, out string? value) ? (value is { Length: > 0 } ? SettingOrigin.File : SettingOrigin.Default)
        : IsInEnvironment(variable) ? SettingOrigin.Environment
        : SettingOrigin.Default;

    /// <summary>Returns where the value of an option comes from.</summary>
    /// <param name="result">The parsed arguments.</param>
    /// <param name="option">An option of the command.</param>
    public SettingOrigin OriginOf(ParseResult result, Option option) =>
        result.GetResult(option) is not { Implicit: false } ? SettingOrigin.Default
        : _optionsFromFile.Contains(option.Name) ? SettingOrigin.File
        : SettingOrigin.Flag;

    /// <summary>Remembers the options that the file gave to the command.</summary>
    /// <param name="options">Their names with dashes.</param>
    /// <returns>The same settings.</returns>
    public LayeredSettings With(IEnumerable<string> options)
    {
        _optionsFromFile.UnionWith(options);
        return this;
    }

    /// <summary>Returns whether an environment variable is set.</summary>
    /// <param name="variable">The name.</param>
    public bool IsInEnvironment(string variable) => _environment[variable] is { Length: > 0 };

    private string ReadToken(SettingsFile file, string variable) =>
        _environment[variable] is { Length: > 0 } token
            ? token
            : throw new ConfigurationException(
                $"{variable} is not set. The settings file {PlainText.Escape(file.Path)} says that it holds the token for its "
                + $"{LoaderVariables.InfluxDbUrl}.");
}
