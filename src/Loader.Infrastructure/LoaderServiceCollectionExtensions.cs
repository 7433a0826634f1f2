using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure;
using Loader.Infrastructure.Aws;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the loader to a host.</summary>
public static class LoaderServiceCollectionExtensions
{
    /// <summary>Adds <see cref="LoadParquetFile"/> with everything that it needs to load from disk and S3 into Timestream.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>Wrong options throw <see cref="ConfigurationException"/> at start, or when they are first used.</remarks>
    public static IServiceCollection AddLoader(this IServiceCollection services, Action<LoaderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddLoaderCore().AddTimestream();
    }

    /// <summary>Adds <see cref="LoadParquetFile"/> with everything that it needs to load from disk and S3 into Timestream.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Holds the settings under the names of the environment variables, such as <c>TIMESTREAM_DATABASE_NAME</c>.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>Wrong settings throw <see cref="ConfigurationException"/> at start, or when they are first used.</remarks>
    public static IServiceCollection AddLoader(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<LoaderOptions>>(new LoaderSettings(configuration));
        return services.AddLoaderCore().AddTimestream();
    }

    /// <summary>Adds the loader with a sink of the host's own; nothing that only Timestream needs is required then.</summary>
    /// <typeparam name="TSink">The sink, made by the container as a singleton.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Holds the settings under the names of the environment variables.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddLoader<
        [System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(
        this IServiceCollection services, IConfiguration configuration)
        where TSink : class, IRecordSink
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<LoaderOptions>>(new LoaderSettings(configuration));
        services.AddLoaderCore();
        services.AddSingleton<IValidateOptions<LoaderOptions>>(new LoaderOptionsValidation(needsTimestream: false));
        services.TryAddSingleton<IRecordSink, TSink>();
        services.TryAddSingleton<IMetricsPublisher, NoMetrics>();
        return services;
    }

    private static IServiceCollection AddLoaderCore(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<LoaderOptions>().ValidateOnStart();
        services.AddSingleton(provider => Options.Options.Create(OptionsOf(provider).Load));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new Lazy<IAmazonS3>(() => S3ClientFactory.Create(OptionsOf(provider).Aws)));
        services.TryAddSingleton(provider => new ParquetSource(OptionsOf(provider).Source, provider.GetRequiredService<Lazy<IAmazonS3>>()));
        services.TryAddSingleton<IParquetSource>(provider => provider.GetRequiredService<ParquetSource>());
        services.TryAddSingleton<IRejectedRowStore>(provider =>
            new RejectedRowStore(OptionsOf(provider).RejectedRows, provider.GetRequiredService<Lazy<IAmazonS3>>()));
        services.TryAddSingleton<SourceListing>();
        services.TryAddSingleton<LoadParquetFile>();
        return services;
    }

    private static IServiceCollection AddTimestream(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<LoaderOptions>>(new LoaderOptionsValidation(needsTimestream: true));
        services.TryAddSingleton(provider => new AwsConnection(OptionsOf(provider).Aws, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IRecordSink>(provider => new TimestreamSink(
            OptionsOf(provider).Timestream,
            provider.GetRequiredService<AwsConnection>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TimestreamSink>>()));
        services.TryAddSingleton<IMetricsPublisher>(provider => new CloudWatchPublisher(
            OptionsOf(provider).Metrics, provider.GetRequiredService<AwsConnection>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static LoaderOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
}
