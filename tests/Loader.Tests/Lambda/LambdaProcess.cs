using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;

namespace Loader.Tests.Lambda;

/// <summary>
/// The real executable as a process of its own, driven through the Runtime API: the published binary that LOADER_BOOTSTRAP names, else the one that was built
/// with the tests.
/// </summary>
internal sealed class LambdaProcess : IAsyncDisposable
{
    /// <summary>Long enough for a slow machine; it decides nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly LambdaFunction _function;
    private readonly ConcurrentQueue<string> _log = new();

    private LambdaProcess(Process process, LambdaFunction function)
    {
        _process = process;
        _function = function;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>Gets what the process wrote so far, line by line.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    public bool IsAlive => !_process.HasExited;

    /// <summary>Gets the most memory that the process had resident so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>Gets the processor time that the process took so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a function at a server.</summary>
    /// <param name="server">The services.</param>
    /// <param name="handler">The entry point.</param>
    /// <param name="settings">Environment variables besides those that the server says; an empty value takes one away.</param>
    /// <param name="bootstrap">The executable, where it is not the one under test.</param>
    /// <param name="name">The function's name, where somebody else calls it; else it has one of its own.</param>
    public static LambdaProcess Start(
        LocalAwsServer server, string? handler, IReadOnlyDictionary<string, string>? settings = null, string? bootstrap = null, string? name = null)
    {
        LambdaFunction function = server.Lambda.Function(name ?? $"f-{Guid.NewGuid():N}");
        var start = new ProcessStartInfo(bootstrap ?? Bootstrap) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = server.Lambda.RuntimeApi(function.Name);
        start.Environment["AWS_LAMBDA_FUNCTION_NAME"] = function.Name;
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512";
        start.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        start.Environment["_HANDLER"] = handler ?? "";
        foreach ((string variable, string value) in server.Environment().Concat(settings ?? new Dictionary<string, string>()))
        {
            start.Environment[variable] = value;
        }

        var process = new LambdaProcess(Process.Start(start)!, function);
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Gets the executable that is tested.</summary>
    public static string Bootstrap => Published ?? Built;

    /// <summary>Gets the published binary, or <see langword="null"/> where none is named.</summary>
    public static string? Published => Environment.GetEnvironmentVariable("LOADER_BOOTSTRAP") is { Length: > 0 } path ? path : null;

    /// <summary>Gets the executable that was built with the tests, for the same configuration.</summary>
    public static string Built
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(output.Parent!.Parent!.FullName, "Loader.Lambda", output.Name, "bootstrap");
        }
    }

    /// <summary>Hands over an event and waits for the answer or the error; a process that ends instead is an error too.</summary>
    public async Task<LambdaResult> InvokeAsync(string json, TimeSpan? timeout = null)
    {
        Task<LambdaResult> answer = _function.InvokeAsync(json, timeout ?? Patience);
        if (await Task.WhenAny(answer, _process.WaitForExitAsync()) != answer)
        {
            _function.ReportExit(_process.ExitCode);
        }

        return await answer;
    }

    /// <summary>Waits until the process ends by itself.</summary>
    /// <returns>Its exit code, and the init errors that it reported.</returns>
    public async Task<(int ExitCode, IReadOnlyList<string> InitErrors)> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, _function.InitErrors);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
        }
    }
}
