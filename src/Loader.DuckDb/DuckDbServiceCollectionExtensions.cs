using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.DuckDb;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the DuckDB sink.</summary>
public static class DuckDbServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="DuckDbSink"/> as the <see cref="IRecordSink"/>. <c>AddLoader&lt;DuckDbSink&gt;</c> registers the rest of the
    /// loader.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// May be called before or after <c>AddLoader</c>. Invalid options throw <see cref="ConfigurationException"/> when
    /// the host starts, or when the sink is first resolved if there is no host.
    /// </remarks>
    /// <example>
    /// <code>
    /// services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
    /// services.AddLoader(configuration);
    /// </code>
    /// </example>
    public static IServiceCollection AddLoaderDuckDb(this IServiceCollection services, Action<DuckDbOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<DuckDbOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DuckDbOptions>, OptionsValidation>());

        // One instance under both types: a caller of DuckDbSink.SummarizeAsync must see the sink that the loads wrote to.
        services.TryAddSingleton<DuckDbSink>();
        services.Replace(ServiceDescriptor.Singleton<IRecordSink>(provider => provider.GetRequiredService<DuckDbSink>()));
        return services;
    }

    /// <summary>Throws <see cref="ConfigurationException"/>, as the options of the loader do.</summary>
    private sealed class OptionsValidation : IValidateOptions<DuckDbOptions>
    {
        public ValidateOptionsResult Validate(string? name, DuckDbOptions options)
        {
            string[] faults = [.. options.FindFaults()];
            return faults.Length == 0 ? ValidateOptionsResult.Success : throw new ConfigurationException(string.Join(' ', faults));
        }
    }
}
