using FluentValidation;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>Where and how records are written to Timestream. Required only where that sink is chosen.</summary>
public sealed class TimestreamOptions
{
    /// <summary>Gets or sets the database (<c>TIMESTREAM_DATABASE_NAME</c>).</summary>
    public string DatabaseName { get; set; } = "";

    /// <summary>Gets or sets the table of the generation dataset (<c>GENERATION_TABLE_NAME</c>).</summary>
    public string GenerationTableName { get; set; } = "";

    /// <summary>Gets or sets the table of the consumption dataset (<c>CONSUMPTION_TABLE_NAME</c>).</summary>
    public string ConsumptionTableName { get; set; } = "";

    /// <summary>Gets or sets the table of the transmission dataset (<c>TRANSMISSION_TABLE_NAME</c>).</summary>
    public string TransmissionTableName { get; set; } = "";

    /// <summary>Gets or sets the records in one request (<c>MAX_BATCH_SIZE</c>).</summary>
    /// <value>From 1 to 100, the service's limit. Default: 100.</value>
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>Gets or sets how often a request is sent again after an error (<c>MAX_RETRIES</c>). Throttling does not count while other requests succeed.</summary>
    /// <value>From 0 to 100. Default: 3.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the requests in flight, over all loads of the process (<c>MAX_CONCURRENCY</c>).</summary>
    /// <value>From 1 to 256. Default: 16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>Gets or sets how long a load goes on when every request is throttled and none succeeds.</summary>
    /// <value>Default: 2 minutes.</value>
    public TimeSpan ThrottleBudget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long one request may take.</summary>
    /// <value>Default: 20 s, as in the settings that the service's own examples use.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Returns the table of a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <returns>The table's name.</returns>
    public string TableOf(DatasetType dataset) =>
        dataset == DatasetType.Generation ? GenerationTableName
        : dataset == DatasetType.Consumption ? ConsumptionTableName
        : TransmissionTableName;

    /// <summary>Checks <see cref="TimestreamOptions"/>; messages name the environment variable, its value and what is allowed.</summary>
    public sealed class Validator : AbstractValidator<TimestreamOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator()
        {
            Name(RuleFor(o => o.DatabaseName), "TIMESTREAM_DATABASE_NAME");
            Name(RuleFor(o => o.GenerationTableName), "GENERATION_TABLE_NAME");
            Name(RuleFor(o => o.ConsumptionTableName), "CONSUMPTION_TABLE_NAME");
            Name(RuleFor(o => o.TransmissionTableName), "TRANSMISSION_TABLE_NAME");
            RuleFor(o => o.MaxBatchSize).InclusiveBetween(1, 100).WithMessage(o =>
                o.MaxBatchSize == 1000
                    ? "MAX_BATCH_SIZE is 1000, the default of the loader before this one; the service takes at most 100 records in a request. Allowed is a whole number from 1 to 100."
                    : "MAX_BATCH_SIZE is {PropertyValue}; allowed is a whole number from 1 to 100, the service's limit.");
            RuleFor(o => o.MaxRetries).InclusiveBetween(0, 100)
                .WithMessage("MAX_RETRIES is {PropertyValue}; allowed is a whole number from 0 to 100.");
            RuleFor(o => o.MaxConcurrency).InclusiveBetween(1, 256)
                .WithMessage("MAX_CONCURRENCY is {PropertyValue}; allowed is a whole number from 1 to 256.");
            RuleFor(o => o.ThrottleBudget).GreaterThanOrEqualTo(TimeSpan.Zero)
                .WithMessage("ThrottleBudget is {PropertyValue}; allowed is a time of 0 or more.");
            RuleFor(o => o.RequestTimeout).GreaterThan(TimeSpan.Zero)
                .WithMessage("RequestTimeout is {PropertyValue}; allowed is a time above 0.");
        }

        /// <summary>Names: 3 to 256 characters of this set (Timestream API reference, CreateTable).</summary>
        private static void Name(IRuleBuilderInitial<TimestreamOptions, string> rule, string variable) =>
            rule.Cascade(CascadeMode.Stop)
                .NotEmpty().WithMessage($"{variable} is not set; it is required to write to Timestream.")
                .Matches("^[a-zA-Z0-9_.-]{3,256}$")
                .WithMessage($"{variable} is '{{PropertyValue}}'; allowed are 3 to 256 letters, digits, '_', '.' and '-'.");
    }
}
