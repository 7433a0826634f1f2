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

    /// <summary>Validates <see cref="SourceOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<SourceOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator() =>
            RuleFor(o => o.TimeZone).Must(zone => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                .WithMessage(
                    "SOURCE_TIME_ZONE is '{PropertyValue}', which is not a time zone of this system. " +
                    "Use an IANA name, such as America/Sao_Paulo.");
    }
}
