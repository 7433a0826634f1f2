using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.DependencyInjection;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Timestream;
using Loader.Lambda.Loading;
using Loader.Lambda.Local;
using Loader.Lambda.Logging;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Lambda;

/// <summary>Creates the services of the functions, the same as <c>AddLoader</c> in a host.</summary>
/// <remarks>
/// Without a container, because a container finds constructors and generic types by reflection, which a native binary pays for at every
/// start: a quarter of the time until the first event is asked for.
/// </remarks>
internal sealed class FunctionServices : IAsyncDisposable
{
    private readonly Lazy<IAmazonS3> _s3;
    private readonly IRecordSink _sink;
    private readonly CloudWatchPublisher _metrics;
    private readonly LoaderOptions _options;
    private readonly AwsConnection _aws;
    private readonly bool _publishesMetrics;

    /// <summary>Initializes a new instance of the <see cref="FunctionServices"/> class.</summary>
    /// <param name="configuration">Contains the settings, named like the environment variables.</param>
    /// <param name="memory">The division of the memory, or <see langword="null"/> if the memory size is not known.</param>
    /// <param name="logs">Writes the log.</param>
    /// <param name="publishesMetrics">Whether loads publish metrics.</param>
    /// <exception cref="ConfigurationException">At least one setting is missing or wrong.</exception>
    public FunctionServices(IConfiguration configuration, FunctionMemory? memory, InvocationLoggerFactory logs, bool publishesMetrics)
    {
        LoaderOptions options = _options = ReadOptions(configuration, memory);
        IOptions<LoadOptions> loadOptions = Options.Create(options.Load);
        _publishesMetrics = publishesMetrics;
        TimeProvider time = TimeProvider.System;
        _s3 = new Lazy<IAmazonS3>(() => S3ClientFactory.Create(options.Aws));
        AwsConnection aws = _aws = new AwsConnection(options.Aws, time);
        var rejectedRows = new RejectedRowStore(options.RejectedRows, _s3);
        _sink = options.Sink == CloudSink.InfluxDb
            ? new InfluxDbSink(options.InfluxDb, aws, time, logs.CreateLogger<InfluxDbSink>())
            : new TimestreamSink(options.Timestream, aws, time, logs.CreateLogger<TimestreamSink>());
        _metrics = new CloudWatchPublisher(options.Metrics, aws, time, logs.CreateLogger<CloudWatchPublisher>());
        var source = new ParquetSource(options.Source, _s3, time, new MappingProvider(options.Source, _s3, time));
        var load = new LoadParquetFile(
            source,
            _sink,
            rejectedRows,
            publishesMetrics ? _metrics : new NoMetrics(),
            loadOptions,
            time,
            logs.CreateLogger<LoadParquetFile>());
        Functions = new Functions(
            new ObjectLoader(
                new LoadParquetFiles(load, loadOptions),
                rejectedRows,
                loadOptions,
                options.Source.Prefix,
                time,
                logs.CreateLogger<ObjectLoader>()),
            logs.CreateLogger<Functions>());
        Metrics = new InvocationMetrics(_metrics, time);
    }

    /// <summary>Gets the functions.</summary>
    public Functions Functions { get; }

    /// <summary>Gets what sends the metrics of an invocation.</summary>
    public InvocationMetrics Metrics { get; }

    /// <summary>Describes where the functions write.</summary>
    /// <exception cref="ConfigurationException">The region or an endpoint is missing or wrong.</exception>
    public string DescribeDestination() => DestinationText.Describe(_options, _aws, _publishesMetrics);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _metrics.DisposeAsync().ConfigureAwait(false);
        (_sink as IDisposable)?.Dispose();
        if (_s3.IsValueCreated)
        {
            _s3.Value.Dispose();
        }
    }

    /// <summary>Reads the options as a host does.</summary>
    internal static LoaderOptions ReadOptions(IConfiguration configuration, FunctionMemory? memory)
    {
        var options = new LoaderOptions();
        new LoaderOptionsSetup(configuration).Configure(options);
        options.Load.MemoryLimitBytes ??= memory?.LoadBytes;
        options.SetDerivedDefaults();
        new LoaderOptionsValidator(needsSink: true).Validate(name: null, options);
        return options;
    }
}
