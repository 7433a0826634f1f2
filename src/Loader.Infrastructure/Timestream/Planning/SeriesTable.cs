using Loader.Domain;
using Loader.Infrastructure.Planning;

namespace Loader.Infrastructure.Timestream.Planning;

/// <summary>The prepared series of one load, in an order in which neighbours share as many dimensions as possible.</summary>
internal sealed class SeriesTable : PreparedTable<PreparedSeries>
{
    /// <summary>The maximum number of distinct dimension names in one dataset. The datasets have five today.</summary>
    public const int MaxSlots = 8;

    /// <summary>The value id of a dimension that a series does not have.</summary>
    public const int Absent = -1;

    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Slot, string Value), int> _valueIds = [];
    private readonly int[] _cardinality = new int[MaxSlots];

    /// <inheritdoc/>
    protected override PreparedSeries Prepare(Series series)
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

    /// <inheritdoc/>
    /// <remarks>
    /// Sorts series by their dimensions, starting with the dimension of lowest cardinality, so that only high-cardinality dimensions change
    /// from one series to the next.
    /// </remarks>
    protected override int[] Order(PreparedSeries[] byId)
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
}
