using FluentValidation;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>Settings of the store of invalid and rejected rows.</summary>
public sealed class RejectedRowsOptions
{
    private string? _location;

    /// <summary>Gets or sets the location (<c>REJECTED_ROWS_LOCATION</c>): <c>s3://bucket/prefix/</c> or a folder.</summary>
    /// <value>
    /// Default: <see langword="null"/>, rows are not kept, and a load with rejected rows fails. The default of the command line is
    /// <c>./rejected</c>.
    /// </value>
    /// <remarks>
    /// A location in S3 has one spelling, in which keys are written and compared: <c>s3</c> in lower-case letters, single slashes, and one
    /// slash at the end. Other spellings are corrected when they are set, if they can mean nothing else.
    /// </remarks>
    public string? Location
    {
        get => _location;
        set => _location = value is null ? null : RejectedRowsLocation.Normalize(value);
    }

    /// <summary>Validates <see cref="RejectedRowsOptions"/>.</summary>
    public sealed class Validator : AbstractValidator<RejectedRowsOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator() =>
            RuleFor(o => o.Location).Custom((location, context) =>
            {
                if (!string.IsNullOrEmpty(location) && RejectedRowsLocation.FindFault(location) is { } fault)
                {
                    context.AddFailure(
                        $"REJECTED_ROWS_LOCATION is '{location}'; {fault} "
                        + "Allowed is s3://bucket/prefix/ (a prefix is required) or a folder.");
                }
            });
    }
}
