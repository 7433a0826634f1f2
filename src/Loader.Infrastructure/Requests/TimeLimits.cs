using System.Collections.Concurrent;

namespace Loader.Infrastructure.Requests;

/// <summary>Limits the duration of requests. Pools the token sources, so that a timer is created once and not once a request.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class TimeLimits(TimeProvider timeProvider) : IDisposable
{
    private readonly ConcurrentBag<CancellationTokenSource> _unused = [];

    /// <summary>Starts a limit.</summary>
    /// <param name="timeout">The maximum duration of the request.</param>
    /// <param name="cancellationToken">Cancels the request earlier.</param>
    /// <returns>The limit, to be disposed when the request has ended.</returns>
    public Limit Begin(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_unused.TryTake(out CancellationTokenSource? source))
        {
            source.CancelAfter(timeout);
        }
        else
        {
            source = new CancellationTokenSource(timeout, timeProvider);
        }

        return new Limit(
            this, source, cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_unused.TryTake(out CancellationTokenSource? source))
        {
            source.Dispose();
        }
    }

    private void End(CancellationTokenSource source)
    {
        if (source.TryReset())
        {
            _unused.Add(source);
        }
        else
        {
            source.Dispose();
        }
    }

    /// <summary>The limit of one request.</summary>
    /// <param name="limits">The pool that takes the token source back.</param>
    /// <param name="source">The source of <see cref="Token"/>.</param>
    /// <param name="registration">The registration with the caller's token.</param>
    internal readonly struct Limit(TimeLimits limits, CancellationTokenSource source, CancellationTokenRegistration registration)
        : IDisposable
    {
        /// <summary>Gets the token that is cancelled when the time is up or the caller cancels.</summary>
        public CancellationToken Token => source.Token;

        /// <inheritdoc/>
        public void Dispose()
        {
            // Dispose the registration first: that waits for a running callback, which must not cancel the limit of the next request.
            registration.Dispose();
            limits.End(source);
        }
    }
}
