using Loader.Application.Ports;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Infrastructure.DependencyInjection;

/// <summary>Creates the services of the cloud that a host uses unless it has its own.</summary>
internal static class CloudServices
{
    /// <summary>Creates the sink that the options name.</summary>
    /// <param name="provider">The services of the host.</param>
    /// <returns>The sink.</returns>
    public static IRecordSink CreateSink(IServiceProvider provider)
    {
        LoaderOptions options = OptionsOf(provider);
        AwsConnection aws = provider.GetRequiredService<AwsConnection>();
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        return options.Sink == CloudSink.InfluxDb
            ? new InfluxDbSink(options.InfluxDb, aws, time, provider.GetRequiredService<ILogger<InfluxDbSink>>())
            : new TimestreamSink(options.Timestream, aws, time, provider.GetRequiredService<ILogger<TimestreamSink>>());
    }

    /// <summary>Creates the publisher of metrics to CloudWatch.</summary>
    /// <param name="provider">The services of the host.</param>
    /// <returns>The publisher.</returns>
    public static IMetricsPublisher CreateMetrics(IServiceProvider provider) => new CloudWatchPublisher(
        OptionsOf(provider).Metrics,
        provider.GetRequiredService<AwsConnection>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<CloudWatchPublisher>>());

    private static LoaderOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
}
