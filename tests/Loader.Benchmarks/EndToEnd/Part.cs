using System.Diagnostics;
using Loader.Benchmarks.Endpoint;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>One thing that is measured against the others in one run.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Endpoint">Where it sends, or <see langword="null"/>.</param>
/// <param name="RunAsync">Does it once and returns the rows.</param>
internal sealed record Part(string Name, EndpointProcess? Endpoint, Func<CancellationToken, Task<long>> RunAsync)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Repeats it until the code it runs has been compiled with what was learnt of it: for two seconds, and three times at least.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        for (int times = 0; times < 3 || watch.Elapsed < WarmUp; times++)
        {
            await RunAsync(cancellationToken);
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
