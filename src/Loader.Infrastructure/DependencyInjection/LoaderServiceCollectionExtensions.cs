using System.Diagnostics.CodeAnalysis;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader in a host.</summary>
public static class LoaderServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="LoadParquetFile"/> and <see cref="LoadParquetFiles"/> with all services to load files from disk and S3 into the
    /// sink that <see cref="LoaderOptions.Sink"/> names: Timestream, or InfluxDB.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// Wrong options throw <see cref="ConfigurationException"/> when the host starts, or when the options are first used.
    /// </remarks>
    public static IServiceCollection AddLoader(this IServiceCollection services, Action<LoaderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddLoaderCore().AddCloudSink();
    }

    /// <summary>
    /// Registers <see cref="LoadParquetFile"/> and <see cref="LoadParquetFiles"/> with all services to load files from disk and S3 into the
    /// sink that <see cref="LoaderOptions.Sink"/> names: Timestream, or InfluxDB.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configuration">Contains the settings, named like the environment variables, such as
    /// <c>TIMESTREAM_DATABASE_NAME</c>.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// Wrong settings throw <see cref="ConfigurationException"/> when the host starts, or when the options are first used.
    /// </remarks>
    public static IServiceCollection AddLoader(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<LoaderOptions>>(new LoaderOptionsSetup(configuration));
        return services.AddLoaderCore().AddCloudSink();
    }

    /// <summary>Registers the loader with a custom sink. Settings of Timestream are not required, and no metrics are published.</summary>
    /// <typeparam name="TSink">The sink, which the container creates once.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="configuration">Contains the settings, named like the environment variables.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddLoader<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(
        this IServiceCollection services, IConfiguration configuration)
        where TSink : class, IRecordSink
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<LoaderOptions>>(new LoaderOptionsSetup(configuration));
        services.AddLoaderCore();
        services.AddSingleton<IValidateOptions<LoaderOptions>>(new LoaderOptionsValidator(needsSink: false));
        services.TryAddSingleton<IRecordSink, TSink>();
        services.TryAddSingleton<IMetricsPublisher, NoMetrics>();
        return services;
    }

    private static IServiceCollection AddLoaderCore(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<LoaderOptions>()
            .PostConfigure(options => options.SetDerivedDefaults())
            .ValidateOnStart();
        services.AddSingleton(provider => Options.Options.Create(OptionsOf(provider).Load));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new Lazy<IAmazonS3>(() => S3ClientFactory.Create(OptionsOf(provider).Aws)));
        services.TryAddSingleton(provider => new MappingProvider(
            OptionsOf(provider).Source, provider.GetRequiredService<Lazy<IAmazonS3>>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new ParquetSource(
            OptionsOf(provider).Source,
            provider.GetRequiredService<Lazy<IAmazonS3>>(),
            mappings: provider.GetRequiredService<MappingProvider>()));
        services.TryAddSingleton<IParquetSource>(provider => provider.GetRequiredService<ParquetSource>());
        services.TryAddSingleton<IRejectedRowStore>(provider =>
            new RejectedRowStore(OptionsOf(provider).RejectedRows, provider.GetRequiredService<Lazy<IAmazonS3>>()));
        services.TryAddSingleton<SourceListing>();
        services.TryAddSingleton<LoadParquetFile>();
        services.TryAddSingleton<LoadParquetFiles>();
        return services;
    }

    private static IServiceCollection AddCloudSink(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<LoaderOptions>>(new LoaderOptionsValidator(needsSink: true));
        services.TryAddSingleton(provider => new AwsConnection(OptionsOf(provider).Aws, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IRecordSink>(provider =>
        {
            LoaderOptions options = OptionsOf(provider);
            AwsConnection aws = provider.GetRequiredService<AwsConnection>();
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            return options.Sink == CloudSink.InfluxDb
                ? new InfluxDbSink(options.InfluxDb, aws, time, provider.GetRequiredService<ILogger<InfluxDbSink>>())
                : new TimestreamSink(options.Timestream, aws, time, provider.GetRequiredService<ILogger<TimestreamSink>>());
        });
        services.TryAddSingleton<IMetricsPublisher>(provider => new CloudWatchPublisher(
            OptionsOf(provider).Metrics,
            provider.GetRequiredService<AwsConnection>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CloudWatchPublisher>>()));
        return services;
    }

    private static LoaderOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
}

/// <summary>Publishes nothing. A host with a custom sink registers a publisher of its own if it wants metrics.</summary>
internal sealed class NoMetrics : IMetricsPublisher
{
    /// <inheritdoc/>
    public Task PublishAsync(LoadReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
