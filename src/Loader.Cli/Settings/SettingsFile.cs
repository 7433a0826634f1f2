namespace Loader.Cli.Settings;

/// <summary>The contents of a settings file: defaults of variables and options.</summary>
/// <param name="Path">The path, as the user wrote it.</param>
internal sealed record SettingsFile(string Path)
{
    /// <summary>The member that names the environment variable with the token of InfluxDB.</summary>
    public const string TokenVariableName = "INFLUXDB_TOKEN_VARIABLE";

    /// <summary>Gets the values by the names of the environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the values by the long names of the options, without dashes. A flag has no value.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Options { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// Gets the name of the environment variable that holds the token for the address in this file, or <see langword="null"/> if a secret
    /// holds it.
    /// </summary>
    public string? TokenVariable { get; init; }
}
