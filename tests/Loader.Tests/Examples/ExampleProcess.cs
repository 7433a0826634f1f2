using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Loader.Tests.Support;

namespace Loader.Tests.Examples;

/// <summary>An example as a process of its own, which a test can stop as a service manager does.</summary>
internal sealed partial class ExampleProcess : IAsyncDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;

    private ExampleProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts an example. It was built with the configuration of the tests, into a folder beside theirs.</summary>
    public static ExampleProcess Start(
        string project, string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string path = Path.Combine(Repository.Root, "artifacts", "bin", project, configuration, program + ".dll");
        var start = new ProcessStartInfo("dotnet", [path, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ExampleProcess(Process.Start(start)!);
    }

    /// <summary>Reads standard output until a line contains a text. Lines before it count too.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        if (_output.ToString().Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } known)
        {
            return known;
        }

        while (await _process.StandardOutput.ReadLineAsync(_limit.Token) is { } line)
        {
            _output.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new AssertionException($"The example ended without '{text}': {_output}{await _error}");
    }

    /// <summary>Stops the process with SIGTERM, and waits for its end.</summary>
    public Task<(int Exit, string Output)> StopAsync()
    {
        _ = SendSignal(_process.Id, Sigterm);
        return WaitAsync();
    }

    /// <summary>Waits for the end of the process.</summary>
    public async Task<(int Exit, string Output)> WaitAsync()
    {
        _output.Append(await _process.StandardOutput.ReadToEndAsync(_limit.Token));
        await _process.WaitForExitAsync(_limit.Token);
        return (_process.ExitCode, _output + await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _limit.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
