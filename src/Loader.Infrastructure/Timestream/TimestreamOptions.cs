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

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        (string Variable, string? Name)[] names =
        [
            ("TIMESTREAM_DATABASE_NAME", DatabaseName),
            ("GENERATION_TABLE_NAME", GenerationTableName),
            ("CONSUMPTION_TABLE_NAME", ConsumptionTableName),
            ("TRANSMISSION_TABLE_NAME", TransmissionTableName),
        ];
        foreach ((string variable, string? name) in names)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                yield return $"{variable} is not set; it is required to write to Timestream.";
            }
            else if (!IsName(name))
            {
                yield return $"{variable} is '{name}'; it must be 3 to 256 letters, digits, '_', '.' or '-'.";
            }
        }

        if (MaxBatchSize == 1000)
        {
            yield return "MAX_BATCH_SIZE is 1000, the default of the previous loader. The service accepts at most 100 records in a "
                + "request, so it must be a whole number from 1 to 100.";
        }
        else if (MaxBatchSize is < 1 or > 100)
        {
            yield return FormattableString.Invariant(
                $"MAX_BATCH_SIZE is {MaxBatchSize}; it must be a whole number from 1 to 100, the service's limit.");
        }

        if (MaxRetries is < 0 or > 100)
        {
            yield return FormattableString.Invariant($"MAX_RETRIES is {MaxRetries}; it must be a whole number from 0 to 100.");
        }

        if (MaxConcurrency is < 1 or > 256)
        {
            yield return FormattableString.Invariant($"MAX_CONCURRENCY is {MaxConcurrency}; it must be a whole number from 1 to 256.");
        }

        if (ThrottleBudget < TimeSpan.Zero)
        {
            yield return FormattableString.Invariant($"ThrottleBudget is {ThrottleBudget}; it must be 0 or more.");
        }

        if (RequestTimeout <= TimeSpan.Zero)
        {
            yield return FormattableString.Invariant($"RequestTimeout is {RequestTimeout}; it must be more than 0.");
        }
    }

    /// <summary>Returns whether a name of a database or table is allowed (Timestream API reference, CreateTable).</summary>
    private static bool IsName(string name) =>
        name.Length is >= 3 and <= 256 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
