using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>A row whose time came before in its series.</summary>
/// <param name="Slot">The slot of the series.</param>
/// <param name="Seconds">The time, in seconds since 1970 (UTC).</param>
/// <param name="Value">The value.</param>
/// <param name="Place">Where the row is.</param>
/// <param name="IsConflict">Whether the first row of the row group with this time has another value.</param>
internal readonly record struct RepeatedRow(int Slot, long Seconds, double Value, RowPlace Place, bool IsConflict);

/// <summary>
/// Compares the values of rows of a row group with the same series and time. Where the other row is in another row group, they are not
/// compared.
/// </summary>
internal sealed class RepeatedRows
{
    /// <summary>The first value of each time that came before, or NaN until it is found.</summary>
    private readonly Dictionary<(int Slot, int RowGroup, long Time), double> _values = [];
    private readonly List<RepeatedRow> _found = [];

    /// <summary>Compares rows of one series whose times are whole seconds.</summary>
    /// <param name="slot">The slot of the series.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="repeated">The indexes of those whose time came before, in ascending order.</param>
    /// <returns>What is found of those; valid until the next call.</returns>
    public ReadOnlySpan<RepeatedRow> Compare(int slot, in ScannedRows rows, List<int> repeated)
    {
        Begin();
        foreach (int row in repeated)
        {
            _values[(slot, rows.Places[row].RowGroup, rows.Seconds[row])] = double.NaN;
        }

        for (int row = 0; _found.Count < repeated.Count; row++)
        {
            (long seconds, double value, RowPlace place) = (rows.Seconds[row], rows.Values[row], rows.Places[row]);
            bool isConflict = IsConflict((slot, place.RowGroup, seconds), value);
            if (repeated[_found.Count] == row)
            {
                _found.Add(new RepeatedRow(slot, seconds, value, place, isConflict));
            }
        }

        return CollectionsMarshal.AsSpan(_found);
    }

    /// <summary>Compares rows of a row group.</summary>
    /// <param name="batch">The row group.</param>
    /// <param name="slotById">The slot of each series id, or -1 if it is not judged.</param>
    /// <param name="repeated">The indexes of those whose time came before, in ascending order.</param>
    /// <returns>What is found of those; valid until the next call.</returns>
    public ReadOnlySpan<RepeatedRow> Compare(MeasurementBatch batch, ReadOnlySpan<int> slotById, List<int> repeated)
    {
        Begin();
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        var hasRepeated = new BitArray(slotById.Length);
        foreach (int row in repeated)
        {
            int slot = slotById[ids[row]];
            hasRepeated[slot] = true;
            _values[(slot, batch.RowGroup, times[row])] = double.NaN;
        }

        for (int row = 0; _found.Count < repeated.Count; row++)
        {
            int slot = slotById[ids[row]];
            if (slot < 0 || !hasRepeated[slot] || verdicts[row] != RejectionReason.None || !double.IsFinite(values[row]))
            {
                continue;
            }

            bool isConflict = IsConflict((slot, batch.RowGroup, times[row]), values[row]);
            if (repeated[_found.Count] == row)
            {
                long seconds = PendingRows.SecondsOf(times[row], batch.TimeUnit, out _);
                _found.Add(new RepeatedRow(slot, seconds, values[row], new RowPlace(batch.RowGroup, row), isConflict));
            }
        }

        return CollectionsMarshal.AsSpan(_found);
    }

    private void Begin()
    {
        _values.Clear();
        _found.Clear();
    }

    private bool IsConflict((int Slot, int RowGroup, long Time) time, double value)
    {
        ref double first = ref CollectionsMarshal.GetValueRefOrNullRef(_values, time);
        if (Unsafe.IsNullRef(ref first))
        {
            return false;
        }

        first = double.IsNaN(first) ? value : first;
        return first != value;
    }
}
