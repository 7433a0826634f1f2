namespace Loader.Benchmarks.EndToEnd;

/// <summary>The peak resident memory of a load, in megabytes of 10⁶ bytes.</summary>
internal sealed record PeakMemoryResult(long Rows, int RowsPerRowGroup, double Megabytes);
