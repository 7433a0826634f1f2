using System.Text.RegularExpressions;

namespace Loader.Infrastructure.Configuration;

/// <summary>
/// Names options in messages as the host set them: by the variable where settings were read, by the path where code set the option.
/// </summary>
/// <param name="options">The options.</param>
internal sealed partial class OptionNames(LoaderOptions options)
{
    private readonly LoaderOptions? _fromSettings = Read(options);

    /// <summary>Replaces the variables of options that code set.</summary>
    /// <param name="message">A message that names options by their variables.</param>
    /// <returns>The message.</returns>
    public string Apply(string message) => Word().Replace(message, word =>
        LoaderSetting.All.FirstOrDefault(setting => setting.Name == word.Value) is { } setting && IsSetInCode(setting)
            ? setting.PathFor(options.Sink)
            : word.Value);

    /// <summary>Reads the settings alone, to find out which options code has changed since.</summary>
    private static LoaderOptions? Read(LoaderOptions options)
    {
        if (options.Settings.Count == 0)
        {
            return null;
        }

        var read = new LoaderOptions();
        foreach (Microsoft.Extensions.Configuration.IConfiguration settings in options.Settings)
        {
            new LoaderOptionsSetup(settings).Configure(read);
        }

        // Values that depend on the sink are compared for the sink that is used.
        read.Sink = options.Sink;
        return read;
    }

    private bool IsSetInCode(LoaderSetting setting) => _fromSettings is null || !Equals(setting.Read(options), setting.Read(_fromSettings));

    [GeneratedRegex("[A-Z][A-Z0-9_]{3,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
