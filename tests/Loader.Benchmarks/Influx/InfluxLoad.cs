using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Benchmarks.EndToEnd;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Benchmarks.Influx;

/// <summary>Loads a file into InfluxDB 2, in the layout <c>versions</c>.</summary>
internal static class InfluxLoad
{
    /// <summary>The name of organization and bucket.</summary>
    public const string Name = "energy";

    public const string Token = "token";

    /// <summary>The fingerprint of a source that is not a file.</summary>
    public const string Fingerprint = "0badf00d";

    public const int LinesPerRequest = 5_000;

    /// <summary>Makes the sink; the caller disposes it.</summary>
    public static InfluxDbSink CreateSink(Uri endpoint, int inFlight, bool gzip)
    {
        var options = new InfluxDbOptions
        {
            Url = endpoint.GetLeftPart(UriPartial.Authority),
            Org = Name,
            Bucket = Name,
            Token = Token,
            BatchLines = LinesPerRequest,
            MaxConcurrency = inFlight,
            Gzip = gzip,
        };
        var aws = new AwsConnection(new AwsOptions { Region = Loads.Region, Credentials = Loads.Credentials }, TimeProvider.System);
        return new InfluxDbSink(options, aws, TimeProvider.System, NullLogger<InfluxDbSink>.Instance);
    }

    /// <summary>Loads a file whose rows are all written.</summary>
    /// <returns>The rows.</returns>
    public static async Task<long> RunAsync(string path, InfluxDbSink sink, CancellationToken cancellationToken)
    {
        LoadReport report = await Loads.LoadAsync(path, sink, new LoadOptions(), cancellationToken);
        return report.Ledger.Written;
    }

    /// <summary>Writes batches in memory, as many at once as a load does.</summary>
    /// <returns>The rows.</returns>
    public static async Task<long> WriteAsync(IReadOnlyList<MeasurementBatch> batches, InfluxDbSink sink, CancellationToken cancellationToken)
    {
        long written = 0;
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, Fingerprint), cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = new LoadOptions().RowGroupsInFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batches, parallel, async (batch, stop) =>
        {
            WriteOutcome outcome = await writer.WriteAsync(batch, stop);
            Interlocked.Add(ref written, outcome.Written == batch.Count ? outcome.Written : throw new InvalidOperationException($"Not every row was written: {outcome}."));
        });
        return written;
    }
}
