using FluentValidation;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>Where metrics go.</summary>
public sealed class MetricsOptions
{
    /// <summary>Gets or sets the CloudWatch namespace (<c>METRICS_NAMESPACE</c>).</summary>
    /// <value>Default: <c>ONS/Timestream</c>.</value>
    public string Namespace { get; set; } = "ONS/Timestream";

    /// <summary>Checks <see cref="MetricsOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<MetricsOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        /// <remarks>1 to 255 printable ASCII characters, not beginning with ':' or 'AWS/' (CloudWatch API reference, PutMetricData).</remarks>
        public Validator() =>
            RuleFor(o => o.Namespace).Matches("^(?!:|AWS/)[\\x21-\\x7e]{1,255}$")
                .WithMessage("METRICS_NAMESPACE is '{PropertyValue}'; allowed are 1 to 255 printable ASCII characters, not beginning with ':' or 'AWS/'.");
    }
}
