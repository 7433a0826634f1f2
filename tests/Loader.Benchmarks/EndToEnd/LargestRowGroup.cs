using System.Text.Json;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.Input;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>
/// The largest row group that a load takes by its own reckoning where it may use as much memory as a function of 1,769 MB has, which is the size with one whole
/// core. Sizes double, as buffers do.
/// </summary>
internal static class LargestRowGroup
{
    public static async Task<PeakMemoryResult?> RunAsync(InputFolder inputs, EndToEndOptions options, CancellationToken cancellationToken)
    {
        using EndpointProcess endpoint = await EndpointProcess.StartAsync(latency: 0, cancellationToken);
        PeakMemoryResult? largest = null;
        for (int rows = InputFolder.LargeRowGroup; ; rows *= 2)
        {
            string path = inputs.FileOf(InputShape.Interleaved, rows, rows);
            using OwnProcess process = OwnProcess.Start(
                LoadCommand.Arguments(path, endpoint.Address, options.InFlight),
                FunctionSize.Environment);
            string output = await process.Output.ReadToEndAsync(cancellationToken);
            int exitCode = await process.WaitAsync(cancellationToken);
            InputFolder.Delete(path);
            if (exitCode == LoadCommand.Refused)
            {
                return largest;
            }

            largest = new PeakMemoryResult(rows, rows, JsonSerializer.Deserialize<LoadedFile>(output)!.PeakBytes / 1e6);
            Progress.Say($"a row group of {rows:N0} rows within {FunctionSize.Bytes / 1e6:N0} MB: {largest.Megabytes:N0} MB");
        }
    }
}
