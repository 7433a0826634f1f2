using System.Diagnostics.CodeAnalysis;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>
/// Caches the endpoint that a service assigns to this account. The first caller discovers it; it is discovered again when the cache period
/// has passed or the service has rejected the endpoint. The old endpoint stays in use until there is a new one.
/// </summary>
/// <param name="discover">Asks the service for the endpoint.</param>
/// <param name="timeProvider">Measures the cache period.</param>
internal sealed class EndpointDiscovery(Func<Task<EndpointDiscovery.Result>> discover, TimeProvider timeProvider)
{
    /// <summary>How long an old endpoint stays in use after a failed discovery, before the next one.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Known? _known;
    private Task<Result>? _running;

    /// <summary>Returns the endpoint to use.</summary>
    /// <param name="cancellationToken">Cancels this wait, but not a discovery that others wait for.</param>
    /// <returns>The endpoint, or the reason why there is none.</returns>
    public ValueTask<Result> GetAsync(CancellationToken cancellationToken)
    {
        Known? known = Volatile.Read(ref _known);
        return IsUsable(known) ? new ValueTask<Result>(known.Result) : new ValueTask<Result>(Discover().WaitAsync(cancellationToken));
    }

    /// <summary>Marks an endpoint as rejected by the service, so that the next call discovers another one.</summary>
    /// <param name="endpoint">The endpoint. Nothing happens if it is no longer in use.</param>
    public void Invalidate(Uri endpoint)
    {
        lock (_gate)
        {
            if (_known is { } known && ReferenceEquals(known.Result.Endpoint, endpoint))
            {
                _known = known with { IsInvalid = true };
            }
        }
    }

    private Task<Result> Discover()
    {
        lock (_gate)
        {
            // A discovery may have ended since the caller looked.
            return IsUsable(_known) ? Task.FromResult(_known.Result) : _running ??= Task.Run(DiscoverAsync);
        }
    }

    private bool IsUsable([NotNullWhen(true)] Known? known) =>
        known is { IsInvalid: false } && timeProvider.GetElapsedTime(known.Since) < known.Lifetime;

    private async Task<Result> DiscoverAsync()
    {
        try
        {
            return Keep(await discover().ConfigureAwait(false));
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private Result Keep(Result found)
    {
        lock (_gate)
        {
            long now = timeProvider.GetTimestamp();
            if (found.Endpoint is not null)
            {
                _known = new Known(found, now, found.CachePeriod, IsInvalid: false);
            }
            else if (_known is not null)
            {
                // Keep the old endpoint: it may still work.
                _known = _known with { Since = now, Lifetime = RetryDelay, IsInvalid = false };
            }

            return _known?.Result ?? found;
        }
    }

    /// <summary>The result of a discovery.</summary>
    /// <param name="Endpoint">The endpoint, or <see langword="null"/> if the discovery failed.</param>
    /// <param name="CachePeriod">How long the endpoint may be cached.</param>
    /// <param name="Error">Why the discovery failed.</param>
    internal readonly record struct Result(Uri? Endpoint, TimeSpan CachePeriod, ServiceError? Error = null);

    private sealed record Known(Result Result, long Since, TimeSpan Lifetime, bool IsInvalid);
}
