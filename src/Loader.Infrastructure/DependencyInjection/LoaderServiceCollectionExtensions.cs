using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.DependencyInjection;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader in a host.</summary>
public static class LoaderServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="LoadParquetFile"/> and <see cref="LoadParquetFiles"/> with all services to load files from disk and S3.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <returns>A builder that chooses the sink and sets options. Without further calls the sink is Timestream.</returns>
    /// <remarks>
    /// Wrong options throw <see cref="ConfigurationException"/> when the host starts, or when the options are first used. The message names
    /// an option that was set in code by its path, such as <c>Timestream.DatabaseName</c>, and a setting by its variable.
    /// </remarks>
    public static LoaderBuilder AddLoader(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(static service => service.ServiceType != typeof(LoadParquetFiles)))
        {
            AddServices(services);
        }

        return new LoaderBuilder(services);
    }

    /// <summary>Registers the loader, with options that are set in code.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that chooses the sink and sets further options.</returns>
    /// <inheritdoc cref="AddLoader(IServiceCollection)" path="/remarks"/>
    public static LoaderBuilder AddLoader(this IServiceCollection services, Action<LoaderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddLoader().Configure(configure);
    }

    /// <summary>Registers the loader, with options that are read from settings.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configuration">Contains the settings, named like the environment variables, such as
    /// <c>TIMESTREAM_DATABASE_NAME</c>.</param>
    /// <returns>A builder that chooses the sink and sets further options.</returns>
    /// <inheritdoc cref="AddLoader(IServiceCollection)" path="/remarks"/>
    public static LoaderBuilder AddLoader(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddLoader().Configure(configuration);
    }

    private static void AddServices(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<LoaderOptions>()
            .PostConfigure(options => options.SetDerivedDefaults())
            .ValidateOnStart();
        services.AddSingleton(provider => Options.Options.Create(OptionsOf(provider).Load));
        services.TryAddSingleton(TimeProvider.System);

        // The client is created when S3 is first used. A client of the host need not be of the loader's type.
        services.TryAddSingleton(provider => new Lazy<IAmazonS3>(
            () => provider.GetService<IAmazonS3>() ?? S3ClientFactory.Create(OptionsOf(provider).Aws)));
        services.TryAddSingleton(provider => new AwsConnection(OptionsOf(provider).Aws, provider.GetRequiredService<TimeProvider>()));
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
        AddSinkAndMetrics(services);
    }

    /// <summary>
    /// Adds the sinks of the cloud, unless the host has one of its own: before, or after, because the last registration counts.
    /// </summary>
    private static void AddSinkAndMetrics(IServiceCollection services)
    {
        var cloudSink = ServiceDescriptor.Singleton(CloudServices.CreateSink);
        services.TryAdd(cloudSink);
        services.AddSingleton<IValidateOptions<LoaderOptions>>(_ => new LoaderOptionsValidator(UsesCloudSink()));
        services.TryAddSingleton<IMetricsPublisher>(provider => UsesCloudSink() ? CloudServices.CreateMetrics(provider) : new NoMetrics());

        bool UsesCloudSink() =>
            services.Last(static service => !service.IsKeyedService && service.ServiceType == typeof(IRecordSink)) == cloudSink;
    }

    private static LoaderOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
}
