using Loader.Application;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.Input;
using Loader.Infrastructure.Timestream;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>How the rate grows with the requests in flight where every answer takes its time, as a service's does.</summary>
internal static class LatencyScaling
{
    private static readonly int[] InFlight = [1, 4, 16, 64];

    public static async Task<IReadOnlyList<LatencyResult>> RunAsync(InputFolder inputs, EndToEndOptions options, CancellationToken cancellationToken)
    {
        using EndpointProcess endpoint = await EndpointProcess.StartAsync(options.Latency, cancellationToken);
        var results = new List<LatencyResult>();
        foreach (int inFlight in InFlight)
        {
            // About two seconds each at 10 ms: as many requests one after the other whatever the number in flight.
            string path = inputs.FileOf(InputShape.Interleaved, inFlight * 20_000);
            using TimestreamSink sink = Loads.Delivering(endpoint.Address, inFlight);
            var part = new Part($"{inFlight} in flight", endpoint, async token => (await Loads.LoadAsync(path, sink, new LoadOptions(), token)).Ledger.Written);
            await part.RunAsync(cancellationToken);
            var rounds = new List<Measurement>();
            for (int round = 0; round < Math.Min(3, options.Rounds); round++)
            {
                rounds.Add(await part.MeasureAsync(cancellationToken));
            }

            Medians medians = Medians.Of(rounds);
            results.Add(new LatencyResult(options.Latency, inFlight, medians.RowsPerSecond, medians.CpuMicrosecondsPerRow));
            Progress.Say($"{options.Latency} ms, {part.Name}: {medians.RowsPerSecond:N0} rows/s");
        }

        return results;
    }
}
