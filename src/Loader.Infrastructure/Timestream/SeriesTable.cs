using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>The prepared series of one load, and the order in which neighbours share the most dimensions.</summary>
/// <remarks>Safe for concurrent use: batches of one load may be planned at once. All batches must come from one <see cref="SeriesCatalog"/>.</remarks>
internal sealed class SeriesTable
{
    /// <summary>Dimension names that one dataset's series can have: five, with room.</summary>
    public const int MaxSlots = 8;

    /// <summary>The value number of a dimension that a series does not have.</summary>
    public const int Absent = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Slot, string Value), int> _values = [];
    private readonly int[] _cardinality = new int[MaxSlots];
    private Snapshot _snapshot = new([], []);

    /// <summary>Returns the table with at least the series of a batch in it.</summary>
    /// <param name="series">The series of a batch, by id.</param>
    /// <returns>The table as it is now; it does not change.</returns>
    /// <exception cref="ArgumentException">The series are not those of the catalog that the table began with.</exception>
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
            throw new ArgumentException("A writer takes the batches of one file: these series are of another catalog.", nameof(series));
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

            if (!_values.TryGetValue((slots[i], value), out valueIds[i]))
            {
                _values.Add((slots[i], value), valueIds[i] = _cardinality[slots[i]]++);
            }
        }

        return new PreparedSeries(series, slots, valueIds);
    }

    /// <summary>
    /// Orders series by their dimensions, that with the fewest values first: then only the dimensions with many values change from one series to the next.
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

    /// <summary>Series prepared so far.</summary>
    /// <param name="ById">The series, by id.</param>
    /// <param name="Order">Their ids, in the order in which they are written.</param>
    internal sealed record Snapshot(PreparedSeries[] ById, int[] Order);
}
