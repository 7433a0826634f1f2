using System.Diagnostics.CodeAnalysis;
using Loader.Application.Ports;
using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>
/// Publishes the counts of loads to CloudWatch with the dimension <c>DatasetType</c>, the metrics of up to 1,000 loads in one request, and
/// the findings of a run without a dimension.
/// </summary>
/// <remarks>
/// A load never waits for its metrics and never fails because of them. They are sent a minute after the first load that waits, when 1,000
/// loads wait, on <see cref="FlushAsync"/> and on disposal. What could not be sent is sent again with the metrics of later loads. Metrics
/// are lost if more than 10,000 loads wait (the oldest), if CloudWatch refuses the request as invalid, and if they cannot be sent within
/// 5 seconds on disposal; each is logged. They may count twice if the response to a request is lost.
/// </remarks>
public sealed partial class CloudWatchPublisher : IMetricsPublisher, IAsyncDisposable, IDisposable
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly string _namespace;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lazy<(JsonProtocolClient Client, Uri Address)> _cloudWatch;
    private readonly Lock _gate = new();
    private readonly MetricsQueue _queue = new();
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly CancellationTokenSource _disposing;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="CloudWatchPublisher"/> class.</summary>
    /// <param name="options">The settings of the metrics.</param>
    /// <param name="aws">The connection to AWS.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Logs metrics that are not sent or are lost.</param>
    public CloudWatchPublisher(
        MetricsOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger<CloudWatchPublisher> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(aws);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _namespace = options.Namespace;
        _timeProvider = timeProvider;
        _logger = logger;
        _cloudWatch = new(() =>
        {
            AwsEndpoint endpoint = aws.Endpoint(AwsService.CloudWatch);
            return (aws.Client(AwsService.CloudWatch, endpoint, connections: 1), endpoint.Address);
        });
        _disposing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _timer = timeProvider.CreateTimer(
            static publisher => ((CloudWatchPublisher)publisher!).FlushInBackground(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the time limit of one request.</summary>
    internal TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets the time limit of the last attempt, on disposal.</summary>
    internal TimeSpan DisposalLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    public Task PublishAsync(LoadReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        Add(LoadMetrics.From(report, _timeProvider.GetUtcNow()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    public Task PublishFindingsAsync(QualityReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        Add(LoadMetrics.From(report, _timeProvider.GetUtcNow()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        try
        {
            await _oneAtATime.WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Another flush, which logs its own failure, has what is not sent.
            return;
        }

        try
        {
            await SendAllAsync(ending.Token).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Sends what is not sent yet, within 5 seconds, and releases the connection.</summary>
    /// <returns>A task that completes when the publisher is disposed.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        _disposing.CancelAfter(DisposalLimit);
        await FlushAsync(CancellationToken.None).ConfigureAwait(false);

        // A flush in the background ends by itself now: its token is that of the disposal.
        await _oneAtATime.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        if (_queue.Count > 0)
        {
            LogLostAtEnd(_logger, _queue.Count);
        }

        if (_cloudWatch.IsValueCreated)
        {
            _cloudWatch.Value.Client.Dispose();
        }

        _oneAtATime.Dispose();
        _disposing.Dispose();
    }

    /// <summary>Sends what is not sent yet, within 5 seconds, and releases the connection.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    [LoggerMessage(3001, LogLevel.Warning,
        "The metrics of {Loads} loads are not published yet: {Reason} They are sent again with those of later loads. The loads themselves "
        + "are not affected.")]
    private static partial void LogNotSent(ILogger logger, int loads, string reason);

    [LoggerMessage(3002, LogLevel.Warning,
        "The metrics of {Loads} loads are lost: CloudWatch refused them ({Error}). The loads themselves are not affected.")]
    private static partial void LogRefused(ILogger logger, int loads, ServiceError error);

    [LoggerMessage(3003, LogLevel.Warning,
        "The metrics of {Loads} loads are lost: CloudWatch accepted none for so long that more than {Limit} loads waited. The loads "
        + "themselves are not affected.")]
    private static partial void LogDropped(ILogger logger, int loads, int limit);

    [LoggerMessage(3004, LogLevel.Warning,
        "The metrics of {Loads} loads are lost: CloudWatch did not accept them before the process ended. The loads themselves are not "
        + "affected.")]
    private static partial void LogLostAtEnd(ILogger logger, int loads);

    [LoggerMessage(3005, LogLevel.Error,
        "The metrics of {Loads} loads could not be sent. This is a defect of the loader; please report it.")]
    private static partial void LogDefect(ILogger logger, int loads, Exception exception);

    private void Add(LoadMetrics load)
    {
        bool isRequestFull;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _queue.Add(load);
            isRequestFull = _queue.Count == MetricsQueue.MaxLoadsInRequest;
            if (_queue.Count == 1)
            {
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }

        if (isRequestFull)
        {
            FlushInBackground();
        }
    }

    private void FlushInBackground() => _ = FlushAsync(CancellationToken.None);

    /// <summary>
    /// Sends the loads that wait now. Those that end meanwhile wait for the next flush, which otherwise would never end and would send a
    /// request for each.
    /// </summary>
    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        int left;
        lock (_gate)
        {
            left = _queue.Count;
        }

        while (left > 0)
        {
            IReadOnlyList<LoadMetrics> loads;
            lock (_gate)
            {
                loads = _queue.TakeRequest(left);
            }

            left -= loads.Count;
            if (!await TrySendAsync(loads, cancellationToken).ConfigureAwait(false))
            {
                lock (_gate)
                {
                    _queue.PutBack(loads);
                }

                break;
            }
        }

        int dropped;
        lock (_gate)
        {
            dropped = _queue.TakeDropped();
            Schedule(_queue.Count > 0 ? Interval : Timeout.InfiniteTimeSpan);
        }

        if (dropped > 0)
        {
            LogDropped(_logger, dropped, MetricsQueue.MaxLoads);
        }
    }

    /// <summary>Sets when the next flush begins. On disposal there is none.</summary>
    private void Schedule(TimeSpan after)
    {
        if (!_isDisposed)
        {
            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Sends one request. A failure is logged.</summary>
    /// <returns>Whether the metrics need not be sent again.</returns>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "Metrics never end a process or fail a load.")]
    private async Task<bool> TrySendAsync(IReadOnlyList<LoadMetrics> loads, CancellationToken cancellationToken)
    {
        try
        {
            ServiceError? error = await SendAsync(MetricData.Serialize(_namespace, loads), cancellationToken).ConfigureAwait(false);
            switch (error?.Kind)
            {
                case null:
                    return true;
                case ServiceErrorKind.Validation or ServiceErrorKind.Refused:
                    // The same request would be refused again, and would keep those behind it from being sent.
                    LogRefused(_logger, loads.Count, error);
                    return true;
                case ServiceErrorKind.AccessDenied:
                    LogNotSent(_logger, loads.Count, $"CloudWatch refused them ({error}). Grant cloudwatch:PutMetricData.");
                    return false;
                default:
                    LogNotSent(_logger, loads.Count, $"CloudWatch did not accept them ({error}).");
                    return false;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogNotSent(_logger, loads.Count, "CloudWatch did not accept them in the time that there was.");
        }
        catch (LoadException failure)
        {
            LogNotSent(_logger, loads.Count, failure.Message);
        }
        catch (Exception exception)
        {
            LogDefect(_logger, loads.Count, exception);
        }

        return false;
    }

    private async Task<ServiceError?> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        (JsonProtocolClient client, Uri address) = _cloudWatch.Value;
        for (int attempt = 1; ; attempt++)
        {
            ServiceResponse response = await client.SendAsync(address, "PutMetricData", body, RequestTimeout, cancellationToken)
                .ConfigureAwait(false);
            bool isTransient = response.Error?.Kind is ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable;
            if (!isTransient || attempt == MaxAttempts)
            {
                return response.Error;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
