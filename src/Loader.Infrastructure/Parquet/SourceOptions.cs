using FluentValidation;

namespace Loader.Infrastructure.Parquet;

/// <summary>Options for reading source files.</summary>
public sealed class SourceOptions
{
    /// <summary>
    /// Gets or sets the IANA name of the time zone of times without one (<c>SOURCE_TIME_ZONE</c>), such as <c>America/Sao_Paulo</c>.
    /// </summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// Gets or sets the memory, in bytes, that the distinct series of one file may use, about 1.4 KB for each. A file with more of them is
    /// refused with <see cref="Application.Results.TooManySeriesException"/>.
    /// </summary>
    /// <value>
    /// Above 0. Default: <see langword="null"/>, which means half of <see cref="Application.LoadOptions.MemoryLimitBytes"/>, and so 30 % of
    /// the memory available to the process.
    /// </value>
    public long? SeriesMemoryBytes { get; set; }

    /// <summary>Gets the share of the memory available to the process that the series of a file may use by default.</summary>
    internal static double DefaultSeriesMemoryShare => 0.3;

    /// <summary>Validates <see cref="SourceOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<SourceOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator()
        {
            RuleFor(o => o.TimeZone).Must(zone => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                .WithMessage(
                    "SOURCE_TIME_ZONE is '{PropertyValue}', which is not a time zone of this system. " +
                    "Use an IANA name, such as America/Sao_Paulo.");
            RuleFor(o => o.SeriesMemoryBytes).GreaterThan(0).When(o => o.SeriesMemoryBytes is not null)
                .WithMessage("SeriesMemoryBytes is {PropertyValue}; it must be a number of bytes above 0.");
        }
    }
}
