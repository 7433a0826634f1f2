namespace Loader.Benchmarks.EndToEnd;

/// <summary>What a process that loaded one file tells of itself.</summary>
internal sealed record LoadedFile(long Rows, double Seconds, double CpuSeconds, long PeakBytes);
