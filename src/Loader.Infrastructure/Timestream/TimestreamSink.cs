using System.Buffers;
using System.Text.Json;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Querying;
using Loader.Infrastructure.Timestream.Tables;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>
/// Writes records to Amazon Timestream for LiveAnalytics. All loads of a process share one instance, its connections and its request limit.
/// </summary>
public sealed partial class TimestreamSink : IRecordSink, IDisposable
{
    /// <summary>
    /// How far in the future a record's time may be: https://docs.aws.amazon.com/timestream/latest/developerguide/ts-limits.html.
    /// </summary>
    private static readonly TimeSpan MaxFuture = TimeSpan.FromMinutes(15);

    private readonly TimestreamOptions _options;
    private readonly AwsConnection _aws;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly Lazy<(Shared? Value, ConfigurationException? Failure)> _shared;
    private long _loads;

    /// <summary>
    /// Initializes a new instance of the <see cref="TimestreamSink"/> class. Region and endpoint are resolved by the first load.
    /// </summary>
    /// <param name="options">The database, the tables and the limits of requests.</param>
    /// <param name="aws">The AWS settings and credentials.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    public TimestreamSink(TimestreamOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger<TimestreamSink> logger)
        : this(options, aws, timeProvider, logger, RetryLoop.NextRandom)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="TimestreamSink"/> class with a custom random-number source.</summary>
    /// <param name="options">The database, the tables and the limits of requests.</param>
    /// <param name="aws">The AWS settings and credentials.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="random">Returns random numbers from 0 to 1 for the jitter of retry delays. Called from several threads.</param>
    internal TimestreamSink(TimestreamOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger logger, Func<double> random)
    {
        _options = options;
        _aws = aws;
        _timeProvider = timeProvider;
        _logger = logger;
        _random = random;
        _shared = new(() =>
        {
            try
            {
                return (new Shared(options, aws, random, logger, timeProvider), null);
            }
            catch (ConfigurationException failure)
            {
                return (null, failure);
            }
        });
    }

    /// <summary>
    /// Gets what all loads share. Wrong settings are found once, but each load fails with an exception of its own, because the exception
    /// carries the report of the load.
    /// </summary>
    private Shared All =>
        _shared.Value.Value ?? throw new ConfigurationException(_shared.Value.Failure!.Message, _shared.Value.Failure);

    /// <inheritdoc/>
    public SinkActivity? Activity => _shared is { IsValueCreated: true, Value.Value: { } shared }
        ? new SinkActivity(shared.Batches.Limiter.InFlight, shared.Batches.Retries.Throttles)
        : default(SinkActivity);

    /// <inheritdoc/>
    public async Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        TableName table = TableOf(dataset);
        return DestinationOf(table, await All.Tables.GetAsync(table, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        TableName table = TableOf(dataset);
        TableDescription description = await All.Tables.GetAsync(table, cancellationToken).ConfigureAwait(false);
        return new TimestreamWriter(
            All.Batches, All.WriteRecordsAsync, All.MaxBatchSize, Interlocked.Increment(ref _loads), table,
            () => DestinationOf(table, description));
    }

    /// <summary>Creates a reader of the same tables, with connections of its own to the query API.</summary>
    /// <returns>The reader, which the caller disposes.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    internal TimestreamReader CreateReader()
    {
        AwsService service = AwsService.TimestreamQuery;
        AwsEndpoint endpoint = _aws.Endpoint(service);
        var client = new TimestreamClient(
            _aws.Client(service, endpoint, connections: 2),
            endpoint.Address,
            _aws.Options.DiscoverTimestreamEndpoint ?? !endpoint.IsCustom,
            TimestreamReader.RequestTimeout,
            _timeProvider);
        var retries = new RetryLoop(
            "Timestream", new RetryPolicy(_options.MaxRetries, _options.ThrottleBudget), _random, _logger, _timeProvider);
        var pages = new QueryPages((body, cancellationToken) => client.SendAsync("Query", body, cancellationToken), retries);
        return new TimestreamReader(client, pages) { TableOf = TableOf, InspectAsync = InspectAsync };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Value?.Dispose();
        }
    }

    private TableName TableOf(DatasetType dataset) =>
        new(_options.DatabaseName, _options.TableOf(dataset), All.Region);

