using Amazon.Runtime;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.DependencyInjection;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The loader as its hosts put it together, with nothing logged and no metrics sent.</summary>
internal static class Loads
{
    public const string Region = "eu-west-1";

    /// <summary>Keys that sign but open nothing.</summary>
    public static AWSCredentials Credentials { get; } = new BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    /// <summary>Returns where and how records are written.</summary>
    public static TimestreamOptions Timestream(int inFlight) => new()
    {
        DatabaseName = "energy",
        GenerationTableName = "generation",
        ConsumptionTableName = "consumption",
        TransmissionTableName = "transmission",
        MaxConcurrency = inFlight,
    };

    /// <summary>Makes the sink that delivers; the caller disposes it.</summary>
    public static TimestreamSink Delivering(Uri endpoint, int inFlight)
    {
        var aws = new AwsOptions { Region = Region, Credentials = Credentials, TimestreamEndpoint = endpoint };
        return new TimestreamSink(Timestream(inFlight), new AwsConnection(aws, TimeProvider.System), TimeProvider.System, NullLogger<TimestreamSink>.Instance);
    }

    /// <summary>Makes the sink that does everything but send.</summary>
    public static EstimatingSink Preparing(Action<ReadOnlyMemory<byte>>? capture = null) => new(Timestream(1), capture);

    /// <summary>Loads one file.</summary>
    /// <returns>The report; every row was written.</returns>
    public static Task<LoadReport> LoadAsync(string path, IRecordSink sink, LoadOptions options, CancellationToken cancellationToken) =>
        LoadAsync(SourceFile.OnDisk(path), new Lazy<IAmazonS3>(() => throw new InvalidOperationException("The file is on disk.")), sink, options, cancellationToken);

    /// <summary>Loads one file, which may be in S3.</summary>
    /// <returns>The report; every row was written.</returns>
    public static async Task<LoadReport> LoadAsync(
        SourceFile file, Lazy<IAmazonS3> s3, IRecordSink sink, LoadOptions options, CancellationToken cancellationToken)
    {
        LoadParquetFile load = Create(s3, sink, new NoMetrics(), options);
        LoadReport report = await load.LoadAsync(new LoadRequest(file), cancellationToken);
        return report.Ledger.Written == report.Ledger.Read
            ? report
            : throw new InvalidOperationException($"Not every row was written, so that the figures would tell of another load: {report.Ledger}.");
    }

    /// <summary>Puts the use case together.</summary>
    public static LoadParquetFile Create(
        Lazy<IAmazonS3> s3, IRecordSink sink, IMetricsPublisher metrics, LoadOptions options, SourceOptions? source = null) => new(
        new ParquetSource(source ?? new SourceOptions(), s3),
        sink,
        new RejectedRowStore(new RejectedRowsOptions(), s3),
        metrics,
        Options.Create(options),
        TimeProvider.System,
        NullLogger<LoadParquetFile>.Instance);
}
