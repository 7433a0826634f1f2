using System.Text;
using Loader.Cli.Reference;

namespace Loader.Cli.Completion;

/// <summary>Writes the completion script for bash, from version 3.2 on (macOS).</summary>
internal static class BashCompletion
{
    private const string Head = """
        # Completion of loader for bash, written by: loader completion bash

        # Sets what can follow a command: commands, options, choices (of its argument), files (whether its argument is a path), and of
        # the options that need a value, those that take a path and those that take other text.
        _loader_at() {
          commands= options= choices= files= path_options= text_options=
          case $1 in

        """;

    private const string Middle = """
          esac
        }

        # Sets the choices of an option, if it has any.
        _loader_choices() {
          values=
          case $1 in

        """;

    private const string Tail = """
          esac
        }

        _loader() {
          local current=${COMP_WORDS[COMP_CWORD]} command=loader option= only_files= word words i values
          local commands options choices files path_options text_options
          _loader_at "$command"
          for ((i = 1; i < COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            if [[ -n $option ]]; then
              # bash splits --option=value into three words.
              [[ $word == = ]] || option=
            elif [[ -n $only_files ]]; then
              continue
            elif [[ $word == -- ]]; then
              only_files=1
            elif [[ $word == -* ]]; then
              _loader_choices "$command $word"
              if [[ -n $values || " $path_options $text_options " == *" $word "* ]]; then option=$word; fi
            elif [[ " $commands " == *" $word "* ]]; then
              command="$command $word"
              _loader_at "$command"
            fi
          done

          # Nothing in COMPREPLY leaves it to readline, which completes paths. Other text cannot be completed.
          COMPREPLY=()
          if [[ $current == = ]]; then current=; fi
          if [[ -n $option && $current != -* ]]; then
            _loader_choices "$command $option"
            words=$values
            files=
            if [[ " $path_options " == *" $option "* ]]; then return; fi
          elif [[ $current == -* && -z $only_files ]]; then
            words=$options
            files=
          else
            words="$commands $choices"
          fi

          if [[ -n $files || -n $only_files ]]; then return; fi
          COMPREPLY=($(compgen -W "$words" -- "$current"))
          if [[ ${#COMPREPLY[@]} -eq 0 ]]; then compopt +o default +o bashdefault 2>/dev/null; fi
        }

        complete -o bashdefault -o default -F _loader loader

        """;

    /// <summary>Writes the script.</summary>
    public static string Write(CommandEntry root)
    {
        var script = new StringBuilder(Head);
        foreach (CommandEntry command in root.Flatten())
        {
            script.Append("    ").Append(Quote(command.Path)).Append(")\n");
            Set(script, "commands", command.Commands.Select(child => child.Name));
            Set(script, "options", command.AllOptions.SelectMany(option => option.Names));
            Set(script, "choices", CompletionText.ChoicesOf(command));
            Set(script, "files", CompletionText.TakesFiles(command) ? ["1"] : []);
            Set(script, "path_options", NamesOf(command, ValueKind.File));
            Set(script, "text_options", NamesOf(command, ValueKind.Text));
            script.Append("      ;;\n");
        }

        script.Append(Middle);
        foreach (CommandEntry command in root.Flatten())
        {
            foreach (OptionEntry option in command.AllOptions.Where(option => option.Value.Kind == ValueKind.Choice))
            {
                script.Append("    ").AppendJoin('|', option.Names.Select(name => Quote($"{command.Path} {name}"))).Append(") values=")
                    .Append(Quote(string.Join(' ', option.Value.Choices))).Append(" ;;\n");
            }
        }

        return script.Append(Tail).ToString();
    }

    private static IEnumerable<string> NamesOf(CommandEntry command, ValueKind kind) =>
        command.AllOptions.Where(option => option.Value.Kind == kind).SelectMany(option => option.Names);

    private static void Set(StringBuilder script, string name, IEnumerable<string> words)
    {
        string text = string.Join(' ', words);
        if (text.Length > 0)
        {
            script.Append("      ").Append(name).Append('=').Append(Quote(text)).Append('\n');
        }
    }

    private static string Quote(string text) => CompletionText.Quote(text, "'\\''");
}
