namespace Loader.Benchmarks.EndToEnd;

/// <summary>The rate on one core with so many row groups and requests in flight, and the peak resident memory in megabytes of 10⁶ bytes.</summary>
internal sealed record FunctionDefaultsResult(int RowGroups, int InFlight, double RowsPerSecond, double Megabytes);
