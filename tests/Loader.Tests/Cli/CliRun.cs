using System.Text.Json;
using Loader.Cli;
using Loader.Cli.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Loader.Tests.Cli;

/// <summary>Runs the command line in the test process, in a temporary folder.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly Dictionary<string, string?> _settings = [];

    /// <summary>Gets the temporary folder, which takes the place of the current folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("loader-cli-").FullName;

    /// <summary>Gets the signals of the next run; each run gets new ones.</summary>
    public StopSignals Signals { get; private set; } = new();

    public Action<IServiceCollection> Services { get; set; } = static _ => { };

    /// <summary>Gets or sets the clock of the command line; sinks and services have their own.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets the width of both consoles, or <see langword="null"/> for redirected ones.</summary>
    public int? Width { get; set; }

    /// <summary>
    /// Gets or sets the time between two lines of progress. By default there are none, so that what a test sees does not depend on how long the machine takes.
    /// </summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.MaxValue;

    /// <summary>Gets or sets the standard input of the next run.</summary>
    public TextReader Input { get; set; } = TextReader.Null;

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>Gets the standard output, parsed as one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    public CliRun Set(string variable, string value)
    {
        _settings[variable] = value;
        return this;
    }

    /// <summary>Runs a command and captures its output.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        IAnsiConsole outputConsole = CliHost.CreateConsole(output, isRedirected: true);
        IAnsiConsole errorConsole = CliHost.CreateConsole(error, isRedirected: true);
        outputConsole.Profile.Width = Width ?? outputConsole.Profile.Width;
        errorConsole.Profile.Width = Width ?? errorConsole.Profile.Width;
        var host = new CliHost(
            outputConsole, errorConsole, new ConfigurationBuilder().AddInMemoryCollection(_settings).Build())
        {
            Folder = Folder,
            Input = Input,
            Signals = Signals,
            ConfigureServices = Services,
            Time = Time,
            ProgressInterval = ProgressInterval,
        };
        try
        {
            return await new CommandLineApp(host).RunAsync(arguments);
        }
        finally
        {
            (Output, Error) = (output.ToString(), error.ToString());
            Signals.Dispose();
            Signals = new StopSignals();
        }
    }

    /// <summary>Writes sample files to a folder in <see cref="Folder"/>.</summary>
    public async Task<string> SampleAsync(string name = "samples", int days = 1)
    {
        string folder = PathOf(name);
        Assert.That(await RunAsync("sample", folder, "--days", days.ToString(System.Globalization.CultureInfo.InvariantCulture)), Is.Zero);
        return folder;
    }

    public void Dispose()
    {
        Signals.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
