using Loader.Domain;

namespace Loader.Infrastructure.Planning;

/// <summary>What a sink prepares of the series of one load, once a series instead of once a row.</summary>
/// <remarks>
/// Thread-safe: batches of one load can be planned concurrently. All batches must come from one <see cref="SeriesCatalog"/>.
/// </remarks>
/// <typeparam name="TSeries">The type of a prepared series.</typeparam>
internal abstract class PreparedTable<TSeries>
    where TSeries : class
{
    private readonly Lock _gate = new();
    private Series? _first;
    private Snapshot _snapshot = new([], []);

    /// <summary>Adds the series of a batch that are new and returns the table.</summary>
    /// <param name="series">The series of a batch, indexed by id.</param>
    /// <returns>An immutable snapshot that contains at least these series.</returns>
    /// <exception cref="ArgumentException">The series come from another catalog than those already in the table.</exception>
    public Snapshot Prepare(ReadOnlySpan<Series> series)
    {
        Snapshot known = Volatile.Read(ref _snapshot);
        if (known.ById.Length < series.Length)
        {
            known = Extend(series);
        }

        if (series.Length > 0 && !ReferenceEquals(_first, series[0]))
        {
            throw new ArgumentException(
                "All batches of a writer must come from the same file: these series belong to another catalog.", nameof(series));
        }

        return known;
    }

    /// <summary>Prepares a series. Called in the order of ids, one call at a time.</summary>
    /// <param name="series">The series.</param>
    /// <returns>The prepared series.</returns>
    protected abstract TSeries Prepare(Series series);

    /// <summary>Orders the series for writing.</summary>
    /// <param name="byId">The series prepared so far, indexed by id.</param>
    /// <returns>The series ids in writing order.</returns>
    protected abstract int[] Order(TSeries[] byId);

    private Snapshot Extend(ReadOnlySpan<Series> series)
    {
        lock (_gate)
        {
            if (_snapshot.ById.Length < series.Length)
            {
                _first ??= series[0];
                var byId = new TSeries[series.Length];
                _snapshot.ById.CopyTo(byId, 0);
                for (int id = _snapshot.ById.Length; id < series.Length; id++)
                {
                    byId[id] = Prepare(series[id]);
                }

                Volatile.Write(ref _snapshot, new Snapshot(byId, Order(byId)));
            }

            return _snapshot;
        }
    }

    /// <summary>The series prepared so far.</summary>
    /// <param name="ById">The series, indexed by id.</param>
    /// <param name="Order">The series ids in writing order.</param>
    internal sealed record Snapshot(TSeries[] ById, int[] Order);
}
