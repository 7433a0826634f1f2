using System.Text.Json;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.Input;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The most memory that a load keeps resident, in the median of some loads, each in a process of its own that does nothing else.</summary>
internal static class PeakMemory
{
    private const int Loads = 3;

    public static async Task<IReadOnlyList<PeakMemoryResult>> RunAsync(InputFolder inputs, EndToEndOptions options, CancellationToken cancellationToken)
    {
        using EndpointProcess endpoint = await EndpointProcess.StartAsync(latency: 0, cancellationToken);
        var results = new List<PeakMemoryResult>();
        foreach (int rowsPerRowGroup in new[] { InputFolder.SmallRowGroup, InputFolder.LargeRowGroup })
        {
            foreach (long rows in options.MemoryRows)
            {
                string path = inputs.FileOf(InputShape.Interleaved, rows, rowsPerRowGroup);
                var loads = new LoadedFile[Loads];
                for (int load = 0; load < Loads; load++)
                {
                    loads[load] = await LoadAsync(path, endpoint.Address, options.InFlight, cancellationToken);
                }

                InputFolder.Delete(path);
                LoadedFile loaded = loads.OrderBy(load => load.PeakBytes).ElementAt(Loads / 2);
                results.Add(new PeakMemoryResult(rows, rowsPerRowGroup, loaded.PeakBytes / 1e6));
                Progress.Say($"{rows:N0} rows in row groups of {rowsPerRowGroup:N0}: {loaded.PeakBytes / 1e6:N0} MB, {rows / loaded.Seconds:N0} rows/s");
            }
        }

        return results;
    }

    private static async Task<LoadedFile> LoadAsync(string path, Uri endpoint, int inFlight, CancellationToken cancellationToken)
    {
        using OwnProcess process = OwnProcess.Start(LoadCommand.Arguments(path, endpoint, inFlight));
        string output = await process.Output.ReadToEndAsync(cancellationToken);
        int exitCode = await process.WaitAsync(cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"The load of {path} ended with exit code {exitCode}.");
        }

        return JsonSerializer.Deserialize<LoadedFile>(output)!;
    }
}
