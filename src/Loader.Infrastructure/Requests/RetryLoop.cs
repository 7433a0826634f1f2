using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Sends a request until it succeeds or <see cref="RetryPolicy"/> gives up. Nothing else in the loader retries requests to a
/// destination.
/// </summary>
/// <remarks>
/// After an error it is not known whether the records were stored. Sending them again must be safe. Senders hold no permit while a request
/// waits, so that other requests use it.
/// </remarks>
/// <param name="service">The name of the service in messages.</param>
/// <param name="policy">Decides.</param>
/// <param name="random">Returns random numbers from 0 to 1; called from several threads.</param>
/// <param name="logger">The log.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RetryLoop(
    string service, RetryPolicy policy, Func<double> random, ILogger logger, TimeProvider timeProvider)
{
    private readonly ThrottlePeriod _throttlePeriod = new(timeProvider);
    private readonly RetryLog _log = new(service, logger, timeProvider);
    private long _throttles;

    /// <summary>Gets the number of attempts that were throttled, over all requests.</summary>
    public long Throttles => Volatile.Read(ref _throttles);

    /// <summary>Returns a random number from 0 to 1.</summary>
    public static double NextRandom() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    /// <summary>Sends a request and retries it as long as the policy allows.</summary>
    /// <typeparam name="TState">The type of the sender's state.</typeparam>
    /// <param name="send">Sends the request once.</param>
    /// <param name="state">The argument of <paramref name="send"/>.</param>
    /// <param name="counts">Receives the counts of this request; reset first. Valid also after an exception.</param>
    /// <param name="cancellationToken">Cancels the request and the delay between two attempts.</param>
    /// <returns>The answer to the last attempt.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServiceResponse> SendAsync<TState>(
        Func<TState, CancellationToken, ValueTask<ServiceResponse>> send,
        TState state,
        RetryCounts counts,
        CancellationToken cancellationToken)
    {
        counts.Reset();
        while (true)
        {
            ServiceResponse answer = await send(state, cancellationToken).ConfigureAwait(false);
            if (!ShouldRetry(answer.Error, counts))
            {
                return answer;
            }

            RequestTelemetry.CountRetry(service, isThrottled: answer.Error!.Kind == ServiceErrorKind.Throttled);

            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan delay = RetryPolicy.DelayFor(answer.Error!, counts, random());
            _log.Retrying(answer.Error!, delay);
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Counts an attempt and asks the policy.</summary>
    private bool ShouldRetry(ServiceError? error, RetryCounts counts)
    {
        TimeSpan throttledFor = TimeSpan.Zero;
        switch (error?.Kind)
        {
            case null or ServiceErrorKind.RejectedRecords:
                _throttlePeriod.End();
                return false;

            case ServiceErrorKind.Throttled:
                counts.Throttles++;
                Interlocked.Increment(ref _throttles);
                throttledFor = _throttlePeriod.Continue();
                break;

            case ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint:
                counts.Errors++;
                break;
        }

        bool retries = policy.ShouldRetry(error!, counts, throttledFor);
        if (retries && error!.Kind != ServiceErrorKind.Throttled)
        {
            counts.Retries++;
        }

        return retries;
    }

    /// <summary>The period in which every request of the process has been throttled. Thread-safe.</summary>
    /// <param name="timeProvider">The clock.</param>
    private sealed class ThrottlePeriod(TimeProvider timeProvider)
    {
        private const long None = long.MinValue;

        private long _start = None;

        /// <summary>Ends the period: a request succeeded.</summary>
        public void End()
        {
            if (Volatile.Read(ref _start) != None)
            {
                Volatile.Write(ref _start, None);
            }
        }

        /// <summary>Starts or continues the period: a request was throttled.</summary>
        /// <returns>The time since the period started.</returns>
        public TimeSpan Continue()
        {
            long now = timeProvider.GetTimestamp();
            long start = Interlocked.CompareExchange(ref _start, now, None);
            return timeProvider.GetElapsedTime(start == None ? now : start, now);
        }
    }
}
