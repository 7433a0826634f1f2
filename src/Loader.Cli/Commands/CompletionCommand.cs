using System.CommandLine;
using Loader.Cli.Completion;
using Loader.Cli.Hosting;
using Loader.Cli.Reference;

namespace Loader.Cli.Commands;

/// <summary><c>loader completion</c>: prints the script that completes the command line in a shell.</summary>
/// <remarks>
/// The script has all words in it and does not run the loader, which takes 50 ms to start: a completion comes at once, and the shell
/// completes paths with its own rules for quotes and home folders.
/// </remarks>
internal static class CompletionCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        The script completes commands, options, their values and paths. To load it in every new shell, add a line to the shell's profile,
        or write it to the folder of completions. A script in a file does not change with the loader: write it again after an update.

        bash, in ~/.bashrc (macOS: ~/.bash_profile):
          eval "$(loader completion bash)"

        zsh, in ~/.zshrc:
          autoload -Uz compinit && compinit
          source <(loader completion zsh)

        fish, once:
          loader completion fish > ~/.config/fish/completions/loader.fish

        PowerShell, in $PROFILE:
          loader completion pwsh | Out-String | Invoke-Expression
        """;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, IReadOnlyDictionary<Command, string> notes)
    {
        var shell = new Argument<string>("shell") { Description = "The shell" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print the script that completes the command line in a shell") { shell };
        command.SetAction(result =>
        {
            CommandEntry root = CommandTree.Read(result.RootCommandResult.Command, notes);
            host.Output.Profile.Out.Writer.Write(result.GetValue(shell) switch
            {
                "bash" => BashCompletion.Write(root),
                "zsh" => ZshCompletion.Write(root),
                "fish" => FishCompletion.Write(root),
                _ => PowerShellCompletion.Write(root),
            });
            return ExitCode.Success;
        });
        return command;
    }
}
