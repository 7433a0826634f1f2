using System.Text;
using Loader.Cli.Reference;

namespace Loader.Cli.Completion;

/// <summary>Writes the completion script for zsh: a function for each command, which calls <c>_arguments</c>.</summary>
internal static class ZshCompletion
{
    private const string Head = """
        #compdef loader
        # Completion of loader for zsh, written by: loader completion zsh


        """;

    private const string Tail = """
        # A file in fpath is run as the body of _loader; a script that is sourced only defines it.
        if [[ ${funcstack[1]} == _loader ]]; then
          _loader "$@"
        else
          compdef _loader loader
        fi

        """;

    /// <summary>Writes the script.</summary>
    public static string Write(CommandEntry root)
    {
        var script = new StringBuilder(Head);
        foreach (CommandEntry command in root.Flatten().Reverse())
        {
            Write(script, command);
        }

        return script.Append(Tail).ToString();
    }

    private static void Write(StringBuilder script, CommandEntry command)
    {
        script.Append(FunctionOf(command)).Append("() {\n");
        if (command.Commands.Count > 0)
        {
            script.Append("  local context state state_descr line curcontext=$curcontext\n  typeset -A opt_args\n");
        }

        // -S: no option follows '--'.
        script.Append("  _arguments -S").Append(command.Commands.Count > 0 ? " -C" : "");
        foreach (OptionEntry option in command.AllOptions)
        {
            string description = Escape(CompletionText.Shorten(option.Description));
            string value = option.Value.Kind == ValueKind.None ? "" : $":{Escape(option.Value.Name)}:{ActionOf(option.Value)}";
            foreach (string name in option.Names)
            {
                // '*' accepts the option several times, '=' also --option=value.
                string repeated = option.IsRepeated ? "*" : "";
                string joiner = value.Length > 0 && name.StartsWith("--", StringComparison.Ordinal) ? "=" : "";
                Add(script, $"{repeated}{name.Replace("?", "\\?", StringComparison.Ordinal)}{joiner}[{description}]{value}");
            }
        }

        if (command.Commands.Count > 0)
        {
            Add(script, "1:command:->command");
            Add(script, "*::argument:->argument");
            WriteCommands(script, command);
        }
        else
        {
            foreach ((int index, ArgumentEntry argument) in command.Arguments.Index())
            {
                string position = argument.IsRepeated ? "*" : $"{index + 1}";
                Add(script, $"{position}:{Escape(argument.Name)}:{ActionOf(argument.Value)}");
            }

            script.Append('\n');
        }

        script.Append("}\n\n");
    }

    private static void WriteCommands(StringBuilder script, CommandEntry command)
    {
        script.Append("\n  case $state in\n    command)\n      local -a commands=(\n");
        foreach (CommandEntry child in command.Commands)
        {
            script.Append("        ").Append(Quote($"{child.Name}:{CompletionText.Shorten(child.Description)}")).Append('\n');
        }

        script.Append("      )\n      _describe command commands\n      ;;\n    argument)\n      case ${line[1]} in\n");
        foreach (CommandEntry child in command.Commands)
        {
            script.Append("        ").Append(child.Name).Append(") ").Append(FunctionOf(child)).Append(" ;;\n");
        }

        script.Append("      esac\n      ;;\n  esac\n");
    }

    private static string ActionOf(ValueEntry value) => value.Kind switch
    {
        ValueKind.Choice => $"({string.Join(' ', value.Choices)})",
        ValueKind.File => "_files",
        _ => " ",
    };

    private static void Add(StringBuilder script, string specification) => script.Append(" \\\n    ").Append(Quote(specification));

    private static string FunctionOf(CommandEntry command) => "_" + command.Path.Replace(' ', '_');

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => CompletionText.Quote(text, "'\\''");
}
