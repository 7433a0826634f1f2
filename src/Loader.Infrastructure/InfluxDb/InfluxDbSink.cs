using System.Collections.Concurrent;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Sending;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.InfluxDb.Tables;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.InfluxDb;

/// <summary>
/// Writes records to InfluxDB 2 or 3, such as Amazon Timestream for InfluxDB. All loads of a process share one instance, its connections
/// and its request limit.
/// </summary>
/// <remarks>What the layouts guarantee is in docs/influxdb.md.</remarks>
public sealed partial class InfluxDbSink : IRecordSink, IDisposable
{
    /// <summary>The number of requests in flight at first.</summary>
    private const int FirstConcurrency = 4;

    private const int DefaultBatchLines2 = 5_000;
    private const int DefaultBatchLines3 = 10_000;

    /// <summary>
    /// The maximum length of the dimensions of a record. Engine 2 limits the escaped key of a series, with table, tags and field, to 65,535
    /// bytes (<c>MaxKeyLength</c> in its package <c>models</c>), and each byte can need an escape. Engine 3 limits a text to 64 KB.
    /// </summary>
    private const int MaxDimensionBytes = 32_000;

    /// <summary>The range of times in whole days: a 64-bit count of nanoseconds, without the values that engine 2 reserves.</summary>
    private static readonly DateTimeOffset Earliest = new(1677, 9, 22, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new DateTimeOffset(2262, 4, 11, 0, 0, 0, TimeSpan.Zero) - TimeSpan.FromTicks(1);

    /// <summary>Requests that take longer do not let the number in flight grow. Engine 3 answers once a second.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly InfluxDbOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly AwsConnection _aws;
    private readonly Lazy<Shared> _shared;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private long _loads;

    /// <summary>Initializes a new instance of the <see cref="InfluxDbSink"/> class. The server is asked by the first load.</summary>
    /// <param name="options">The server, the bucket or database, and the limits of requests.</param>
    /// <param name="aws">The AWS settings and credentials, for a token in Secrets Manager.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    public InfluxDbSink(InfluxDbOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger<InfluxDbSink> logger)
        : this(options, aws, timeProvider, logger, RetryLoop.NextRandom)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="InfluxDbSink"/> class with a custom random-number source.</summary>
    /// <param name="options">The server, the bucket or database, and the limits of requests.</param>
    /// <param name="aws">The AWS settings and credentials.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="random">Returns random numbers from 0 to 1 for the jitter of retry delays. Called from several threads.</param>
    internal InfluxDbSink(InfluxDbOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger logger, Func<double> random)
    {
        _options = options;
        _aws = aws;
        _timeProvider = timeProvider;
        _logger = logger;
        _random = random;
        _shared = new(() => new Shared(this));
    }

    /// <inheritdoc/>
    public SinkActivity? Activity => _shared.IsValueCreated
        ? new SinkActivity(_shared.Value.Batches.Limiter.InFlight, _shared.Value.Batches.Retries.Throttles)
        : default(SinkActivity);

    /// <inheritdoc/>
    public async Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return DestinationOf(dataset, await _shared.Value.Tables.GetAsync(dataset, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: the version of a point contains a fingerprint of its source.</exception>
    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The InfluxDB sink has to know the source of records: open it with a RecordSource.");

    /// <inheritdoc/>
    /// <remarks>On engine 3 a missing table is made, so that its tags have a fixed order.</remarks>
    public async Task<IRecordWriter> OpenAsync(RecordSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        Shared shared = _shared.Value;
        DatasetType dataset = source.Dataset;
        InfluxDbTable table = await shared.PreparedTables.GetAsync(dataset, cancellationToken).ConfigureAwait(false);
        string place = PlaceOf(dataset);
        return new InfluxDbWriter(new LineFormat(_options.TableOf(dataset), table.Engine, _options.Layout, source.Fingerprint))
        {
            Batches = shared.Batches,
            Lines = shared.Lines,
            AbortState = new LoadAbortState(
                Interlocked.Increment(ref _loads),
                $"InfluxDB {place}",
                (error, counts) => InfluxDbErrors.ToException(error, place, counts.FailedAttempts)),
            Table = table,
            BatchLines = BatchLinesOf(_options, table.Engine),
            Describe = () => DestinationOf(dataset, table),
            ToException = failure => InfluxDbErrors.ToException(failure.Error, place, failure.Attempts),
            TimeProvider = _timeProvider,
            Overwrite = _options.Layout == InfluxDbLayout.Overwrite
                ? new InfluxDbWriter.Overwriting(
                    new StoredPoints(shared.Calls, _options.Bucket, _options.TableOf(dataset)),
                    _turns.GetOrAdd(_options.TableOf(dataset), static _ => new SemaphoreSlim(1, 1)))
                : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Dispose();
        }

        foreach (SemaphoreSlim turn in _turns.Values)
        {
            turn.Dispose();
        }
    }

    /// <summary>Creates a reader of the same server, with the same connections and retries. Dispose the sink after it.</summary>
    /// <returns>The reader.</returns>
    internal InfluxDbReader CreateReader() => new(_options, _shared.Value.Calls)
    {
        FindTable = (dataset, cancellationToken) => _shared.Value.Tables.GetAsync(dataset, cancellationToken),
        Describe = DestinationOf,
        PlaceOf = PlaceOf,
    };

    /// <summary>Returns the engine of the server. It changes nothing.</summary>
    /// <param name="dataset">The dataset whose table is inspected.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The engine.</returns>
    /// <exception cref="LoadException">The destination cannot be used, access is denied, or it cannot be reached.</exception>
    internal async Task<InfluxDbEngine> FindEngineAsync(DatasetType dataset, CancellationToken cancellationToken) =>
        (await _shared.Value.Tables.GetAsync(dataset, cancellationToken).ConfigureAwait(false)).Engine;

    /// <summary>Returns the limits of an engine that do not depend on the server.</summary>
    /// <param name="engine">The engine.</param>
    /// <returns>The limits.</returns>
    internal static DestinationLimits LimitsOf(InfluxDbEngine engine) => new()
    {
        MaxDimensionBytes = MaxDimensionBytes,
        UnwritableText = (engine == InfluxDbEngine.Version2 ? LineDialect.Version2 : LineDialect.Version3).Unwritable,
        Earliest = Earliest,
        Latest = Latest,
    };

    /// <summary>Returns the maximum number of lines in a request.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="engine">The engine.</param>
    /// <returns>The number of lines.</returns>
    internal static int BatchLinesOf(InfluxDbOptions options, InfluxDbEngine engine) =>
        options.BatchLines ?? (engine == InfluxDbEngine.Version2 ? DefaultBatchLines2 : DefaultBatchLines3);

    private string PlaceOf(DatasetType dataset)
    {
        string parent = (_options.Bucket.Length > 0, _options.Database.Length > 0) switch
        {
            (true, false) => $" of bucket '{_options.Bucket}'",
            (false, true) => $" of database '{_options.Database}'",

            // The engine, which decides between them, need not be known yet.
            _ => $" of bucket '{_options.Bucket}' or database '{_options.Database}'",
        };
        return $"table '{_options.TableOf(dataset)}'{parent} at {_shared.Value.Calls.Host}";
    }

    /// <summary>Describes a table with the limits on times that hold now.</summary>
    private Destination DestinationOf(DatasetType dataset, InfluxDbTable table)
    {
        bool isVersion2 = table.Engine == InfluxDbEngine.Version2;
        DateTimeOffset? expired = table.Retention is { } retention ? _timeProvider.GetUtcNow() - retention : null;
        return new Destination(
            "influxdb",
            $"{_shared.Value.Calls.Host}/{(isVersion2 ? _options.Bucket : _options.Database)}/{_options.TableOf(dataset)}",
            table.Identity,
            LimitsOf(table.Engine) with { Earliest = expired > Earliest ? expired : Earliest });
    }

    [LoggerMessage(2103, LogLevel.Warning,
        "InfluxDB does not tell the retention of database {Database}. Rows that are older than it would be accepted and not be readable.")]
    private static partial void LogRetentionUnknown(ILogger logger, string database);

    [LoggerMessage(2104, LogLevel.Warning,
        "The token may not make table {Table}, so the first line makes it: a tag that the line does not have comes last in its sort "
        + "order.")]
    private static partial void LogTableNotCreated(ILogger logger, string table);

    /// <summary>What all loads of a process share.</summary>
    private sealed class Shared : IDisposable
    {
        private readonly InfluxDbSink _sink;
        private readonly InfluxDbOptions _options;
        private readonly InfluxDbClient _client;

        public Shared(InfluxDbSink sink)
        {
            _sink = sink;
            _options = sink._options;
            _client = new InfluxDbClient(
                _options, new InfluxDbToken(_options, sink._aws, Retries("Secrets Manager"), sink._timeProvider), sink._timeProvider);
            RetryLoop retries = Retries("InfluxDB");
            Batches = new BatchSender
            {
                Limiter = new RequestLimiter(Math.Min(FirstConcurrency, _options.MaxConcurrency)),
                Retries = retries,
                MaxConcurrency = _options.MaxConcurrency,
                Logger = sink._logger,
            };
            Calls = new InfluxDbCalls(_client, retries);
            Lines = new LineSender(
                _client, _options, new AdaptiveConcurrency(Batches.Limiter, _options.MaxConcurrency, Slow, sink._timeProvider));
            Tables = new DescriptionCache<DatasetType, InfluxDbTable>(DescribeAsync, sink._timeProvider);
            PreparedTables = new DescriptionCache<DatasetType, InfluxDbTable>(PrepareAsync, sink._timeProvider);
        }

        public BatchSender Batches { get; }

        public InfluxDbCalls Calls { get; }

        public LineSender Lines { get; }

        /// <summary>Gets the tables as they are.</summary>
        public DescriptionCache<DatasetType, InfluxDbTable> Tables { get; }

        /// <summary>Gets the tables that can be written to. Those of engine 3 that are missing are made.</summary>
        public DescriptionCache<DatasetType, InfluxDbTable> PreparedTables { get; }

        public void Dispose() => _client.Dispose();

        private RetryLoop Retries(string service) => new(
            service, new RetryPolicy(_options.MaxRetries, _options.ThrottleBudget), _sink._random, _sink._logger, _sink._timeProvider);

        private async Task<DescriptionResult<InfluxDbTable>> PrepareAsync(DatasetType dataset, CancellationToken cancellationToken)
        {
            DescriptionResult<InfluxDbTable> result = await DescribeAsync(dataset, cancellationToken).ConfigureAwait(false);
            if (result.Description is not { Engine: InfluxDbEngine.Version3, Exists: false })
            {
                return result;
            }

            string table = _options.TableOf(dataset);
            try
            {
                if (await new Inspection3(Calls, _options.Database)
                    .TryCreateAsync(table, dataset, _options.Layout, cancellationToken).ConfigureAwait(false))
                {
                    // Another process may have made it in the meantime, with another layout.
                    return await DescribeAsync(dataset, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (InfluxDbCallException failure)
            {
                return Failed(dataset, failure);
            }

            LogTableNotCreated(_sink._logger, table);
            return result;
        }

        private DescriptionResult<InfluxDbTable> Failed(DatasetType dataset, InfluxDbCallException failure) => new(
            null, () => InfluxDbErrors.ToException(failure.Error, _sink.PlaceOf(dataset), failure.Attempts));

        private async Task<DescriptionResult<InfluxDbTable>> DescribeAsync(DatasetType dataset, CancellationToken cancellationToken)
        {
            try
            {
                InfluxDbEngine engine = _options.Engine == InfluxDbEngine.Auto
                    ? (await EngineDetection.AskAsync(Calls, cancellationToken).ConfigureAwait(false)).Engine
                    : _options.Engine;
                if (_options.FindFaultOn(engine, Calls.Host) is { } fault)
                {
                    return new DescriptionResult<InfluxDbTable>(null, () => new ConfigurationException(fault));
                }

                return engine == InfluxDbEngine.Version2
                    ? await Describe2Async(dataset, cancellationToken).ConfigureAwait(false)
                    : await Describe3Async(dataset, cancellationToken).ConfigureAwait(false);
            }
            catch (InfluxDbCallException failure)
            {
                return Failed(dataset, failure);
            }
        }

        private async Task<DescriptionResult<InfluxDbTable>> Describe2Async(DatasetType dataset, CancellationToken cancellationToken)
        {
            string name = _options.TableOf(dataset);
            var inspection = new Inspection2(Calls, _options);
            InfluxDbBucket bucket = await inspection.GetBucketAsync(cancellationToken).ConfigureAwait(false);
            return Check(
                dataset,
                await inspection.GetColumnsAsync(name, cancellationToken).ConfigureAwait(false),
                new InfluxDbTable(InfluxDbEngine.Version2, $"{bucket.Id}/{name}@{Calls.Host}", bucket.Retention, Exists: true));
        }

        private async Task<DescriptionResult<InfluxDbTable>> Describe3Async(DatasetType dataset, CancellationToken cancellationToken)
        {
            string name = _options.TableOf(dataset);
            var inspection = new Inspection3(Calls, _options.Database);
            (InfluxDbBucket database, bool isRetentionKnown) =
                await inspection.GetDatabaseAsync(cancellationToken).ConfigureAwait(false);
            if (!isRetentionKnown)
            {
                LogRetentionUnknown(_sink._logger, _options.Database);
            }

            IReadOnlyCollection<InfluxDbColumn> columns = await inspection.GetColumnsAsync(name, cancellationToken).ConfigureAwait(false);
            return Check(
                dataset,
                columns,
                new InfluxDbTable(
                    InfluxDbEngine.Version3, $"{database.Id}/{name}@{Calls.Host}", database.Retention, columns.Count > 0));
        }

        /// <summary>Returns the table, or why a load must not write to it.</summary>
        private DescriptionResult<InfluxDbTable> Check(
            DatasetType dataset, IReadOnlyCollection<InfluxDbColumn> columns, InfluxDbTable table)
        {
            string place = _sink.PlaceOf(dataset);
            return TableLayout.FindFault(place, dataset, table.Engine, _options.Layout, columns) is null
                ? new DescriptionResult<InfluxDbTable>(table with
                {
                    ColumnNames = columns.Select(static column => column.Name).ToHashSet(StringComparer.Ordinal),
                })
                : new DescriptionResult<InfluxDbTable>(
                    null, () => TableLayout.FindFault(place, dataset, table.Engine, _options.Layout, columns)!);
        }
    }
}
