using FluentValidation;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>Settings of the metrics.</summary>
public sealed class MetricsOptions
{
    /// <summary>Gets or sets the CloudWatch namespace (<c>METRICS_NAMESPACE</c>).</summary>
    /// <value>
    /// Default: <c>ONS/Timestream</c>. Range: 1 to 255 printable ASCII characters without spaces, not starting with <c>:</c> or
    /// <c>AWS/</c>.
    /// </value>
    public string Namespace { get; set; } = "ONS/Timestream";

    /// <summary>Validates <see cref="MetricsOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<MetricsOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        /// <remarks>Rules: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html.</remarks>
        public Validator() =>
            RuleFor(o => o.Namespace).Matches("^(?!:|AWS/)[\\x21-\\x7e]{1,255}$")
                .WithMessage(
                    "METRICS_NAMESPACE is '{PropertyValue}'; allowed are 1 to 255 printable ASCII characters without spaces, "
                    + "not starting with ':' or 'AWS/'.");
    }
}
