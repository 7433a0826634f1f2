using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using Loader.Cli.Settings;

namespace Loader.Cli.Commands;

/// <summary>Finds the options that a settings file gives to a command.</summary>
/// <remarks>
/// They become arguments of the command, so that the same rules apply to them. An argument or an environment variable that says something
/// else about the same matter counts before the file.
/// </remarks>
internal static class OptionDefaults
{
    /// <summary>The environment variable for the same matter as an option.</summary>
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["--mapping"] = "MAPPING_LOCATION",
        ["--rejected"] = "REJECTED_ROWS_LOCATION",
    };

    /// <summary>The options beside which an option of the file does not count.</summary>
    private static readonly Dictionary<string, string[]> Contradictions = new(StringComparer.Ordinal)
    {
        ["--mapping"] = ["--column", "--constant"],
        ["--column"] = ["--mapping"],
        ["--constant"] = ["--mapping"],
        ["--metrics"] = ["--dry-run"],
        ["--resume"] = ["--dry-run"],
        ["--json"] = ["--policy"],
        ["--publish-test-metric"] = ["--policy"],
        ["--quiet"] = ["--verbose"],
        ["--verbose"] = ["--quiet"],
    };

    /// <summary>Lists the options that a file may set: those of all commands.</summary>
    /// <param name="command">The root.</param>
    public static IReadOnlyCollection<KnownOption> List(Command command) =>
        [.. AllOptions(command).DistinctBy(option => option.Name)
            .Select(option => new KnownOption(
                option.Name.TrimStart('-'), option.ValueType == typeof(bool), option.Arity.MaximumNumberOfValues > 1))];

    /// <summary>Finds the options of the file that the command has, and that nothing else says.</summary>
    /// <param name="result">The arguments.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The names with dashes, and the values.</returns>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Find(ParseResult result, LayeredSettings settings)
    {
        Option[] options = [.. OptionsOf(result)];
        var found = new List<(string Name, IReadOnlyList<string> Values)>();
        foreach ((string name, IReadOnlyList<string> values) in settings.File!.Options)
        {
            if (Array.Find(options, option => option.Name == $"--{name}") is { } option
                && Contradictions.GetValueOrDefault(option.Name, []).Append(option.Name).All(other => !IsGiven(result, options, other))
                && !(Variables.TryGetValue(option.Name, out string? variable) && settings.IsInEnvironment(variable))
                && (option.Name != "--sink" || Accepts(option, values)))
            {
                found.Add((option.Name, values));
            }
        }

        string sink = (SinkOf(result, options) ?? found.FirstOrDefault(option => option.Name == "--sink").Values?[0] ?? "duckdb")
            .ToUpperInvariant();
        return [.. found.Where(option => FitsSink(option.Name, sink))];
    }

    private static IEnumerable<Option> AllOptions(Command command) =>
        command.Options.Where(option => option is not (HelpOption or VersionOption) && option.Name != "--settings")
            .Concat(command.Subcommands.SelectMany(AllOptions));

    /// <summary>Lists the options of the command, and those of the commands that contain it, which are recursive.</summary>
    private static IEnumerable<Option> OptionsOf(ParseResult result) =>
        result.CommandResult.Command.Options.Concat(result.RootCommandResult.Command.Options.Where(option => option.Recursive));

    private static bool IsGiven(ParseResult result, Option[] options, string name) =>
        Array.Find(options, option => option.Name == name) is { } option && result.GetResult(option) is { Implicit: false };

    private static string? SinkOf(ParseResult result, Option[] options) =>
        Array.Find(options, option => option.Name == "--sink") is { } option
        && result.GetResult(option) is { Implicit: false, Tokens: [{ Value: var sink }, ..] }
            ? sink
            : null;

    /// <summary>Returns whether a command has the destination of another one: validate has no file of DuckDB.</summary>
    private static bool Accepts(Option sink, IReadOnlyList<string> values) =>
        sink.GetCompletions(CompletionContext.Empty).Any(item => string.Equals(item.Label, values[0], StringComparison.OrdinalIgnoreCase));

    private static bool FitsSink(string option, string sink) => option switch
    {
        "--duckdb" => sink == "DUCKDB",
        "--metrics" => sink is "TIMESTREAM" or "INFLUXDB",
        "--price-per-million-writes" => sink != "INFLUXDB",
        _ => true,
    };
}
