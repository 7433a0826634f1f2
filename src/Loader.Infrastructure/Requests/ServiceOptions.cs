using Loader.Domain;

namespace Loader.Infrastructure.Requests;

/// <summary>The settings that all destinations behind a service have: their tables, retries and requests in flight.</summary>
public abstract class ServiceOptions
{
    private protected ServiceOptions(TimeSpan requestTimeout) => RequestTimeout = requestTimeout;

    /// <summary>Gets or sets the name of the table for the generation dataset (<c>GENERATION_TABLE_NAME</c>).</summary>
    /// <value>Timestream: required. InfluxDB: <c>generation</c> by default.</value>
    public string GenerationTableName { get; set; } = "";

    /// <summary>Gets or sets the name of the table for the consumption dataset (<c>CONSUMPTION_TABLE_NAME</c>).</summary>
    /// <value>Timestream: required. InfluxDB: <c>consumption</c> by default.</value>
    public string ConsumptionTableName { get; set; } = "";

    /// <summary>Gets or sets the name of the table for the transmission dataset (<c>TRANSMISSION_TABLE_NAME</c>).</summary>
    /// <value>Timestream: required. InfluxDB: <c>transmission</c> by default.</value>
    public string TransmissionTableName { get; set; } = "";

    /// <summary>
    /// Gets or sets the maximum number of retries of a request after errors (<c>MAX_RETRIES</c>). Throttling does not count while other
    /// requests succeed.
    /// </summary>
    /// <value>From 0 to 100. Default: 3.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// Gets or sets the maximum number of requests in flight, over all loads of the process (<c>MAX_CONCURRENCY</c>). The InfluxDB sink
    /// begins with 4 and grows to it while the server answers quickly.
    /// </summary>
    /// <value>From 1 to 256. Default: 16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>Gets or sets how long a load continues while every request is throttled.</summary>
    /// <value>0 or more. Default: 2 minutes.</value>
    public TimeSpan ThrottleBudget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the time limit of one request.</summary>
    /// <value>
    /// More than 0. Default: 20 s for Timestream, as in the examples of the service's documentation; 30 s for InfluxDB, of which engine 2
    /// itself gives a write up after 10 s.
    /// </value>
    public TimeSpan RequestTimeout { get; set; }

    /// <summary>Gets the tables with the variables that name them.</summary>
    private protected (string Variable, string Name)[] Tables =>
    [
        ("GENERATION_TABLE_NAME", GenerationTableName),
        ("CONSUMPTION_TABLE_NAME", ConsumptionTableName),
        ("TRANSMISSION_TABLE_NAME", TransmissionTableName),
    ];

    /// <summary>Returns the name of a dataset's table.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <returns>The name, empty if it is not set.</returns>
    public string TableOf(DatasetType dataset) =>
        dataset == DatasetType.Generation ? GenerationTableName
        : dataset == DatasetType.Consumption ? ConsumptionTableName
        : TransmissionTableName;

    /// <summary>Finds what is wrong with the settings of requests.</summary>
    private protected IEnumerable<string> FindRequestFaults()
    {
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
}
