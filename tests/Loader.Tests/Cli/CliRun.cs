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
        IAnsiConsole errorConsole = CliHost.CreateConsole(error, isRedirected: true);
        var host = new CliHost(
            CliHost.CreateConsole(output, isRedirected: true), errorConsole, new ConfigurationBuilder().AddInMemoryCollection(_settings).Build())
        {
            Folder = Folder,
            Signals = Signals,
            ConfigureServices = Services,
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
