namespace Loader.Infrastructure.Requests;

/// <summary>
/// Adapts the number of requests in flight to a server of fixed size: it grows while requests are answered quickly, and is halved when the
/// server cannot keep up.
/// </summary>
/// <remarks>
/// Additive increase and multiplicative decrease, as in TCP (RFC 5681). Until the first congestion each quick answer adds a permit, so that
/// the number doubles with each round of requests. After that a whole round of quick answers adds one. Requests that were already in flight
/// when the number was halved do not halve it again. Thread-safe.
/// </remarks>
/// <param name="limiter">The limiter; its permits at first are where the growth begins.</param>
/// <param name="maximum">The maximum number of requests in flight.</param>
/// <param name="slow">Requests that take longer do not let the number grow.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class AdaptiveConcurrency(RequestLimiter limiter, int maximum, TimeSpan slow, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private long? _lastHalved;
    private int _quickAnswers;

    /// <summary>Returns the time at which a request begins, for the calls below.</summary>
    /// <returns>A time stamp.</returns>
    public long Begin() => timeProvider.GetTimestamp();

    /// <summary>Records that a request was answered.</summary>
    /// <param name="begun">When the request began.</param>
    public void Answered(long begun)
    {
        if (timeProvider.GetElapsedTime(begun) > slow)
        {
            return;
        }

        lock (_gate)
        {
            // Answers while permits are left over say nothing about what more requests would do.
            if (limiter.Permits >= maximum || limiter.InFlight < limiter.Permits)
            {
                return;
            }

            if (_lastHalved is null || ++_quickAnswers >= limiter.Permits)
            {
                _quickAnswers = 0;
                limiter.Permits++;
            }
        }
    }

    /// <summary>Records that the server throttled a request, failed, or did not answer.</summary>
    /// <param name="begun">When the request began.</param>
    public void Congested(long begun)
    {
        lock (_gate)
        {
            if (begun < _lastHalved)
            {
                return;
            }

            _lastHalved = timeProvider.GetTimestamp();
            _quickAnswers = 0;
            limiter.Permits = Math.Max(1, limiter.Permits / 2);
        }
    }
}
