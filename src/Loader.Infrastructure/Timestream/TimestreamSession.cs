using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>What all loads of a process share: the client, the permits, the retries, and what is known of tables.</summary>
internal sealed class TimestreamSession : IDisposable
{
    /// <summary>Lanes for each permit: so many requests may wait to be sent again while others are in flight.</summary>
    private const int LanesPerPermit = 4;

    /// <summary>Initializes a new instance of the <see cref="TimestreamSession"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="aws">How AWS is reached.</param>
    /// <param name="random">Gives numbers from 0 to 1.</param>
    /// <param name="logger">The log.</param>
    /// <param name="timeProvider">The time.</param>
    /// <exception cref="Application.Results.ConfigurationException">No region is set, or what is set is no endpoint.</exception>
    public TimestreamSession(TimestreamOptions options, AwsConnection aws, Func<double> random, ILogger logger, TimeProvider timeProvider)
    {
        AwsService service = AwsService.TimestreamWrite;
        AwsEndpoint endpoint = aws.Endpoint(service);
        Region = endpoint.Region.Name;
        Client = new TimestreamClient(
            aws.Client(service, endpoint, options.MaxConcurrency + 1),
            endpoint.Address,
            aws.Options.DiscoverTimestreamEndpoint ?? !endpoint.IsCustom,
            options.RequestTimeout,
            timeProvider);
        MaxBatchSize = options.MaxBatchSize;
        Lanes = options.MaxConcurrency * LanesPerPermit;
        Gate = new PermitGate(options.MaxConcurrency);
        Retries = new RequestRetries(options.MaxRetries, new ThrottleWatch(options.ThrottleBudget, timeProvider), random, logger, timeProvider);
        Logger = logger;
        Tables = new TableDescriptions(Client, Retries, logger, timeProvider);
    }

    /// <summary>Gets the region's name.</summary>
    public string Region { get; }

    /// <summary>Gets the client.</summary>
    public TimestreamClient Client { get; }

    /// <summary>Gets the records in a request.</summary>
    public int MaxBatchSize { get; }

    /// <summary>Gets the lanes that a batch may have.</summary>
    public int Lanes { get; }

    /// <summary>Gets the permits.</summary>
    public PermitGate Gate { get; }

    /// <summary>Gets the retries.</summary>
    public RequestRetries Retries { get; }

    /// <summary>Gets the log.</summary>
    public ILogger Logger { get; }

    /// <summary>Gets what is known of tables.</summary>
    public TableDescriptions Tables { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tables.Dispose();
        Client.Dispose();
    }
}
