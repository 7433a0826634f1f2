using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Loader.Application;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Many small objects from S3 into Timestream, where every answer takes its time: the rate of round trips, not of rows.</summary>
internal static class SmallFilesCommand
{
    private const string Bucket = "data";

    /// <summary>What the time may be of two round trips a file: one to read and one to write.</summary>
    private const double Limit = 1.3;

    /// <summary>What the time may be of all write requests, one after the other, divided by the requests in flight.</summary>
    private const double WriteLimit = 1.15;

    private const int RequestsInFlight = 16;

    private static readonly Option<int> Files = new("--files") { Description = "Objects.", DefaultValueFactory = _ => 1_000 };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each.", DefaultValueFactory = _ => 24 };
    private static readonly Option<int> FilesInFlight = new("--files-in-flight") { Description = "Objects that are loaded side by side; 1 loads one after the other.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Latency = new("--latency") { Description = "Milliseconds before every answer.", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds, each with connections of its own; the median counts.", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        var command = new Command("small-files", "Loads many small objects from S3 into Timestream and compares the time with that of the round trips.")
        {
            Files, Rows, FilesInFlight, Latency, NumberOfRounds,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        int latency = arguments.GetValue(Latency);
        using var inputs = new InputFolder();
        byte[] content = await File.ReadAllBytesAsync(inputs.FileOf(InputShape.Interleaved, arguments.GetValue(Rows)), cancellationToken);
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { KeepRequests = false, DiscardWrites = true, Latency = TimeSpan.FromMilliseconds(latency) }, cancellationToken);
        server.Timestream.CreateEnergyTables();
        SourceFile[] files = [.. Enumerable.Range(0, arguments.GetValue(Files)).Select(file =>
            SourceFile.InS3(Bucket, string.Create(CultureInfo.InvariantCulture, $"dataset={InputShape.Interleaved.Dataset}/{file:000000}.parquet")))];
        foreach (SourceFile file in files)
        {
            server.S3.Put(Bucket, file.Key, content);
        }

        var seconds = new List<double>();
        for (int round = 0; round < arguments.GetValue(NumberOfRounds); round++)
        {
            server.Requests.Clear();
            seconds.Add(await MeasureAsync(server, files, arguments.GetValue(FilesInFlight), cancellationToken));
            Progress.Say($"round {round + 1}: {seconds[^1]:0.00} s");
        }

        Print(files.Length, arguments.GetValue(FilesInFlight), latency, seconds.Order().ElementAt(seconds.Count / 2), server.Requests.Counts);
        return 0;
    }

    /// <summary>Loads all files as a process of its own would: no connection, description or endpoint is known.</summary>
    /// <returns>The time in seconds, including the metrics.</returns>
    private static async Task<double> MeasureAsync(LocalAwsServer server, IReadOnlyList<SourceFile> files, int filesInFlight, CancellationToken cancellationToken)
    {
        var aws = new AwsOptions
        {
            Region = Loads.Region,
            Credentials = Loads.Credentials,
            S3Endpoint = server.Endpoint,
            TimestreamEndpoint = server.Endpoint,
            CloudWatchEndpoint = server.Endpoint,
        };
        using IAmazonS3 client = S3ClientFactory.Create(aws);
        using TimestreamSink sink = Loads.Delivering(server.Endpoint, inFlight: RequestsInFlight);
        await using var metrics = new CloudWatchPublisher(
            new MetricsOptions(), new AwsConnection(aws, TimeProvider.System), TimeProvider.System, NullLogger<CloudWatchPublisher>.Instance);
        var options = new LoadOptions { FilesInFlight = filesInFlight };
        var load = new LoadParquetFiles(Loads.Create(new Lazy<IAmazonS3>(client), sink, metrics, options), Options.Create(options));
        long started = Stopwatch.GetTimestamp();
        await LoadAllAsync(load, files, cancellationToken);
        await metrics.FlushAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task LoadAllAsync(LoadParquetFiles load, IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<LoadRequest> requests = files.Select(file => new LoadRequest(file)).ToAsyncEnumerable();
        await foreach (LoadResult result in load.LoadAsync(requests, cancellationToken))
        {
            if (result.Report is not { } report || report.Ledger.Written != report.Ledger.Read)
            {
                throw new InvalidOperationException($"Not every row was written, so that the figures would tell of another load: {result.Failure}.");
            }
        }
    }

    private static void Print(int files, int filesInFlight, int latency, double seconds, IReadOnlyDictionary<string, long> requests)
    {
        double bound = 2.0 * files * latency / 1_000 / filesInFlight;
        double writeBound = requests["timestream:WriteRecords"] * latency / 1_000.0 / RequestsInFlight;
        string which = bound >= writeBound
            ? Describe("2 round trips a file", bound, Limit)
            : Describe($"write requests / {RequestsInFlight}", writeBound, WriteLimit);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {files:N0} files, {filesInFlight} in flight, {latency} ms an answer
              time                              {seconds,8:0.00} s
            {which}
              round trips a file                {requests.Values.Sum() / (double)files,8:0.000}
            """));
        foreach ((string operation, long count) in requests.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {operation,-32}{count,8:N0}"));
        }

        string Describe(string name, double time, double limit) => string.Create(
            CultureInfo.InvariantCulture,
            $"""
              {name,-32}  {time,8:0.00} s
              time / bound                      {seconds / time,8:0.00}   at most {limit:0.00}: {(seconds <= limit * time ? "met" : "missed")}
            """);
    }
}
