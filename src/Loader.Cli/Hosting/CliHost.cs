using Loader.Cli.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Loader.Cli.Hosting;

/// <summary>The environment of a command: consoles, settings, folder, clock and stop signals.</summary>
/// <remarks>Commands use it instead of the process's globals, so that tests can run commands in parallel.</remarks>
/// <param name="Output">Receives results: standard output.</param>
/// <param name="Error">Receives progress, warnings and errors: standard error.</param>
/// <param name="Settings">The settings, which know where each one comes from.</param>
internal sealed record CliHost(IAnsiConsole Output, IAnsiConsole Error, LayeredSettings Settings)
{
    /// <summary>Initializes a new instance of the <see cref="CliHost"/> class whose settings are the environment variables.</summary>
    /// <param name="output">Receives results: standard output.</param>
    /// <param name="error">Receives progress, warnings and errors: standard error.</param>
    /// <param name="environment">The environment variables.</param>
    public CliHost(IAnsiConsole output, IAnsiConsole error, IConfiguration environment)
        : this(output, error, new LayeredSettings(environment))
    {
    }

    /// <summary>Gets the settings by the names of the environment variables.</summary>
    public IConfiguration Configuration => Settings.Configuration;

    /// <summary>Gets a value indicating whether only errors and the result are printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Gets the log, or <see langword="null"/> if none is kept.</summary>
    public LogFile? Log { get; init; }

    /// <summary>Gets the JSON document on standard output.</summary>
    public JsonResult Json { get; } = new(Output.Profile.Out.Writer);

    /// <summary>Gets the folder of default paths such as <c>energy.duckdb</c> and <c>.loader</c>; empty for the current folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Gets standard input.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets the line on the terminal that shows the progress, or <see langword="null"/> if standard error is no terminal that can keep one.
    /// </summary>
    public StatusLine? StatusLine { get; init; }

    /// <summary>
    /// Gets the time between two lines of progress if there is no <see cref="StatusLine"/>; <see cref="TimeSpan.MaxValue"/> for no lines.
    /// </summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets a value indicating whether standard output is a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Gets the stop signals.</summary>
    public StopSignals Signals { get; init; } = new();

    /// <summary>Gets the registration of services that replace the loader's own.</summary>
    public Action<IServiceCollection> ConfigureServices { get; init; } = static _ => { };

    /// <summary>Creates the host of this process.</summary>
    public static CliHost CreateForProcess(TextWriter output, TextWriter error, StopSignals signals, bool isAscii)
    {
        bool keepsStatus = !Console.IsErrorRedirected && CreateConsole(error, isRedirected: false, isAscii).Profile.Capabilities.Ansi;
        StatusLine? status = keepsStatus ? new StatusLine(error) : null;
        return new CliHost(
            CreateConsole(output, Console.IsOutputRedirected, isAscii),
            CreateConsole(status ?? error, Console.IsErrorRedirected, isAscii),
            new ConfigurationBuilder().AddEnvironmentVariables().Build())
        {
            Signals = signals,

            // Console.In would block the thread that waits for a line.
            Input = new StreamReader(Console.OpenStandardInput()),
            StatusLine = status,
            IsOutputTerminal = !Console.IsOutputRedirected,
        };
    }

    /// <summary>Creates a console that writes to a writer. Redirected output is plain text, and its lines are not wrapped.</summary>
    public static IAnsiConsole CreateConsole(TextWriter writer, bool isRedirected, bool isAscii = false)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,

            // Build servers have colors, but files and pipes have none there either.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = !isRedirected },
        });
        console.Profile.Capabilities.Unicode = !isAscii;
        console.Pipeline.Attach(new TextLayout());
        if (isRedirected)
        {
            console.Profile.Width = TextLayout.Unlimited;
        }

        return console;
    }

    /// <summary>Returns the path of a file or folder in <see cref="Folder"/>.</summary>
    public string ResolvePath(string name) => Folder.Length == 0 ? name : Path.Combine(Folder, name);
}
