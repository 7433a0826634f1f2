using System.Runtime.CompilerServices;
using Loader.Infrastructure.Aws;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>
/// The only layer that sends requests again. Errors of the service and of the way there count against a number of retries; throttling does not, while any
/// request of the process succeeds.
/// </summary>
/// <remarks>
/// An error leaves open whether the records were stored. Sending them again is safe: the service takes a record that it has with the same value and version.
/// Waits have full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and no permit is held while waiting: the service wants the
/// rate kept up, so that its memory store scales.
/// </remarks>
internal sealed class RequestRetries
{
    /// <summary>The upper end of the first wait after an error, and after a throttled request; it doubles with each further one.</summary>
    internal static readonly TimeSpan FirstErrorWait = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="FirstErrorWait"/>
    internal static readonly TimeSpan FirstThrottleWait = TimeSpan.FromMilliseconds(10);

    /// <summary>The upper end of all waits.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePropertyKey<RetryCounts> AttemptsKey = new("Loader.Attempts");

    private readonly ResiliencePipeline<ServiceAnswer> _pipeline;
    private readonly int _maxRetries;
    private readonly ThrottleWatch _throttles;
    private readonly Func<double> _random;
    private readonly RetryLog _log;

    /// <summary>Initializes a new instance of the <see cref="RequestRetries"/> class.</summary>
    /// <param name="maxRetries">The retries after errors.</param>
    /// <param name="throttles">The process's watch on throttling.</param>
    /// <param name="random">Gives numbers from 0 to 1.</param>
    /// <param name="logger">Is told of bursts of retries.</param>
    /// <param name="timeProvider">Waits.</param>
    public RequestRetries(int maxRetries, ThrottleWatch throttles, Func<double> random, ILogger logger, TimeProvider timeProvider)
    {
        _maxRetries = maxRetries;
        _throttles = throttles;
        _random = random;
        _log = new RetryLog(logger, timeProvider);
        _pipeline = new ResiliencePipelineBuilder<ServiceAnswer> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<ServiceAnswer>
            {
                // The count is ours: Polly's would not tell errors from throttling.
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => new ValueTask<bool>(IsToBeRetried(arguments.Outcome, arguments.Context)),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(Wait(arguments.Outcome.Result.Error!, arguments.Context)),
                OnRetry = arguments =>
                {
                    _log.Retrying(arguments.Outcome.Result.Error!, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Says whether a throttle comes from the magnetic store, where it may last for hours.</summary>
    /// <param name="error">The error.</param>
    /// <returns>Whether the error names the partitions of the magnetic store.</returns>
    /// <remarks>https://docs.aws.amazon.com/timestream/latest/developerguide/troubleshooting.html, active magnetic store partitions.</remarks>
    public static bool IsMagneticStoreThrottle(ServiceError error) =>
        error.Kind == ServiceErrorKind.Throttled
        && error.Message.Contains("magnetic", StringComparison.OrdinalIgnoreCase)
        && error.Message.Contains("partition", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends a request until it is answered for good, or until sending again is of no use.</summary>
    /// <typeparam name="TState">What the sender needs.</typeparam>
    /// <param name="send">Sends once.</param>
    /// <param name="state">What the sender needs.</param>
    /// <param name="attempts">Counts; cleared first.</param>
    /// <param name="cancellationToken">Abandons the request, also while it waits.</param>
    /// <returns>The last answer.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServiceAnswer> SendAsync<TState>(
        Func<TState, CancellationToken, ValueTask<ServiceAnswer>> send, TState state, RetryCounts attempts, CancellationToken cancellationToken)
    {
        attempts.Reset();
        ServiceAnswer first = await send(state, cancellationToken).ConfigureAwait(false);
        if (!IsToBeRetried(first.Error, attempts))
        {
            return first;
        }

        // Most requests end above and do not pay for what follows. The pipeline's first try takes over the answer that is there.
        attempts.First = first;
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(AttemptsKey, attempts);
            return await _pipeline.ExecuteAsync(
                static (context, call) => call.Attempts.First is { } first
                    ? new ValueTask<ServiceAnswer>(first)
                    : call.Send(call.State, context.CancellationToken),
                context,
                (Send: send, State: state, Attempts: attempts)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsToBeRetried(Outcome<ServiceAnswer> outcome, ResilienceContext context)
    {
        if (outcome.Exception is not null)
        {
            return false;
        }

        RetryCounts attempts = AttemptsOf(context);
        if (attempts.First is not null)
        {
            attempts.First = null;
            return true;
        }

        return IsToBeRetried(outcome.Result.Error, attempts);
    }

    private bool IsToBeRetried(ServiceError? error, RetryCounts attempts)
    {
        switch (error?.Kind)
        {
            case null or ServiceErrorKind.RejectedRecords:
                _throttles.Succeeded();
                return false;

            case ServiceErrorKind.Throttled:
                attempts.Throttles++;
                return _throttles.Throttled() && !IsMagneticStoreThrottle(error) && !AsksForMoreThanTheBudget(error);

            case ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint:
                attempts.Errors++;
                if (attempts.Errors > _maxRetries || AsksForMoreThanTheBudget(error))
                {
                    return false;
                }

                attempts.Retries++;
                return true;

            default:
                return false;
        }
    }

    /// <summary>A wait that is longer than a load bears with nothing but throttling is as good as no service.</summary>
    private bool AsksForMoreThanTheBudget(ServiceError error) => error.RetryAfter > _throttles.Budget;

    private TimeSpan? Wait(ServiceError error, ResilienceContext context)
    {
        RetryCounts attempts = AttemptsOf(context);
        TimeSpan wait = error.Kind == ServiceErrorKind.Throttled
            ? Jittered(FirstThrottleWait, attempts.Throttles)
            : Jittered(FirstErrorWait, attempts.Errors);
        return error.RetryAfter is { } asked ? asked + wait : wait;
    }

    private static RetryCounts AttemptsOf(ResilienceContext context) => context.Properties.GetValue(AttemptsKey, null!);

    private TimeSpan Jittered(TimeSpan first, int times)
    {
        double upper = Math.Min(LongestWait.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(times - 1, 20)));
        return TimeSpan.FromMilliseconds(upper * _random());
    }
}
