using System.Text.Json;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.Input;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>
/// What the defaults of a function are chosen by: the rate and the memory of a load on one core with so many row groups and requests in flight, each in a process
/// of its own, where every answer takes its time.
/// </summary>
internal static class FunctionDefaults
{
    private const int Rows = 8 * InputFolder.SmallRowGroup;
    private static readonly int[] RowGroups = [1, 2, 3];
    private static readonly int[] InFlight = [8, 16, 32, 64];

    public static async Task<IReadOnlyList<FunctionDefaultsResult>> RunAsync(InputFolder inputs, EndToEndOptions options, CancellationToken cancellationToken)
    {
        using EndpointProcess endpoint = await EndpointProcess.StartAsync(options.Latency, cancellationToken);
        string path = inputs.FileOf(InputShape.Interleaved, Rows);
        var results = new List<FunctionDefaultsResult>();
        foreach (int rowGroups in RowGroups)
        {
            foreach (int inFlight in InFlight)
            {
                using OwnProcess process = OwnProcess.Start(
                    LoadCommand.FunctionArguments(path, endpoint.Address, inFlight, rowGroups), FunctionSize.Environment);
                string output = await process.Output.ReadToEndAsync(cancellationToken);
                int exitCode = await process.WaitAsync(cancellationToken);
                if (exitCode != 0)
                {
                    throw new InvalidOperationException($"The load of {path} ended with exit code {exitCode}.");
                }

                LoadedFile warm = JsonSerializer.Deserialize<LoadedFile>(output.Trim().Split('\n')[^1])!;
                results.Add(new FunctionDefaultsResult(rowGroups, inFlight, warm.Rows / warm.Seconds, warm.PeakBytes / 1e6));
                Progress.Say($"{rowGroups} row groups, {inFlight} requests in flight: {warm.Rows / warm.Seconds:N0} rows/s, {warm.PeakBytes / 1e6:N0} MB");
            }
        }

        return results;
    }
}
