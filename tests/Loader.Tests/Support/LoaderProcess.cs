using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Loader.Tests.Support;

/// <summary>The command line in a separate process, which a test can interrupt and kill.</summary>
internal sealed partial class LoaderProcess : IDisposable
{
    private const int Sigint = 2;
    private const int Sigterm = 15;

    /// <summary>A shell lets what it starts in the background ignore SIGINT, and so do their processes. Then SIGTERM does the same.</summary>
    private static readonly int InterruptSignal = IgnoresSigint() ? Sigterm : Sigint;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _reading;
    private readonly StringBuilder _errors = new();
    private readonly List<(string Text, TaskCompletionSource Found)> _awaited = [];

    private LoaderProcess(Process process, Func<LoaderProcess, Task<string>> readOutput)
    {
        _process = process;
        _output = readOutput(this);
        _reading = ReadErrorsAsync();
    }

    /// <summary>
    /// Gets the peak resident memory, in bytes, of the process when it last wrote to standard output, or <see langword="null"/> if the system does not report
    /// it. A process that writes more than a pipe holds (64 KiB) is certain to be still running at some time.
    /// </summary>
    public long? PeakBytes { get; private set; }

    /// <summary>Starts <c>loader</c> with only the given environment and what a .NET process needs.</summary>
    public static LoaderProcess Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(Launch(workingDirectory, environment, arguments), process => process.ReadOutputAsync());

    /// <summary>Starts <c>loader</c> and writes its standard output to a file, which may be larger than a string can be.</summary>
    public static LoaderProcess StartInto(string output, string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(Launch(workingDirectory, environment, arguments), process => process.CopyOutputAsync(output));

    /// <summary>Kills the process without a chance to clean up, and waits for its end. Does nothing if it has ended.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself before the signal arrived.
        }
    }

    /// <summary>Sends what Ctrl-C sends. Does nothing if the process has ended.</summary>
    public void Interrupt()
    {
        try
        {
            if (!_process.HasExited)
            {
                _ = SendSignal(_process.Id, InterruptSignal);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    /// <summary>Waits until standard error contains a text, or until the process ends.</summary>
    /// <returns>Whether it contains the text.</returns>
    public async Task<bool> SaysAsync(string text)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            _awaited.Add((text, found));
            Announce();
        }

        return await Task.WhenAny(found.Task, _reading) == found.Task || found.Task.IsCompleted;
    }

    /// <summary>Waits for the process to end.</summary>
    /// <returns>The exit code (137 after a kill), standard output and standard error.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync();
        string output = await _output;
        await _reading;
        return (_process.ExitCode, output, _errors.ToString());
    }

    /// <summary>Returns the resident memory in bytes, or <see langword="null"/> if the system does not report it or the process has ended.</summary>
    public long? ResidentBytes() => ReadStatus("VmRSS:");

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static Process Launch(string workingDirectory, IReadOnlyDictionary<string, string> environment, string[] arguments)
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

        return Process.Start(start)!;
    }

    private async Task<string> ReadOutputAsync()
    {
        var output = new StringBuilder();
        char[] buffer = new char[4_096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            PeakBytes = ReadStatus("VmHWM:") ?? PeakBytes;
            output.Append(buffer, 0, count);
        }

        return output.ToString();
    }

    private async Task<string> CopyOutputAsync(string path)
    {
        await using FileStream file = File.Create(path);
        await _process.StandardOutput.BaseStream.CopyToAsync(file);
        return "";
    }

    private async Task ReadErrorsAsync()
    {
        char[] buffer = new char[4_096];
        int count;
        while ((count = await _process.StandardError.ReadAsync(buffer)) > 0)
        {
            lock (_awaited)
            {
                _errors.Append(buffer, 0, count);
                Announce();
            }
        }
    }

    /// <summary>Completes what waits for a text that is there. Call it with the lock.</summary>
    private void Announce()
    {
        if (_awaited.Count > 0)
        {
            string errors = _errors.ToString();
            _awaited.Where(awaited => errors.Contains(awaited.Text, StringComparison.Ordinal)).ToList().ForEach(awaited => awaited.Found.TrySetResult());
        }
    }

    private static bool IgnoresSigint()
    {
        // "SigIgn:	0000000000001002": one bit for each signal, from 1.
        string? line = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return line is not null && (ulong.Parse(line.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (Sigint - 1))) != 0;
    }

    private long? ReadStatus(string name)
    {
        try
        {
            // "VmHWM:     76484 kB"
            string? line = File.ReadLines($"/proc/{_process.Id}/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null ? null : 1024 * long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // Another operating system, or the process has ended.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
