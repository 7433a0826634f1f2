using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Options;

namespace Loader.Infrastructure.Configuration;

/// <summary>Validates all settings at once; those of a sink only if records are written to it.</summary>
/// <param name="needsSink">Whether records are written to the sink that <see cref="LoaderOptions.Sink"/> names.</param>
internal sealed class LoaderOptionsValidator(bool needsSink) : IValidateOptions<LoaderOptions>
{
    /// <summary>Throws instead of returning a failure, so that every host shows the same exception with one message.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="options">The options.</param>
    /// <returns>Success.</returns>
    /// <exception cref="ConfigurationException">At least one setting is missing or wrong.</exception>
    public ValidateOptionsResult Validate(string? name, LoaderOptions options)
    {
        List<string> errors =
        [
            .. options.ParseErrors,
            .. options.Load.FindFaults(),
            .. options.Source.FindFaults(),
            .. options.RejectedRows.FindFaults(),
            .. options.Metrics.FindFaults(),
        ];
        if (needsSink)
        {
            errors.AddRange(options.Sink == CloudSink.InfluxDb ? options.InfluxDb.FindFaults() : options.Timestream.FindFaults());
        }

        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : throw Fault(options, errors);
    }

    private static ConfigurationException Fault(LoaderOptions options, List<string> errors)
    {
        var names = new OptionNames(options);
        string[] faults = [.. errors.Select(error => PlainText.Escape(names.Apply(error)))];
        return new ConfigurationException($"Settings are missing or wrong. {string.Join(' ', faults)}") { Faults = faults };
    }
}
