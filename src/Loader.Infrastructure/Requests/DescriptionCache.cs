using Loader.Application.Results;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Caches descriptions of tables for 5 minutes: services limit how often they describe a table, and a process loads many files. Callers
/// that ask for a table at the same time share one request.
/// </summary>
/// <typeparam name="TTable">The name of a table.</typeparam>
/// <typeparam name="TDescription">The description of a table.</typeparam>
/// <param name="describe">Asks the service for a description.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class DescriptionCache<TTable, TDescription>(
    Func<TTable, CancellationToken, Task<DescriptionResult<TDescription>>> describe, TimeProvider timeProvider)
    where TTable : notnull
    where TDescription : class
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<TTable, (TDescription Description, long CachedAt)> _cached = [];
    private readonly Dictionary<TTable, Request> _running = [];

    /// <summary>Returns the description of a table, from the cache if it is recent.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">
    /// Cancels this wait. The request is cancelled when nobody waits for it any more.
    /// </param>
    /// <returns>The description, or a new exception that says why there is none. A failure is not cached.</returns>
    public async Task<TDescription> GetAsync(TTable table, CancellationToken cancellationToken)
    {
        while (true)
        {
            Request request;
            bool isOwn;
            lock (_gate)
            {
                if (_cached.TryGetValue(table, out (TDescription Description, long CachedAt) cached)
                    && timeProvider.GetElapsedTime(cached.CachedAt) < Lifetime)
                {
                    return cached.Description;
                }

                isOwn = !_running.TryGetValue(table, out Request? running);
                request = running ?? (_running[table] = new Request(this, table));
                request.Waiting++;
            }

            try
            {
                DescriptionResult<TDescription> result = await request.Response.WaitAsync(cancellationToken).ConfigureAwait(false);
                return result.Description ?? throw result.CreateFailure!();
            }
            catch (LoadException) when (!isOwn && request.Response.IsFaulted)
            {
                // An exception belongs to the load that it ends: the others ask again.
            }
            finally
            {
                Leave(table, request);
            }
        }
    }

    private void Leave(TTable table, Request request)
    {
        lock (_gate)
        {
            request.Waiting--;
            if (request.Waiting > 0)
            {
                return;
            }

            if (_running.GetValueOrDefault(table) == request)
            {
                _running.Remove(table);
            }
        }

        request.Dispose();
    }

    private async Task<DescriptionResult<TDescription>> DescribeAsync(TTable table, Request request, CancellationToken cancellationToken)
    {
        try
        {
            DescriptionResult<TDescription> result = await describe(table, cancellationToken).ConfigureAwait(false);
            if (result.Description is { } description)
            {
                lock (_gate)
                {
                    _cached[table] = (description, timeProvider.GetTimestamp());
                }
            }

            return result;
        }
        finally
        {
            lock (_gate)
            {
                if (_running.GetValueOrDefault(table) == request)
                {
                    _running.Remove(table);
                }
            }
        }
    }

    /// <summary>A request in flight.</summary>
    private sealed class Request : IDisposable
    {
        private readonly CancellationTokenSource _cancellation = new();

        public Request(DescriptionCache<TTable, TDescription> cache, TTable table)
        {
            CancellationToken token = _cancellation.Token;
            Response = Task.Run(() => cache.DescribeAsync(table, this, token), CancellationToken.None);
        }

        public Task<DescriptionResult<TDescription>> Response { get; }

        /// <summary>Gets or sets the number of callers that wait for it.</summary>
        public int Waiting { get; set; }

        /// <summary>Cancels the request if it is still running. Called once, when nobody waits any more.</summary>
        public void Dispose()
        {
            _cancellation.Cancel();
            _cancellation.Dispose();
        }
    }
}

/// <summary>A description, or why there is none.</summary>
/// <typeparam name="TDescription">The description of a table.</typeparam>
/// <param name="Description">The description, or <see langword="null"/> if the service did not describe the table.</param>
/// <param name="CreateFailure">
/// Creates the exception that says why not. Every caller throws one of its own, because a load writes its report into it.
/// </param>
internal readonly record struct DescriptionResult<TDescription>(TDescription? Description, Func<LoadException>? CreateFailure = null)
    where TDescription : class;
