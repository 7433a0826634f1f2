using System.Text;
using Loader.Cli.Reference;

namespace Loader.Cli.Completion;

/// <summary>Writes the completion script for fish.</summary>
internal static class FishCompletion
{
    private const string Head = """
        # Completion of loader for fish, written by: loader completion fish

        # Prints the command that the words before the cursor name.
        function __loader_command
            set -l command loader
            set -l words (commandline -opc)
            for word in $words[2..-1]
                switch "$command $word"

        """;

    private const string Tail = """
                        set command "$command $word"
                end
            end
            echo $command
        end

        function __loader_is
            test (__loader_command) = "$argv"
        end

        # Files are completed only where a command or option takes them.
        complete -c loader -f

        """;

    /// <summary>Writes the script.</summary>
    public static string Write(CommandEntry root)
    {
        IEnumerable<string> paths = root.Flatten().Skip(1).Select(command => Quote(command.Path));
        var script = new StringBuilder(Head);
        script.Append("            case ").AppendJoin(' ', paths).Append('\n').Append(Tail);
        foreach (CommandEntry command in root.Flatten())
        {
            script.Append('\n');
            foreach (CommandEntry child in command.Commands)
            {
                Add(script, command, $"-a {child.Name} -d {Quote(CompletionText.Shorten(child.Description))}");
            }

            foreach (OptionEntry option in command.AllOptions)
            {
                Add(script, command, $"{NamesOf(option)} -d {Quote(CompletionText.Shorten(option.Description))}{ValueOf(option.Value)}");
            }

            if (CompletionText.ChoicesOf(command) is { Count: > 0 } choices)
            {
                Add(script, command, $"-a {Quote(string.Join(' ', choices))}");
            }

            if (CompletionText.TakesFiles(command))
            {
                Add(script, command, "-F");
            }
        }

        return script.ToString();
    }

    private static void Add(StringBuilder script, CommandEntry command, string rest) =>
        script.Append("complete -c loader -n ").Append(Quote($"__loader_is {command.Path}")).Append(' ').Append(rest).Append('\n');

    private static string NamesOf(OptionEntry option) => string.Join(' ', option.Names.Select(name =>
        name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {Quote(name[1..])}"));

    private static string ValueOf(ValueEntry value) => value.Kind switch
    {
        ValueKind.Choice => $" -x -a {Quote(string.Join(' ', value.Choices))}",
        ValueKind.File => " -r -F",
        ValueKind.Text => " -x",
        _ => "",
    };

    private static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
