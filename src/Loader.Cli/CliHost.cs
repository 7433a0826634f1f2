using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Loader.Cli;

/// <summary>What the command line has around it: consoles, settings, a folder, a clock and the signals to stop.</summary>
/// <remarks>Commands take it in place of the process's own, so that they run side by side in tests.</remarks>
/// <param name="Output">Where results go: standard output.</param>
/// <param name="Error">Where progress, warnings and errors go: standard error.</param>
/// <param name="Configuration">The settings, under the names of the environment variables.</param>
internal sealed record CliHost(IAnsiConsole Output, IAnsiConsole Error, IConfiguration Configuration)
{
    /// <summary>The width of what is not shown on a terminal: whoever reads it cuts lines where they want.</summary>
    private const int PlainWidth = 1_000;

    /// <summary>Gets the folder that defaults such as <c>energy.duckdb</c> and <c>.loader</c> are in; empty for the current one.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the signals to stop.</summary>
    public StopSignals Signals { get; init; } = new();

    /// <summary>Gets what takes the place of services that the loader would make itself.</summary>
    public Action<IServiceCollection> Services { get; init; } = static _ => { };

    /// <summary>Makes the host of this process.</summary>
    public static CliHost OfProcess(StopSignals signals) => new(
        ConsoleOn(Console.Out, Console.IsOutputRedirected),
        ConsoleOn(Console.Error, Console.IsErrorRedirected),
        new ConfigurationBuilder().AddEnvironmentVariables().Build())
    {
        Signals = signals,
    };

    /// <summary>Makes a console on a writer; one that is no terminal gets plain text.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }

    /// <summary>Returns a default's path below <see cref="Folder"/>.</summary>
    public string PathOf(string name) => Folder.Length == 0 ? name : Path.Combine(Folder, name);
}
