using Loader.Domain;

namespace Loader.Infrastructure.Timestream.Planning;

/// <summary>The prepared series of one load, in an order in which neighbours share as many dimensions as possible.</summary>
/// <remarks>
/// Thread-safe: batches of one load can be planned concurrently. All batches must come from one <see cref="SeriesCatalog"/>.
/// </remarks>
internal sealed class SeriesTable
{
    /// <summary>The maximum number of distinct dimension names in one dataset. The datasets have five today.</summary>
    public const int MaxSlots = 8;

    /// <summary>The value id of a dimension that a series does not have.</summary>
    public const int Absent = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Slot, string Value), int> _valueIds = [];
    private readonly int[] _cardinality = new int[MaxSlots];
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

        if (series.Length > 0
            && !(ReferenceEquals(known.ById[0].Series, series[0]) && ReferenceEquals(known.ById[series.Length - 1].Series, series[^1])))
        {
            throw new ArgumentException(
                "All batches of a writer must come from the same file: these series belong to another catalog.", nameof(series));
        }

        return known;
    }

    private Snapshot Extend(ReadOnlySpan<Series> series)
    {
        lock (_gate)
        {
            if (_snapshot.ById.Length < series.Length)
            {
                var byId = new PreparedSeries[series.Length];
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

    private PreparedSeries Prepare(Series series)
    {
        int[] slots = new int[series.Dimensions.Length];
        int[] valueIds = new int[slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            (string name, string value) = series.Dimensions[i];
            if (!_slots.TryGetValue(name, out slots[i]))
            {
                _slots.Add(name, slots[i] = _slots.Count);
            }

            if (!_valueIds.TryGetValue((slots[i], value), out valueIds[i]))
            {
                _valueIds.Add((slots[i], value), valueIds[i] = _cardinality[slots[i]]++);
            }
        }

        return new PreparedSeries(series, slots, valueIds);
    }

    /// <summary>
    /// Sorts series by their dimensions, starting with the dimension of lowest cardinality, so that only high-cardinality dimensions change
    /// from one series to the next.
    /// </summary>
    private int[] Order(PreparedSeries[] byId)
    {
        int[] slots = new int[MaxSlots];
        for (int slot = 0; slot < MaxSlots; slot++)
        {
            slots[slot] = slot;
        }

        Array.Sort((int[])_cardinality.Clone(), slots);
        int[] order = new int[byId.Length];
        for (int id = 0; id < order.Length; id++)
        {
            order[id] = id;
        }

        Array.Sort(order, (left, right) =>
        {
            foreach (int slot in slots)
            {
                int difference = byId[left].ValueIds[slot].CompareTo(byId[right].ValueIds[slot]);
                if (difference != 0)
                {
                    return difference;
                }
            }

            return left.CompareTo(right);
        });
        return order;
    }

    /// <summary>The series prepared so far.</summary>
    /// <param name="ById">The series, indexed by id.</param>
    /// <param name="Order">The series ids in writing order.</param>
    internal sealed record Snapshot(PreparedSeries[] ById, int[] Order);
}
