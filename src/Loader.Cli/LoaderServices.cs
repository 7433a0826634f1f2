using Loader.Application.Ports;
using Loader.Cli.DuckDb;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Cli;

/// <summary>Composes the loader for one run.</summary>
internal static class LoaderServices
{
    /// <summary>Builds the services; the provider owns the sink.</summary>
    public static ServiceProvider Build(CliHost host, RunSettings settings, DuckDbSink? duckDb)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddConfiguration(host.Configuration)
            .AddInMemoryCollection([new("REJECTED_ROWS_LOCATION", settings.Rejected ?? "")])
            .Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging
            .SetMinimumLevel(settings.Verbose ? LogLevel.Debug : LogLevel.Warning)
            .AddProvider(new ConsoleLogger(host.Error, settings.Verbose ? LogLevel.Debug : LogLevel.Warning)));
        services.AddSingleton(host.Time);
        services.AddSingleton<DoneFiles>();
        services.AddSingleton<LoadRunner>();
        host.Services(services);
        switch (settings.Sink)
        {
            case SinkKind.DuckDb:
                services.AddSingleton<IRecordSink>(_ => duckDb!);
                services.AddLoader<DuckDbSink>(configuration);
                break;
            case SinkKind.None:
                services.AddSingleton<IRecordSink>(provider => new EstimatingSink(provider.GetRequiredService<IOptions<LoaderOptions>>().Value.Timestream));
                services.AddLoader<EstimatingSink>(configuration);
                break;
            default:
                services.AddLoader(configuration);
                break;
        }

        return services.BuildServiceProvider();
    }
}
