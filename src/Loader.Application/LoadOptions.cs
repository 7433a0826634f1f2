using FluentValidation;

namespace Loader.Application;

/// <summary>How loads behave, whatever the source and the destination.</summary>
public sealed class LoadOptions
{
    /// <summary>Gets or sets how many row groups of one file are decoded and written at once.</summary>
    /// <value>From 1 to 64. Default: 2, so that one is decoded while another is written.</value>
    /// <remarks>Lowered by the load itself where the row groups of a file would not fit <see cref="MemoryLimitBytes"/>.</remarks>
    public int RowGroupsInFlight { get; set; } = 2;

    /// <summary>Gets or sets the share of a file's rows, in percent, that may be invalid or rejected before the load counts as failed.</summary>
    /// <value>From 0 to 100. Default: 10.</value>
    public double MaxInvalidPercent { get; set; } = 10;

    /// <summary>Gets or sets how many bytes the row groups in flight may take.</summary>
    /// <value>Default: <see langword="null"/>, 60 % of the memory that the process may use.</value>
    public long? MemoryLimitBytes { get; set; }

    /// <summary>Gets or sets the time that is kept free before a deadline, besides twice the slowest row group.</summary>
    /// <value>Default: 5 s.</value>
    public TimeSpan DeadlineGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks <see cref="LoadOptions"/>; messages name the environment variable.</summary>
    public sealed class Validator : AbstractValidator<LoadOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator()
        {
            RuleFor(o => o.RowGroupsInFlight).InclusiveBetween(1, 64)
                .WithMessage("ROW_GROUPS_IN_FLIGHT is {PropertyValue}; allowed is a whole number from 1 to 64.");
            RuleFor(o => o.MaxInvalidPercent).InclusiveBetween(0, 100)
                .WithMessage("MAX_INVALID_PERCENT is {PropertyValue}; allowed is a number from 0 to 100.");
            RuleFor(o => o.MemoryLimitBytes).GreaterThan(0).When(o => o.MemoryLimitBytes is not null)
                .WithMessage("MemoryLimitBytes is {PropertyValue}; allowed is a number of bytes above 0.");
            RuleFor(o => o.DeadlineGrace).GreaterThanOrEqualTo(TimeSpan.Zero)
                .WithMessage("DeadlineGrace is {PropertyValue}; allowed is a time of 0 or more.");
        }
    }
}
