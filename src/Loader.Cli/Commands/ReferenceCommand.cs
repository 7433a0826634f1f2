using System.CommandLine;
using Loader.Cli.Hosting;
using Loader.Cli.Reference;

namespace Loader.Cli.Commands;

/// <summary><c>loader reference</c>, which help does not list: prints the reference of all commands.</summary>
internal static class ReferenceCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, IReadOnlyDictionary<Command, string> notes)
    {
        var format = new Argument<string>("format") { Description = "The format: docs/cli.md or a manual page" };
        format.AcceptOnlyFromAmong("markdown", "man");
        var command = new Command("reference", "Print the reference of all commands") { format };
        command.Hidden = true;
        command.SetAction(result =>
        {
            CommandEntry root = CommandTree.Read(result.RootCommandResult.Command, notes);
            host.Output.Profile.Out.Writer.Write(
                result.GetValue(format) == "man" ? ManPage.Write(root, ProgramVersion.Current) : MarkdownReference.Write(root));
            return ExitCode.Success;
        });
        return command;
    }
}
