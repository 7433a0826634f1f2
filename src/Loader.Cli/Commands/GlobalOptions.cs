using System.CommandLine;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Settings;

namespace Loader.Cli.Commands;

/// <summary>The options of every command that change what the command finds around it: settings, messages and the log.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _verbose;

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "Print only errors and the result: no progress, no warnings",
        Recursive = true,
    };

    private readonly Option<string?> _settings = new("--settings")
    {
        Description = "JSON file with defaults of variables and options; it is never searched for (see docs/operations.md)",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _logFile = new("--log-file")
    {
        Description = "Append all log messages to this file, debug messages too",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Initializes a new instance of the <see cref="GlobalOptions"/> class.</summary>
    /// <param name="verbose">The option for debug messages.</param>
    public GlobalOptions(Option<bool> verbose) => _verbose = verbose;

    /// <summary>Adds the options to the root, from which all commands have them.</summary>
    public void AddTo(RootCommand root)
    {
        root.Options.Add(_verbose);
        root.Options.Add(_quiet);
        root.Options.Add(_settings);
        root.Options.Add(_logFile);
    }

    /// <summary>Returns whether one of the options is given, apart from the one for debug messages, which each command reads.</summary>
    public bool AreGiven(ParseResult result) =>
        PathOf(result, _settings) is not null || PathOf(result, _logFile) is not null || IsGiven(result, _quiet);

    /// <summary>Reads the settings file, if one is named.</summary>
    /// <param name="result">The arguments.</param>
    /// <param name="arguments">The same as texts.</param>
    /// <param name="host">The host.</param>
    /// <returns>The host with the settings, and the arguments with the options that the file adds.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public (CliHost Host, IReadOnlyList<string> Arguments) ReadSettings(ParseResult result, IReadOnlyList<string> arguments, CliHost host)
    {
        if (PathOf(result, _settings) is not { } path)
        {
            return (host, arguments);
        }

        SettingsFile file = SettingsReader.Read(path, OptionDefaults.List(result.RootCommandResult.Command));
        var settings = new LayeredSettings(host.Configuration, file);
        IReadOnlyList<(string Name, IReadOnlyList<string> Values)> added = OptionDefaults.Find(result, settings);
        string[] texts =
        [
            .. added.SelectMany(option => option.Values.Count == 0 ? [option.Name] : option.Values.Select(text => $"{option.Name}={text}")),
        ];

        // What follows two dashes is no option.
        string[] options = [.. arguments.TakeWhile(text => text != "--")];
        return (
            host with { Settings = settings.With(added.Select(option => option.Name)) },
            [.. options, .. texts, .. arguments.Skip(options.Length)]);
    }

    /// <summary>Opens the log, and leaves out what a quiet run does not print.</summary>
    /// <param name="result">The arguments with the options of the settings file.</param>
    /// <param name="host">The host with the settings. The caller disposes of <see cref="CliHost.Log"/>.</param>
    /// <exception cref="ConfigurationException">The log cannot be written, or options contradict each other.</exception>
    public CliHost Apply(ParseResult result, CliHost host)
    {
        if (IsGiven(result, _quiet))
        {
            host = IsGiven(result, _verbose)
                ? throw new ConfigurationException("--quiet and --verbose contradict each other. Use one of them; --log-file keeps "
                    + "debug messages of a quiet run.")
                : host with { IsQuiet = true, StatusLine = null, ProgressInterval = TimeSpan.MaxValue };
        }

        return PathOf(result, _logFile) is { } path ? host with { Log = LogFile.Open(path, host) } : host;
    }

    private static bool IsGiven(ParseResult result, Option<bool> option) => result.GetResult(option) is { Implicit: false };

    private static string? PathOf(ParseResult result, Option<string?> option) =>
        result.GetResult(option) is { Implicit: false, Tokens: [{ Value: var path }, ..] } ? path : null;
}