    /// <summary>Describes a table with the limits on times that hold now.</summary>
    private Destination DestinationOf(in TableName table, TableDescription description)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        string host = All.Host;
        return new Destination(
            "timestream",
            $"{host}/{table.Region}/{table.Database}/{table.Table}",
            description.Identity is { } identity ? $"{identity}@{host}" : null,
            new DestinationLimits
            {
                MaxDimensionBytes = RecordMetering.MaxDimensionBytes,
                Earliest = now - description.Retention,
                Latest = now + MaxFuture,
            });
    }

    [LoggerMessage(2003, LogLevel.Warning,
        "Access denied describing table {Table} ({Message}). Its retention is unknown, so rows outside it are found only when the "
        + "service rejects them.")]
    private static partial void LogRetentionUnknown(ILogger logger, string table, string message);

    [LoggerMessage(2004, LogLevel.Warning,
        "Table {Table} accepts rows older than its memory store but has no location for rejected data: rows that the magnetic store "
        + "rejects later are lost "
        + "without notice. Set MagneticStoreRejectedDataLocation on the table.")]
    private static partial void LogNoRejectedDataLocation(ILogger logger, string table);

    /// <summary>What all loads of a process share.</summary>
    private sealed class Shared : IDisposable
    {
        private readonly TimestreamClient _client;
        private readonly ILogger _logger;

        public Shared(TimestreamOptions options, AwsConnection aws, Func<double> random, ILogger logger, TimeProvider timeProvider)
        {
            AwsService service = AwsService.TimestreamWrite;
            AwsEndpoint endpoint = aws.Endpoint(service);
            Region = endpoint.Region.Name;
            Host = endpoint.Address.Authority;
            _logger = logger;
            _client = new TimestreamClient(
                aws.Client(service, endpoint, options.MaxConcurrency + 1),
                endpoint.Address,
                aws.Options.DiscoverTimestreamEndpoint ?? !endpoint.IsCustom,
                options.RequestTimeout,
                timeProvider);
            MaxBatchSize = options.MaxBatchSize;
            Batches = new BatchSender
            {
                Limiter = new RequestLimiter(options.MaxConcurrency),
                Retries = new RetryLoop(
                    "Timestream", new RetryPolicy(options.MaxRetries, options.ThrottleBudget), random, logger, timeProvider),
                MaxConcurrency = options.MaxConcurrency,
                Logger = logger,
            };
            Tables = new DescriptionCache<TableName, TableDescription>(DescribeTableAsync, timeProvider);
        }

        public string Region { get; }

        /// <summary>Gets the host of the endpoint that the settings name, before discovery.</summary>
        public string Host { get; }

        public BatchSender Batches { get; }

        public int MaxBatchSize { get; }

        public DescriptionCache<TableName, TableDescription> Tables { get; }

        /// <summary>Sends one WriteRecords request. The body must not change until it completes.</summary>
        public ValueTask<ServiceResponse> WriteRecordsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
            _client.SendAsync("WriteRecords", body, cancellationToken);

        public void Dispose() => _client.Dispose();

        /// <summary>Describes a table. The table is written without a known retention if the credentials cannot describe it.</summary>
        private async Task<DescriptionResult<TableDescription>> DescribeTableAsync(TableName table, CancellationToken cancellationToken)
        {
            var counts = new RetryCounts();
            ServiceResponse answer = await Batches.Retries.SendAsync(
                static (call, token) => SendDescribeTableAsync(call.Client, call.Body, token),
                (Client: _client, Body: DescribeTableBody(table)),
                counts,
                cancellationToken).ConfigureAwait(false);
            if (answer.Error is { } error)
            {
                if (error.Kind != ServiceErrorKind.AccessDenied || TimestreamErrors.IsClosedService(error))
                {
                    return new DescriptionResult<TableDescription>(null, () => TimestreamErrors.ToException(error, table, counts));
                }

                LogRetentionUnknown(_logger, table.ToString(), error.ToString());
                return new DescriptionResult<TableDescription>(TableDescription.Unknown);
            }

            TableDescription description = TableDescription.Parse(answer.Body)!;
            if (description.LacksRejectedDataLocation)
            {
                LogNoRejectedDataLocation(_logger, table.ToString());
            }

            return new DescriptionResult<TableDescription>(description);
        }

        /// <summary>Treats a response that is not a table description as no response, so that it is retried.</summary>
        private static async ValueTask<ServiceResponse> SendDescribeTableAsync(
            TimestreamClient client, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            ServiceResponse answer = await client.SendAsync("DescribeTable", body, cancellationToken).ConfigureAwait(false);
            return answer.Error is null && TableDescription.Parse(answer.Body) is null
                ? ServiceError.NoAnswer("UnusableAnswer", "the response to DescribeTable is not a table description")
                : answer;
        }

        private static ReadOnlyMemory<byte> DescribeTableBody(in TableName table)
        {
            var body = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(body);
            writer.WriteStartObject();
            writer.WriteString("DatabaseName"u8, table.Database);
            writer.WriteString("TableName"u8, table.Table);
            writer.WriteEndObject();
            writer.Flush();
            return body.WrittenMemory;
        }
    }
}
