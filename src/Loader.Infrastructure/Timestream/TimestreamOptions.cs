using FluentValidation;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>The settings of the Timestream sink. Required only if that sink is used.</summary>
public sealed class TimestreamOptions
{
    /// <summary>Gets or sets the name of the database (<c>TIMESTREAM_DATABASE_NAME</c>).</summary>
    public string DatabaseName { get; set; } = "";

    /// <summary>Gets or sets the name of the table for the generation dataset (<c>GENERATION_TABLE_NAME</c>).</summary>
    public string GenerationTableName { get; set; } = "";

    /// <summary>Gets or sets the name of the table for the consumption dataset (<c>CONSUMPTION_TABLE_NAME</c>).</summary>
    public string ConsumptionTableName { get; set; } = "";

    /// <summary>Gets or sets the name of the table for the transmission dataset (<c>TRANSMISSION_TABLE_NAME</c>).</summary>
    public string TransmissionTableName { get; set; } = "";

    /// <summary>Gets or sets the maximum number of records in a request (<c>MAX_BATCH_SIZE</c>).</summary>
    /// <value>From 1 to 100, the service's limit. Default: 100.</value>
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>
    /// Gets or sets the maximum number of retries of a request after errors (<c>MAX_RETRIES</c>). Throttling does not count while other
    /// requests succeed.
    /// </summary>
    /// <value>From 0 to 100. Default: 3.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the maximum number of requests in flight, over all loads of the process (<c>MAX_CONCURRENCY</c>).</summary>
    /// <value>From 1 to 256. Default: 16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>Gets or sets how long a load continues while every request is throttled.</summary>
    /// <value>0 or more. Default: 2 minutes.</value>
    public TimeSpan ThrottleBudget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the time limit of one request.</summary>
    /// <value>More than 0. Default: 20 s, as in the examples of the service's documentation.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Returns the name of a dataset's table.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <returns>The name, empty if it is not set.</returns>
    public string TableOf(DatasetType dataset) =>
        dataset == DatasetType.Generation ? GenerationTableName
        : dataset == DatasetType.Consumption ? ConsumptionTableName
        : TransmissionTableName;

    /// <summary>
    /// Validates <see cref="TimestreamOptions"/>. Messages name the environment variable, its value and the allowed values.
    /// </summary>
    public sealed class Validator : AbstractValidator<TimestreamOptions>
    {
        /// <summary>Initializes a new instance of the <see cref="Validator"/> class.</summary>
        public Validator()
        {
            ValidateName(RuleFor(o => o.DatabaseName), "TIMESTREAM_DATABASE_NAME");
            ValidateName(RuleFor(o => o.GenerationTableName), "GENERATION_TABLE_NAME");
            ValidateName(RuleFor(o => o.ConsumptionTableName), "CONSUMPTION_TABLE_NAME");
            ValidateName(RuleFor(o => o.TransmissionTableName), "TRANSMISSION_TABLE_NAME");
            RuleFor(o => o.MaxBatchSize).InclusiveBetween(1, 100).WithMessage(o =>
                o.MaxBatchSize == 1000
                    ? "MAX_BATCH_SIZE is 1000, the default of the previous loader. The service accepts at most 100 records in a request, "
                        + "so it must be a whole number from 1 to 100."
                    : "MAX_BATCH_SIZE is {PropertyValue}; it must be a whole number from 1 to 100, the service's limit.");
            RuleFor(o => o.MaxRetries).InclusiveBetween(0, 100)
                .WithMessage("MAX_RETRIES is {PropertyValue}; it must be a whole number from 0 to 100.");
            RuleFor(o => o.MaxConcurrency).InclusiveBetween(1, 256)
                .WithMessage("MAX_CONCURRENCY is {PropertyValue}; it must be a whole number from 1 to 256.");
            RuleFor(o => o.ThrottleBudget).GreaterThanOrEqualTo(TimeSpan.Zero)
                .WithMessage("ThrottleBudget is {PropertyValue}; it must be 0 or more.");
            RuleFor(o => o.RequestTimeout).GreaterThan(TimeSpan.Zero)
                .WithMessage("RequestTimeout is {PropertyValue}; it must be more than 0.");
        }

        /// <summary>Adds the rules for a name (Timestream API reference, CreateTable).</summary>
        private static void ValidateName(IRuleBuilderInitial<TimestreamOptions, string> rule, string variable) =>
            rule.Cascade(CascadeMode.Stop)
                .NotEmpty().WithMessage($"{variable} is not set; it is required to write to Timestream.")
                .Matches("^[a-zA-Z0-9_.-]{3,256}$")
                .WithMessage($"{variable} is '{{PropertyValue}}'; it must be 3 to 256 letters, digits, '_', '.' or '-'.");
    }
}
