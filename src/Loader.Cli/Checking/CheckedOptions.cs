using Loader.Application.Results;
using Loader.Infrastructure.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Cli.Checking;

/// <summary>The options as they are, although they may be wrong, and what is wrong with them.</summary>
/// <param name="Options">The options.</param>
/// <param name="Fault">What is wrong, or <see langword="null"/>.</param>
internal sealed record CheckedOptions(LoaderOptions Options, ConfigurationException? Fault)
{
    /// <summary>Gets a value indicating whether settings are wrong that every load needs, whatever its destination.</summary>
    public bool HasCommonFault => Fault is not null && FaultOf([new LoaderOptionsValidator(needsSink: false)], Options) is not null;

    /// <summary>Reads the options as the container does, without the exception that wrong ones cause.</summary>
    /// <param name="services">The services of the load.</param>
    /// <returns>The options.</returns>
    public static CheckedOptions Read(IServiceProvider services)
    {
        var options = new LoaderOptions();
        foreach (IConfigureOptions<LoaderOptions> configure in services.GetServices<IConfigureOptions<LoaderOptions>>())
        {
            configure.Configure(options);
        }

        foreach (IPostConfigureOptions<LoaderOptions> configure in services.GetServices<IPostConfigureOptions<LoaderOptions>>())
        {
            configure.PostConfigure(Microsoft.Extensions.Options.Options.DefaultName, options);
        }

        return new CheckedOptions(options, FaultOf(services.GetServices<IValidateOptions<LoaderOptions>>(), options));
    }

    private static ConfigurationException? FaultOf(IEnumerable<IValidateOptions<LoaderOptions>> validators, LoaderOptions options)
    {
        try
        {
            foreach (IValidateOptions<LoaderOptions> validate in validators)
            {
                validate.Validate(Microsoft.Extensions.Options.Options.DefaultName, options);
            }

            return null;
        }
        catch (ConfigurationException fault)
        {
            return fault;
        }
    }
}
