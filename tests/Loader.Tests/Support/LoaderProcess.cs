using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loader.Tests.Support;

/// <summary>The command line as a process of its own, as a user starts it, so that it can be killed.</summary>
internal sealed class LoaderProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private LoaderProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts <c>loader</c> with nothing in its environment but what is given and what a .NET process needs.</summary>
    public static LoaderProcess Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var start = new ProcessStartInfo(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.ArgumentList.Add(typeof(Loader.Cli.ExitCode).Assembly.Location);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = root;
        start.Environment["HOME"] = workingDirectory;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new LoaderProcess(Process.Start(start)!);
    }

    /// <summary>Ends the process at once, without a chance to clean up. Does nothing when it has ended.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself before the signal came.
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code (137 after a kill), what was printed, and what was said on standard error.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _output, await _errors);
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
