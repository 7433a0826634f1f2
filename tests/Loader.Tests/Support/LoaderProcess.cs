using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Loader.Tests.Support;

/// <summary>The command line in a separate process, which a test can kill.</summary>
internal sealed class LoaderProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private LoaderProcess(Process process)
    {
        _process = process;
        _output = ReadOutputAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>
    /// Gets the peak resident memory, in bytes, of the process when it last wrote to standard output, or <see langword="null"/> if the system does not report
    /// it. A process that writes more than a pipe holds (64 KiB) is certain to be still running at some time.
    /// </summary>
    public long? PeakBytes { get; private set; }

    /// <summary>Starts <c>loader</c> with only the given environment and what a .NET process needs.</summary>
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
        start.ArgumentList.Add(typeof(Loader.Cli.CommandLineApp).Assembly.Location);
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

    /// <summary>Kills the process without a chance to clean up. Does nothing if it has ended.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself before the signal arrived.
        }
    }

    /// <summary>Waits for the process to end.</summary>
    /// <returns>The exit code (137 after a kill), standard output and standard error.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _output, await _errors);
    }

    private async Task<string> ReadOutputAsync()
    {
        var output = new StringBuilder();
        char[] buffer = new char[4_096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            PeakBytes = ReadPeakBytes() ?? PeakBytes;
            output.Append(buffer, 0, count);
        }

        return output.ToString();
    }

    private long? ReadPeakBytes()
    {
        try
        {
            // "VmHWM:     76484 kB"
            string? line = File.ReadLines($"/proc/{_process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : 1024 * long.Parse(line.AsSpan("VmHWM:".Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // Another operating system, or the process has ended.
            return null;
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
