namespace Loader.Infrastructure.Aws;

/// <summary>
/// Knows the endpoint that a service wants this account's requests at. It is asked for once, by whoever comes first, and again when the service's cache period
/// is over or the endpoint is refused; until a new one is known the old one stays in use.
/// </summary>
/// <param name="discover">Asks the service.</param>
/// <param name="timeProvider">Tells when the cache period is over.</param>
internal sealed class EndpointDiscovery(Func<Task<EndpointDiscovery.Result>> discover, TimeProvider timeProvider)
{
    /// <summary>How soon the service is asked again after it could not say, while an old endpoint is in use.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Known? _known;
    private Task<Result>? _running;

    /// <summary>Returns the endpoint to use now.</summary>
    /// <param name="cancellationToken">Ends this wait; a discovery that others wait for goes on.</param>
    /// <returns>The endpoint, or why there is none.</returns>
    public ValueTask<Result> GetAsync(CancellationToken cancellationToken)
    {
        Known? known = Volatile.Read(ref _known);
        if (known is { IsRefused: false } && timeProvider.GetElapsedTime(known.Since) < known.Lifetime)
        {
            return new ValueTask<Result>(known.Result);
        }

        return new ValueTask<Result>(Discover().WaitAsync(cancellationToken));
    }

    /// <summary>Marks an endpoint as refused by the service, so that the next call asks for another.</summary>
    /// <param name="endpoint">The endpoint; one that is no longer in use changes nothing.</param>
    public void Refuse(Uri endpoint)
    {
        lock (_gate)
        {
            if (_known is { } known && ReferenceEquals(known.Result.Endpoint, endpoint))
            {
                _known = known with { IsRefused = true };
            }
        }
    }

    private Task<Result> Discover()
    {
        lock (_gate)
        {
            return _running ??= Task.Run(DiscoverAsync);
        }
    }

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
                _known = new Known(found, now, found.CachePeriod, IsRefused: false);
            }
            else if (_known is not null)
            {
                // Better the old one than none: it may well serve still.
                _known = _known with { Since = now, Lifetime = Pause, IsRefused = false };
            }

            return _known?.Result ?? found;
        }
    }

    /// <summary>What a discovery gave.</summary>
    /// <param name="Endpoint">The endpoint, or <see langword="null"/> where the discovery failed.</param>
    /// <param name="CachePeriod">How long it may be used.</param>
    /// <param name="Error">Why there is none.</param>
    internal readonly record struct Result(Uri? Endpoint, TimeSpan CachePeriod, ServiceError? Error = null);

    private sealed record Known(Result Result, long Since, TimeSpan Lifetime, bool IsRefused);
}
