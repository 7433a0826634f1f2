using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Loader.Tests.Lambda;

/// <summary>The executable as a process without Lambda: it runs one event and ends.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed partial record LocalRun(int ExitCode, string Output, string Errors)
{
    private const int Sigterm = 15;

    /// <summary>Gets the response or the error on standard output, which must be one JSON document.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Runs the executable to its end.</summary>
    /// <param name="settings">The environment variables; nothing is inherited.</param>
    /// <param name="arguments">The arguments.</param>
    public static Task<LocalRun> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        RunAsync(settings, input: "", arguments);

    /// <summary>Runs the executable to its end.</summary>
    /// <param name="settings">The environment variables; nothing is inherited.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="arguments">The arguments.</param>
    public static async Task<LocalRun> RunAsync(IReadOnlyDictionary<string, string> settings, string input, string[] arguments)
    {
        using Process process = Start(settings, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Runs the executable and sends it the signal to stop once something has happened.</summary>
    /// <param name="settings">The environment variables; nothing is inherited.</param>
    /// <param name="happened">Completes when the signal is due.</param>
    /// <param name="stopping">Called when the process says that it stops.</param>
    /// <param name="arguments">The arguments.</param>
    public static async Task<LocalRun> StopAsync(
        IReadOnlyDictionary<string, string> settings, Task happened, Action stopping, params string[] arguments)
    {
        using Process process = Start(settings, arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await happened.WaitAsync(LambdaProcess.Patience);

        // SIGINT does the same, but a process that a shell starts in the background ignores it.
        _ = SendSignal(process.Id, Sigterm);
        var errors = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            errors.Add(line);
            if (line.StartsWith("Stopping", StringComparison.Ordinal))
            {
                stopping();
            }
        }

        await process.WaitForExitAsync();
        return new LocalRun(process.ExitCode, await output, string.Join('\n', errors));
    }

    private static Process Start(IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(LambdaProcess.Bootstrap, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach ((string variable, string value) in settings)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<LocalRun> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(LambdaProcess.Patience);
        await process.WaitForExitAsync(patience.Token);
        return new LocalRun(process.ExitCode, await output, await errors);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
