using FluentValidation;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>Settings of the store of invalid and rejected rows.</summary>
public sealed class RejectedRowsOptions
{
    /// <summary>Gets or sets the location (<c>REJECTED_ROWS_LOCATION</c>): <c>s3://bucket/prefix/</c> or a folder.</summary>
    /// <value>
    /// Default: <see langword="null"/>, rows are not kept, and a load with rejected rows fails. The default of the command line is
    /// <c>./rejected</c>.
    /// </value>
    public string? Location { get; set; }

    /// <summary>Validates <see cref="RejectedRowsOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<RejectedRowsOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator() =>
            RuleFor(o => o.Location)
                .Must(location => location is null || !location.StartsWith("s3:", StringComparison.OrdinalIgnoreCase)
                    || (Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 && uri.AbsolutePath.Length > 1))
                .WithMessage(
                    "REJECTED_ROWS_LOCATION is '{PropertyValue}'; allowed is s3://bucket/prefix/ (a prefix is required) or a folder.");
    }
}
