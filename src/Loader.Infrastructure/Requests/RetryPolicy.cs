namespace Loader.Infrastructure.Requests;

/// <summary>Decides whether a failed request is sent again, and when. Has no state and no clock.</summary>
/// <remarks>
/// Errors of the service or the network count against <paramref name="maxRetries"/>. Throttling does not: it ends a request only when every
/// request of the process has been throttled for longer than <paramref name="throttleBudget"/>.
/// </remarks>
/// <param name="maxRetries">The maximum number of retries of a request after errors.</param>
/// <param name="throttleBudget">How long loads continue while every request is throttled.</param>
internal sealed class RetryPolicy(int maxRetries, TimeSpan throttleBudget)
{
    /// <summary>The upper bound of the first delay after an error. It doubles with each further error of the request.</summary>
    public static readonly TimeSpan FirstErrorDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>The upper bound of the first delay after throttling. It doubles each further time that the request is throttled.</summary>
    public static readonly TimeSpan FirstThrottleDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The upper bound of all delays, not counting what the service asks for.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    private const int MaxDoublings = 20;

    /// <summary>Returns whether the policy retries errors of a kind at all.</summary>
    /// <param name="kind">The kind of the error.</param>
    /// <returns><see langword="true"/> for throttling, unavailability and an endpoint that has to be discovered again.</returns>
    public static bool IsRetryable(ServiceErrorKind kind) =>
        kind is ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint;

    /// <summary>Decides whether to send a request again.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="counts">The counts of the request, including the last attempt.</param>
    /// <param name="throttledFor">How long every request of the process has been throttled.</param>
    /// <returns>Whether to send the request again.</returns>
    public bool ShouldRetry(ServiceError error, RetryCounts counts, TimeSpan throttledFor)
    {
        // A longer wait than the budget for throttling amounts to an unavailable service.
        if (error.RetryAfter > throttleBudget)
        {
            return false;
        }

        return error.Kind == ServiceErrorKind.Throttled
            ? throttledFor < throttleBudget && !error.LastsForHours
            : IsRetryable(error.Kind) && counts.Errors <= maxRetries;
    }

    /// <summary>Returns the delay before a retry: exponential backoff with full jitter, plus the time that the service asks for.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="counts">The counts of the request, including the last attempt.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    /// <returns>The delay.</returns>
    /// <remarks>Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.</remarks>
    public static TimeSpan DelayFor(ServiceError error, RetryCounts counts, double random)
    {
        (TimeSpan first, int attempts) = error.Kind == ServiceErrorKind.Throttled
            ? (FirstThrottleDelay, counts.Throttles)
            : (FirstErrorDelay, counts.Errors);
        double upperBound = Math.Min(
            MaxDelay.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(attempts - 1, MaxDoublings)));
        return (error.RetryAfter ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(upperBound * random);
    }
}

/// <summary>How often a request was throttled, failed and was sent again.</summary>
internal sealed class RetryCounts
{
    /// <summary>Gets or sets how often the request was throttled.</summary>
    public int Throttles { get; set; }

    /// <summary>Gets or sets the number of service or network errors.</summary>
    public int Errors { get; set; }

    /// <summary>Gets or sets how often the request was sent again after a service or network error.</summary>
    public int Retries { get; set; }

    /// <summary>Gets the number of attempts that failed and may be retried.</summary>
    public int FailedAttempts => Throttles + Errors;

    /// <summary>Starts counting for another request.</summary>
    public void Reset() => (Throttles, Errors, Retries) = (0, 0, 0);
}
