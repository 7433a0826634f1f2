using Loader.Application.Results;

namespace Loader.Infrastructure.Timestream.Tables;

/// <summary>
/// Caches table descriptions for 5 minutes: an account may describe five tables per second, and a process loads many files. Callers that
/// ask for a table at the same time share one request.
/// </summary>
/// <param name="describe">Asks the service for a description.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TableDescriptionCache(
    Func<TableName, CancellationToken, Task<TableDescriptionCache.Result>> describe, TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<TableName, (TableDescription Description, long CachedAt)> _cached = [];
    private readonly Dictionary<TableName, Request> _running = [];

    /// <summary>Returns the description of a table, from the cache if it is recent.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">
    /// Cancels this wait. The request is cancelled when nobody waits for it any more.
    /// </param>
    /// <returns>The description, or a new exception that says why there is none. A failure is not cached.</returns>
    public async Task<TableDescription> GetAsync(TableName table, CancellationToken cancellationToken)
    {
        while (true)
        {
            Request request;
            bool isOwn;
            lock (_gate)
            {
                if (_cached.TryGetValue(table, out (TableDescription Description, long CachedAt) cached)
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
                Result result = await request.Response.WaitAsync(cancellationToken).ConfigureAwait(false);
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

    private void Leave(TableName table, Request request)
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

    private async Task<Result> DescribeAsync(TableName table, Request request, CancellationToken cancellationToken)
    {
        try
        {
            Result result = await describe(table, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A description, or why there is none.</summary>
    /// <param name="Description">The description, or <see langword="null"/> if the service did not describe the table.</param>
    /// <param name="CreateFailure">
    /// Creates the exception that says why not. Every caller throws one of its own, because a load writes its report into it.
    /// </param>
    internal readonly record struct Result(TableDescription? Description, Func<LoadException>? CreateFailure = null);

    /// <summary>A request in flight.</summary>
    private sealed class Request : IDisposable
    {
        private readonly CancellationTokenSource _cancellation = new();

        public Request(TableDescriptionCache cache, TableName table)
        {
            CancellationToken token = _cancellation.Token;
            Response = Task.Run(() => cache.DescribeAsync(table, this, token), CancellationToken.None);
        }

        public Task<Result> Response { get; }

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
