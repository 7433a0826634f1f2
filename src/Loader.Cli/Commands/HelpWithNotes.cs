using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Loader.Cli.Commands;

/// <summary>Prints the help of a command, and below it what does not fit into one line: examples, exit codes.</summary>
internal sealed class HelpWithNotes(HelpAction help, IReadOnlyDictionary<Command, string> notes) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (notes.TryGetValue(parseResult.CommandResult.Command, out string? text))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
            parseResult.InvocationConfiguration.Output.WriteLine();
        }

        return code;
    }
}
