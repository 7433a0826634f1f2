using System.Collections.Concurrent;

namespace Loader.Infrastructure.Aws;

/// <summary>Limits how long requests take. A limit that was not reached is used again: its timer and what registers with it are made once, not once a request.</summary>
/// <param name="timeProvider">The time.</param>
internal sealed class TimeLimits(TimeProvider timeProvider) : IDisposable
{
    private readonly ConcurrentBag<CancellationTokenSource> _unused = [];

    /// <summary>Begins a limit.</summary>
    /// <param name="timeout">How long the request may take.</param>
    /// <param name="cancellationToken">Ends it before.</param>
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
    /// <param name="limits">Where it is used again.</param>
    /// <param name="source">What is cancelled when it is reached.</param>
    /// <param name="abandoned">The registration with the caller's token.</param>
    internal readonly struct Limit(TimeLimits limits, CancellationTokenSource source, CancellationTokenRegistration abandoned) : IDisposable
    {
        /// <summary>Gets the token that is cancelled when the limit is reached or the request abandoned.</summary>
        public CancellationToken Token => source.Token;

        /// <inheritdoc/>
        public void Dispose()
        {
            // First the registration, which waits for a callback that runs: none may cancel the next request's limit.
            abandoned.Dispose();
            limits.End(source);
        }
    }
}
