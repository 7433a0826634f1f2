namespace Loader.Infrastructure.Timestream.Tables;

/// <summary>
/// Caches table descriptions for 5 minutes: an account may describe five tables per second, and a function loads many files.
/// </summary>
/// <param name="describe">Asks the service for a description. Called for one table at a time.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TableDescriptionCache(
    Func<TableName, CancellationToken, Task<TableDescription>> describe, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Dictionary<TableName, (TableDescription Description, long CachedAt)> _cached = [];

    /// <summary>Returns the description of a table, from the cache if it is recent.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The description.</returns>
    /// <remarks>Exceptions of the describe function pass through and are not cached.</remarks>
    public async Task<TableDescription> GetAsync(TableName table, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_cached.TryGetValue(table, out (TableDescription Description, long CachedAt) cached)
                && timeProvider.GetElapsedTime(cached.CachedAt) < Lifetime)
            {
                return cached.Description;
            }

            TableDescription description = await describe(table, cancellationToken).ConfigureAwait(false);
            _cached[table] = (description, timeProvider.GetTimestamp());
            return description;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();
}
