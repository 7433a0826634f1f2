using System.Diagnostics;
using System.Runtime;
using Loader.Benchmarks.Endpoint;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>One thing that is measured against the others in one run.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Endpoint">Where it sends, or <see langword="null"/>.</param>
/// <param name="RunAsync">Does it once and returns the rows.</param>
internal sealed record Part(string Name, EndpointProcess? Endpoint, Func<CancellationToken, Task<long>> RunAsync)
{
    private const double MostCompiling = 0.01;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Repeats it, three times at least, until hardly any of its CPU time is the compiler's: the loops and the HTTP client are compiled more than once, with what was
    /// learnt of them, and that goes on for seconds.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        double compiling = 1;
        for (int times = 0; times < 3 || (compiling > MostCompiling && watch.Elapsed < LongestWarmUp); times++)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            TimeSpan compiler = JitInfo.GetCompilationTime();
            await RunAsync(cancellationToken);
            compiling = (JitInfo.GetCompilationTime() - compiler) / (Environment.CpuUsage.TotalTime - cpu);
        }
    }

    /// <summary>Does it once and measures it.</summary>
    public async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        // What the part before left behind is not this one's.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TimeSpan endpointCpu = Endpoint?.Cpu ?? TimeSpan.Zero;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long begun = Stopwatch.GetTimestamp();
        long rows = await RunAsync(cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        return new Measurement(
            rows,
            elapsed,
            Environment.CpuUsage.TotalTime - cpu,
            (Endpoint?.Cpu ?? TimeSpan.Zero) - endpointCpu,
            GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
