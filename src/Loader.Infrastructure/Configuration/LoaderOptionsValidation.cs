using FluentValidation;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Options;

namespace Loader.Infrastructure.Configuration;

/// <summary>Checks all settings at once, and only those that the chosen sink needs.</summary>
/// <param name="needsTimestream">Whether records go to Timestream.</param>
internal sealed class LoaderOptionsValidation(bool needsTimestream) : IValidateOptions<LoaderOptions>
{
    /// <summary>Throws instead of failing, so that every host shows the same type and the same one message.</summary>
    public ValidateOptionsResult Validate(string? name, LoaderOptions options)
    {
        List<string> faults = [.. options.Faults];
        Check(new LoadOptions.Validator(), options.Load);
        Check(new SourceOptions.Validator(), options.Source);
        Check(new RejectedRowsOptions.Validator(), options.RejectedRows);
        Check(new MetricsOptions.Validator(), options.Metrics);
        if (needsTimestream)
        {
            Check(new TimestreamOptions.Validator(), options.Timestream);
        }

        return faults.Count == 0
            ? ValidateOptionsResult.Success
            : throw new ConfigurationException(PlainText.Escape($"The settings are not usable. {string.Join(' ', faults)}"));

        void Check<T>(AbstractValidator<T> validator, T group) =>
            faults.AddRange(validator.Validate(group).Errors.Select(error => error.ErrorMessage));
    }
}
