namespace Loader.Benchmarks.EndToEnd;

/// <summary>Measures parts in turns, so that what the machine does meanwhile meets all of them alike.</summary>
internal static class Rounds
{
    /// <summary>Warms every part up and measures it.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What each part took, by its name.</returns>
    public static async Task<Dictionary<string, Medians>> RunAsync(IReadOnlyList<Part> parts, int rounds, CancellationToken cancellationToken)
    {
        foreach (Part part in parts)
        {
            Progress.Say($"warming up {part.Name}");
            await part.WarmUpAsync(cancellationToken);
        }

        var taken = parts.ToDictionary(part => part.Name, _ => new List<Measurement>());
        for (int round = 0; round < rounds; round++)
        {
            // To and fro, so that no part always follows the same one.
            foreach (Part part in round % 2 == 0 ? parts : parts.Reverse())
            {
                Measurement measurement = await part.MeasureAsync(cancellationToken);
                taken[part.Name].Add(measurement);
                Progress.Say($"round {round + 1} {part.Name}: {measurement.RowsPerSecond:N0} rows/s, {measurement.CpuMicrosecondsPerRow:0.000} us CPU a row");
            }
        }

        return taken.ToDictionary(pair => pair.Key, pair => Medians.Of(pair.Value));
    }
}
