using Loader.Application.Ports;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.DependencyInjection;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Cli.Commands;

/// <summary>Registers the services of one command.</summary>
internal static class LoaderServices
{
    /// <summary>The key of the sink that a dry run inspects.</summary>
    private const string InspectedSink = "inspected";

    /// <summary>Builds the service provider, which owns the sink.</summary>
    public static ServiceProvider Build(CliHost host, LoadSettings settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddConfiguration(host.Configuration)
            .AddInMemoryCollection([new("SINK", settings.Sink == SinkKind.InfluxDb ? "influxdb" : "timestream")])
            .AddInMemoryCollection([new("REJECTED_ROWS_LOCATION", settings.Rejected ?? "")])
            .AddInMemoryCollection(
                settings.MappingLocation is { } location ? [new("MAPPING_LOCATION", location)]
                : settings.Mappings is not null || settings.IsReplay ? [new("MAPPING_LOCATION", "")]
                : [])
            .Build();
        var services = new ServiceCollection();
        LogLevel minimum = settings.Verbose ? LogLevel.Debug : host.IsQuiet ? LogLevel.Error : LogLevel.Warning;
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(host.Log is null ? minimum : LogLevel.Debug).AddProvider(new ConsoleLogger(host.Error, minimum));
            if (host.Log is { } log)
            {
                logging.AddProvider(log);
            }
        });
        services.AddSingleton(host.Time);
        services.AddSingleton<SourceLoader>();
        if (settings.Mappings is { } mappings)
        {
            services.PostConfigure<LoaderOptions>(options => options.Source.Mappings = mappings);
        }

        host.ConfigureServices(services);
        if (!settings.PublishesMetrics)
        {
            // A load on a laptop must not set off the alarms of a deployment.
            services.AddSingleton<IMetricsPublisher, NoMetrics>();
        }

        if (settings.IsOffline)
        {
            services.AddSingleton(provider => CreateEstimatingSink(provider, settings.Sink, inspected: null));
            services.AddLoader(configuration);
            return services.BuildServiceProvider();
        }

        if (settings.Sink == SinkKind.DuckDb)
        {
            services.AddLoaderDuckDb(options => options.Path = settings.DuckDbFile);
            services.AddLoader(configuration);
        }
        else
        {
            services.AddLoader(configuration);
        }

        if (settings.IsDryRun)
        {
            if (settings.Sink != SinkKind.DuckDb)
            {
                // The sink of the cloud is inspected, so that its settings are required.
                services.AddSingleton<IValidateOptions<LoaderOptions>>(new LoaderOptionsValidator(needsSink: true));
            }

            ServiceDescriptor real = services.Last(service => service.ServiceType == typeof(IRecordSink));
            services.AddKeyedSingleton(InspectedSink, (provider, _) => (IRecordSink)real.ImplementationFactory!(provider));
            services.Replace(ServiceDescriptor.Singleton(provider => CreateEstimatingSink(
                provider, settings.Sink, provider.GetRequiredKeyedService<IRecordSink>(InspectedSink))));
        }

        return services.BuildServiceProvider();
    }

    /// <summary>Creates a sink that writes nothing, and counts what writing to the destination would take.</summary>
    private static IRecordSink CreateEstimatingSink(IServiceProvider provider, SinkKind kind, IRecordSink? inspected)
    {
        LoaderOptions options = provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
        return kind == SinkKind.InfluxDb
            ? new InfluxDbEstimatingSink(options.InfluxDb, (InfluxDbSink?)inspected)
            : new EstimatingSink(options.Timestream, capture: null, inspected);
    }
}
