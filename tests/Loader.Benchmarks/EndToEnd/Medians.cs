namespace Loader.Benchmarks.EndToEnd;

/// <summary>The median of each figure over the rounds of a part.</summary>
internal sealed record Medians
{
    public required long Rows { get; init; }

    public required double RowsPerSecond { get; init; }

    public required double CpuMicrosecondsPerRow { get; init; }

    public required double EndpointCpuMicrosecondsPerRow { get; init; }

    public required double AllocatedBytesPerRow { get; init; }

    public static Medians Of(IReadOnlyCollection<Measurement> rounds) => new()
    {
        Rows = rounds.First().Rows,
        RowsPerSecond = Median(rounds.Select(round => round.RowsPerSecond)),
        CpuMicrosecondsPerRow = Median(rounds.Select(round => round.CpuMicrosecondsPerRow)),
        EndpointCpuMicrosecondsPerRow = Median(rounds.Select(round => round.EndpointCpuMicrosecondsPerRow)),
        AllocatedBytesPerRow = Median(rounds.Select(round => round.AllocatedBytesPerRow)),
    };

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
