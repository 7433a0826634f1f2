using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Loader.Cli.Commands;

/// <summary>Prints the help of a command, followed by its notes: examples, exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyDictionary<Command, string> notes) : SynchronousCommandLineAction
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
