using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Many small objects from S3 into Timestream, where every answer takes its time: the rate of round trips, not of rows.</summary>
internal static class SmallFilesCommand
{
    private const string Bucket = "data";

    /// <summary>What the time may be of two round trips a file: one to read and one to write.</summary>
    private const double Limit = 1.3;

    private static readonly Option<int> Files = new("--files") { Description = "Objects.", DefaultValueFactory = _ => 1_000 };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each.", DefaultValueFactory = _ => 24 };
    private static readonly Option<int> Latency = new("--latency") { Description = "Milliseconds before every answer.", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds, each with connections of its own; the median counts.", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        var command = new Command("small-files", "Loads many small objects from S3 into Timestream and compares the time with that of the round trips.")
        {
            Files, Rows, Latency, NumberOfRounds,
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
            seconds.Add(await MeasureAsync(server, files, cancellationToken));
            Progress.Say($"round {round + 1}: {seconds[^1]:0.00} s");
        }

        Print(files.Length, latency, seconds.Order().ElementAt(seconds.Count / 2), server.Requests.Counts);
        return 0;
    }

    /// <summary>Loads all files as a process of its own would: no connection, description or endpoint is known.</summary>
    /// <returns>The time in seconds, including the metrics.</returns>
    private static async Task<double> MeasureAsync(LocalAwsServer server, IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
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
        using TimestreamSink sink = Loads.Delivering(server.Endpoint, inFlight: 16);
        await using var metrics = new CloudWatchPublisher(
            new MetricsOptions(), new AwsConnection(aws, TimeProvider.System), TimeProvider.System, NullLogger<CloudWatchPublisher>.Instance);
        LoadParquetFile load = Loads.Create(new Lazy<IAmazonS3>(client), sink, metrics, new LoadOptions());
        long started = Stopwatch.GetTimestamp();
        await LoadAllAsync(load, files, cancellationToken);
        await metrics.FlushAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Gets the number of files that <see cref="LoadAllAsync"/> loads side by side.</summary>
    private static int FilesInFlight => 1;

    private static async Task LoadAllAsync(LoadParquetFile load, IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        foreach (SourceFile file in files)
        {
            LoadReport report = await load.LoadAsync(new LoadRequest(file), cancellationToken);
            if (report.Ledger.Written != report.Ledger.Read)
            {
                throw new InvalidOperationException($"Not every row was written, so that the figures would tell of another load: {report.Ledger}.");
            }
        }
    }

    private static void Print(int files, int latency, double seconds, IReadOnlyDictionary<string, long> requests)
    {
        double bound = 2.0 * files * latency / 1_000 / FilesInFlight;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {files:N0} files, {FilesInFlight} in flight, {latency} ms an answer
              time                              {seconds,8:0.00} s
              2 round trips a file              {bound,8:0.00} s
              time / 2 round trips a file       {seconds / bound,8:0.00}   at most {Limit:0.00}: {(seconds <= Limit * bound ? "met" : "missed")}
              round trips a file                {requests.Values.Sum() / (double)files,8:0.000}
            """));
        foreach ((string operation, long count) in requests.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {operation,-32}{count,8:N0}"));
        }
    }
}
