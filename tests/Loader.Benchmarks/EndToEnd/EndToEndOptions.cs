namespace Loader.Benchmarks.EndToEnd;

/// <summary>What is measured, and how large.</summary>
internal sealed record EndToEndOptions
{
    public static IReadOnlyList<string> AllParts { get; } = ["prepared", "delivered", "floor", "raw", "naive", "units", "s3", "latency", "memory", "largest", "defaults"];

    public required int Rows { get; init; }

    public required int Rounds { get; init; }

    public required int InFlight { get; init; }

    public required int Latency { get; init; }

    public required IReadOnlyCollection<string> Parts { get; init; }

    public required IReadOnlyList<long> MemoryRows { get; init; }

    public bool Has(string part) => Parts.Contains(part);
}
