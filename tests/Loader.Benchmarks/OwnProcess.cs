using System.Diagnostics;

namespace Loader.Benchmarks;

/// <summary>This program once more, as a process of its own that runs one of its other commands. Disposing ends it.</summary>
internal sealed class OwnProcess : IDisposable
{
    private readonly Process _process;

    private OwnProcess(Process process) => _process = process;

    /// <summary>Gets its standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Gets what it prints.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Gets the CPU time that it has taken so far, in steps of 10 ms.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="environment">Environment variables besides those of this process.</param>
    /// <returns>The process.</returns>
    public static OwnProcess Start(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        string executable = Environment.ProcessPath!;
        string[] leading = Path.GetFileNameWithoutExtension(executable) == "dotnet" ? [typeof(OwnProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(executable, [.. leading, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OwnProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
