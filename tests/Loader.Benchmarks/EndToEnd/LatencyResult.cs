namespace Loader.Benchmarks.EndToEnd;

/// <summary>The rate with so many requests in flight.</summary>
internal sealed record LatencyResult(int LatencyMilliseconds, int InFlight, double RowsPerSecond, double CpuMicrosecondsPerRow);
