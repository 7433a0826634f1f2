using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;

namespace Loader.Cli.Reference;

/// <summary>Reads what the commands, arguments and options are from the definitions that also parse the command line.</summary>
internal static class CommandTree
{
    /// <summary>Reads a command and all below it that are not hidden.</summary>
    /// <param name="root">The top command.</param>
    /// <param name="notes">The text below the options in each command's help.</param>
    public static CommandEntry Read(Command root, IReadOnlyDictionary<Command, string> notes) => Read(root, "loader", [], notes);

    private static CommandEntry Read(
        Command command, string path, IReadOnlyList<OptionEntry> inherited, IReadOnlyDictionary<Command, string> notes)
    {
        List<Option> options = [.. command.Options.Where(option => !option.Hidden)];
        IReadOnlyList<OptionEntry> below = [.. options.Where(option => option.Recursive).Select(Read), .. inherited];
        return new CommandEntry(
            path,
            command.Description ?? "",
            notes.GetValueOrDefault(command, ""),
            [.. command.Arguments.Where(argument => !argument.Hidden).Select(Read)],
            [.. options.Select(Read)],
            inherited,
            [.. command.Subcommands.Where(child => !child.Hidden).Select(child => Read(child, $"{path} {child.Name}", below, notes))]);
    }

    /// <summary>Reads an argument: one without choices is a path.</summary>
    private static ArgumentEntry Read(Argument argument) => new(
        argument.Name,
        argument.Description ?? "",
        argument.Arity.MinimumNumberOfValues > 0,
        argument.Arity.MaximumNumberOfValues > 1,
        ChoicesOf(argument) is { Count: > 0 } choices
            ? new ValueEntry(ValueKind.Choice, argument.Name, choices)
            : new ValueEntry(ValueKind.File, argument.Name, []));

    private static OptionEntry Read(Option option) => new(
        [option.Name, .. option.Aliases.Where(name => name.StartsWith('-')).Order(StringComparer.Ordinal)],
        option.Description ?? "",
        IsSwitch(option) || !option.HasDefaultValue ? "" : Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) ?? "",
        ReadValue(option),
        option.Arity.MaximumNumberOfValues > 1,
        option.Recursive);

    private static bool IsSwitch(Option option) => option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    /// <summary>
    /// Reads the value of an option from its placeholder: words in small letters with bars between are choices, and FILE or DIR is a path.
    /// Without a placeholder, the words that the parser knows are the choices.
    /// </summary>
    private static ValueEntry ReadValue(Option option)
    {
        if (IsSwitch(option))
        {
            return new ValueEntry(ValueKind.None, "", []);
        }

        if (option.HelpName is not { } name)
        {
            List<string> known = ChoicesOf(option);
            return known.Count > 0
                ? new ValueEntry(ValueKind.Choice, string.Join('|', known), known)
                : new ValueEntry(ValueKind.Text, "TEXT", []);
        }

        if (name.Contains('|', StringComparison.Ordinal) && name.All(letter => letter is (>= 'a' and <= 'z') or '|' or '-'))
        {
            return new ValueEntry(ValueKind.Choice, name, name.Split('|'));
        }

        bool isPath = name.Contains("FILE", StringComparison.Ordinal) || name.Contains("DIR", StringComparison.Ordinal);
        return new ValueEntry(isPath ? ValueKind.File : ValueKind.Text, name, []);
    }

    private static List<string> ChoicesOf(Symbol symbol) =>
        [.. symbol.GetCompletions(CompletionContext.Empty).Select(choice => choice.Label)];
}
