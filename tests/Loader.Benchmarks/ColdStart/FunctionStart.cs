using System.Diagnostics;
using System.Globalization;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;

namespace Loader.Benchmarks.ColdStart;

/// <summary>One start of a function: how long its first response took from the start of the process, and what the process used for it.</summary>
/// <param name="Milliseconds">The time from the start of the process to the response.</param>
/// <param name="CpuMilliseconds">The CPU time that the threads of the process have used.</param>
/// <param name="PeakBytes">The peak resident memory.</param>
internal sealed record FunctionStart(double Milliseconds, double CpuMilliseconds, long PeakBytes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Starts a function, sends it one event and ends it.</summary>
    /// <param name="server">The services.</param>
    /// <param name="executable">The function's binary.</param>
    /// <param name="environment">The environment variables besides those of Lambda; the process inherits none.</param>
    /// <param name="input">The event.</param>
    /// <returns>The measurement.</returns>
    public static async Task<FunctionStart> MeasureAsync(
        LocalAwsServer server, string executable, IEnumerable<KeyValuePair<string, string>> environment, string input)
    {
        LambdaFunction function = server.Lambda.Function($"f-{Guid.NewGuid():N}");
        var start = new ProcessStartInfo(executable) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment.Clear();
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = server.Lambda.RuntimeApi(function.Name);
        start.Environment["AWS_LAMBDA_FUNCTION_NAME"] = function.Name;
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "1769";
        start.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        start.Environment["_HANDLER"] = "LoadFromStepFunctions";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        long begun = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        try
        {
            process.OutputDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            Task<LambdaResult> answer = function.InvokeAsync(input, Patience);
            if (await Task.WhenAny(answer, process.WaitForExitAsync()) != answer)
            {
                throw new InvalidOperationException($"{executable} ended with exit code {process.ExitCode} before it answered: {string.Join(' ', function.InitErrors)}");
            }

            double milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            LambdaResult result = await answer;
            if (!result.IsSuccess)
            {
                throw new InvalidOperationException($"{executable} answered with an error: {result.Payload}");
            }

            return new FunctionStart(milliseconds, CpuMillisecondsOf(process.Id), PeakBytesOf(process.Id));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Sums the time of all threads. The totals of a process have steps of 10 ms, which is too coarse here.</summary>
    private static double CpuMillisecondsOf(int process) => Directory.EnumerateDirectories($"/proc/{process}/task").Sum(task =>
        long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1e6;

    private static long PeakBytesOf(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan("VmHWM:".Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
