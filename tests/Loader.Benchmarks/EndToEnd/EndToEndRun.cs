using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.Input;
using Loader.Infrastructure.Timestream;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>One run of the harness: all parts, measured in turns where they are compared.</summary>
internal sealed class EndToEndRun(EndToEndOptions options) : IDisposable
{
    private readonly InputFolder _inputs = new();

    public async Task<ResultDocument> RunAsync(CancellationToken cancellationToken)
    {
        var result = ResultDocument.Begin(options);
        result = await RatesAsync(result, cancellationToken);
        if (options.Has("units"))
        {
            result = result with { WriteUnits = await WriteUnitComparison.RunAsync(_inputs, cancellationToken) };
        }

        if (options.Has("s3"))
        {
            result = result with { S3 = await S3Download.RunAsync(_inputs, cancellationToken) };
        }

        if (options.Has("latency"))
        {
            result = result with { AtLatency = await LatencyScaling.RunAsync(_inputs, options, cancellationToken) };
        }

        if (options.Has("memory"))
        {
            result = result with { PeakMemory = await PeakMemory.RunAsync(_inputs, options, cancellationToken) };
        }

        if (options.Has("largest"))
        {
            result = result with { LargestRowGroup = await LargestRowGroup.RunAsync(_inputs, options, cancellationToken) };
        }

        if (options.Has("defaults"))
        {
            result = result with { FunctionDefaults = await FunctionDefaults.RunAsync(_inputs, options, cancellationToken) };
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _inputs.Dispose();

    private async Task<ResultDocument> RatesAsync(ResultDocument result, CancellationToken cancellationToken)
    {
        if (!new[] { "prepared", "delivered", "floor", "raw", "naive" }.Any(options.Has))
        {
            return result;
        }

        Progress.Say($"writing {options.Rows:N0} rows");
        string path = _inputs.FileOf(InputShape.Interleaved, options.Rows);
        string naivePath = _inputs.FileOf(InputShape.Interleaved, Math.Max(1_000, options.Rows / 10));
        using EndpointProcess endpoint = await EndpointProcess.StartAsync(latency: 0, cancellationToken);
        Bodies bodies = await Bodies.CaptureAsync(path, cancellationToken);
        using TimestreamSink sink = Loads.Delivering(endpoint.Address, options.InFlight);
        using var floor = new FloorLoop(bodies, endpoint.Address, options.InFlight);
        var raw = new RawSocketLoop(bodies, endpoint.Address, options.InFlight);
        using var naive = new NaiveWriter(naivePath, endpoint.Address);
        Part[] all =
        [
            new("prepared", null, token => PrepareAsync(path, token)),
            new("delivered", endpoint, token => DeliverAsync(path, sink, token)),
            new("floor", endpoint, floor.RunAsync),
            new("raw", endpoint, raw.RunAsync),
            new("naive", endpoint, naive.RunAsync),
        ];
        var medians = await Rounds.RunAsync([.. all.Where(part => options.Has(part.Name))], options.Rounds, cancellationToken);
        return result.With(medians, bodies);
    }

    private static async Task<long> PrepareAsync(string path, CancellationToken cancellationToken)
    {
        using OneCore? core = OneCore.Hold();
        LoadReport report = await Loads.LoadAsync(path, Loads.Preparing(), new LoadOptions { RowGroupsInFlight = 1 }, cancellationToken);
        return report.Ledger.Written;
    }

    private static async Task<long> DeliverAsync(string path, TimestreamSink sink, CancellationToken cancellationToken)
    {
        LoadReport report = await Loads.LoadAsync(path, sink, new LoadOptions(), cancellationToken);
        return report.Ledger.Written;
    }
}
