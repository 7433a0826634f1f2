using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Options;

namespace Loader.Infrastructure.Configuration;

/// <summary>Validates all settings at once; those of Timestream only if records are written to it.</summary>
/// <param name="needsTimestream">Whether records are written to Timestream.</param>
internal sealed class LoaderOptionsValidator(bool needsTimestream) : IValidateOptions<LoaderOptions>
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
        if (needsTimestream)
        {
            errors.AddRange(options.Timestream.FindFaults());
        }

        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : throw new ConfigurationException(PlainText.Escape($"Settings are missing or wrong. {string.Join(' ', errors)}"));
    }
}
