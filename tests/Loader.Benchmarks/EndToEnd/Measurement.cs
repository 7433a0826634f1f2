namespace Loader.Benchmarks.EndToEnd;

/// <summary>What one round of one part took.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Elapsed">The time.</param>
/// <param name="Cpu">The CPU time of this process, all threads and the collector included.</param>
/// <param name="EndpointCpu">The CPU time of the endpoint's process.</param>
/// <param name="AllocatedBytes">The bytes allocated on the managed heap.</param>
internal readonly record struct Measurement(long Rows, TimeSpan Elapsed, TimeSpan Cpu, TimeSpan EndpointCpu, long AllocatedBytes)
{
    public double RowsPerSecond => Rows / Elapsed.TotalSeconds;

    public double CpuMicrosecondsPerRow => Cpu.TotalMicroseconds / Rows;

    public double EndpointCpuMicrosecondsPerRow => EndpointCpu.TotalMicroseconds / Rows;

    public double AllocatedBytesPerRow => AllocatedBytes / (double)Rows;
}
