using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>
/// Rows of one file that wait to be scanned, sorted by their series. What is known of a series is seldom in the cache, so it is better to
/// scan many rows of a series at once.
/// </summary>
internal sealed class PendingRows
{
    /// <summary>The length of the longest array. A row group of a common writer has fewer rows.</summary>
    public const int MaxLength = 131_072;

    private readonly List<SortedRow[]> _arrays = [];
    private readonly List<Chunk> _chunks = [];
    private readonly List<Part> _parts = [];
    private readonly List<int> _slots = [];

    /// <summary>The slots of the rows that are added.</summary>
    private readonly List<int> _added = [];

    /// <summary>The parts of each slot.</summary>
    private Chain[] _chains = [];

    /// <summary>While rows are added, their number for each slot, then where its next row goes; 0 otherwise.</summary>
    private int[] _ends = [];

    /// <summary>The number of rows in the last array.</summary>
    private int _used;

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the slots of the rows.</summary>
    public ReadOnlySpan<int> Slots => CollectionsMarshal.AsSpan(_slots);

    /// <summary>Returns the number of rows of a slot.</summary>
    public int CountOf(int slot) => _chains[slot].Count;

    /// <summary>Returns the length of the array that is needed before rows can be added, or 0.</summary>
    /// <remarks>Arrays of the pool have lengths that are powers of 2.</remarks>
    public int LengthFor(int rows) => _arrays.Count > 0 && _arrays[^1].Length - _used >= rows
        ? 0
        : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(rows, Math.Min(Count, MaxLength)));

    /// <summary>Makes room for slots.</summary>
    /// <param name="slots">The number of slots.</param>
    public void Reserve(int slots)
    {
        int before = _chains.Length;
        if (slots > before)
        {
            int length = Math.Max(slots, before * 2);
            Array.Resize(ref _ends, length);
            Array.Resize(ref _chains, length);
        }
    }

    /// <summary>Adds rows of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="first">The index of the first row.</param>
    /// <param name="slots">The slot of each row, or -1 to leave it out.</param>
    /// <returns><see langword="true"/> if all times are whole seconds.</returns>
    public bool Add(MeasurementBatch batch, int first, ReadOnlySpan<int> slots)
    {
        int length = LengthFor(slots.Length);
        if (length > 0)
        {
            _arrays.Add(ArrayPool<SortedRow>.Shared.Rent(length));
            _used = 0;
        }

        int[] offsets = ArrayPool<int>.Shared.Rent(slots.Length);
        bool areWhole = true;
        for (int done = 0; done < slots.Length;)
        {
            ReadOnlySpan<int> rest = slots[done..];
            ReadOnlySpan<long> times = batch.Times.Slice(first, slots.Length)[done..];
            int count = ToOffsets(times, rest, batch.TimeUnit, offsets, out long from, ref areWhole);
            Sort(rest[..count], offsets, batch.Values.Slice(first + done, count), first + done);
            AddParts();
            _chunks.Add(new Chunk(_arrays[^1], batch.RowGroup, from));
            done += count;
        }

        ArrayPool<int>.Shared.Return(offsets);
        return areWhole;
    }

    /// <summary>Copies the rows of a slot, in the order in which they were added.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="seconds">Receives the times, in seconds since 1970 (UTC).</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="places">Receives where the rows are.</param>
    public void CopyTo(int slot, Span<long> seconds, Span<double> values, Span<RowPlace> places)
    {
        ReadOnlySpan<Part> parts = CollectionsMarshal.AsSpan(_parts);
        int at = 0;
        int next = _chains[slot].First;
        while (at < _chains[slot].Count)
        {
            ref readonly Part part = ref parts[next];
            Chunk chunk = _chunks[part.Chunk];
            ReadOnlySpan<SortedRow> rows = chunk.Rows.AsSpan(part.Start, part.Count);
            CopyTo(rows, chunk, seconds.Slice(at, rows.Length), values.Slice(at, rows.Length), places.Slice(at, rows.Length));
            at += rows.Length;
            next = part.Next;
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        foreach (int slot in _slots)
        {
            _chains[slot] = default;
        }

        foreach (SortedRow[] array in _arrays)
        {
            ArrayPool<SortedRow>.Shared.Return(array);
        }

        _slots.Clear();
        _parts.Clear();
        _chunks.Clear();
        _arrays.Clear();
        Count = 0;
    }

    /// <summary>Returns the whole seconds of a time.</summary>
    public static long SecondsOf(long time, TimeUnit unit, out bool isWhole)
    {
        // A division by a constant is a multiplication.
        (long seconds, long fraction) = unit switch
        {
            TimeUnit.Milliseconds => (time / 1_000, time % 1_000),
            TimeUnit.Microseconds => (time / 1_000_000, time % 1_000_000),
            _ => (time / 1_000_000_000, time % 1_000_000_000),
        };
        isWhole = fraction == 0;
        return fraction < 0 ? seconds - 1 : seconds;
    }

    /// <summary>Counts the rows of each slot, and makes offsets of their times, until a time is too far from the first one.</summary>
    /// <returns>The number of rows until then.</returns>
    private int ToOffsets(
        ReadOnlySpan<long> times, ReadOnlySpan<int> slots, TimeUnit unit, Span<int> offsets, out long from, ref bool areWhole)
    {
        from = 0;
        bool hasFrom = false;
        int[] ends = _ends;
        long time = long.MinValue;
        int offset = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            int slot = slots[i];
            if (slot < 0)
            {
                continue;
            }

            // Many files have several series at each time.
            if (times[i] != time)
            {
                time = times[i];
                long seconds = SecondsOf(time, unit, out bool isWhole);
                areWhole &= isWhole;
                from = hasFrom ? from : seconds;
                hasFrom = true;
                offset = (int)(seconds - from);
                if (offset != seconds - from)
                {
                    return i;
                }
            }

            offsets[i] = offset;
            if (ends[slot]++ == 0)
            {
                _added.Add(slot);
            }
        }

        return slots.Length;
    }

    private void Sort(ReadOnlySpan<int> slots, ReadOnlySpan<int> offsets, ReadOnlySpan<double> values, int first)
    {
        int[] ends = _ends;
        int start = _used;
        foreach (int slot in _added)
        {
            start += ends[slot];
            ends[slot] = start - ends[slot];
        }

        SortedRow[] sorted = _arrays[^1];
        for (int i = 0; i < slots.Length; i++)
        {
            int slot = slots[i];
            if (slot >= 0)
            {
                sorted[ends[slot]++] = new SortedRow(offsets[i], first + i, values[i]);
            }
        }
    }

    private void AddParts()
    {
        foreach (int slot in _added)
        {
            ref Chain chain = ref _chains[slot];
            if (chain.Count == 0)
            {
                _slots.Add(slot);
                chain.First = _parts.Count;
            }
            else
            {
                CollectionsMarshal.AsSpan(_parts)[chain.Last].Next = _parts.Count;
            }

            int count = _ends[slot] - _used;
            chain.Last = _parts.Count;
            chain.Count += count;
            _parts.Add(new Part { Start = _used, Count = count, Chunk = _chunks.Count });
            _ends[slot] = 0;
            _used += count;
            Count += count;
        }

        _added.Clear();
    }

    private static void CopyTo(
        ReadOnlySpan<SortedRow> rows, in Chunk chunk, Span<long> seconds, Span<double> values, Span<RowPlace> places)
    {
        long from = chunk.From;
        int rowGroup = chunk.RowGroup;
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly SortedRow row = ref rows[i];
            seconds[i] = from + row.Offset;
            values[i] = row.Value;
            places[i] = new RowPlace(rowGroup, row.Row);
        }
    }

    /// <summary>A row among those of its series. All that is written of a row lies together, because it is rarely in the cache.</summary>
    /// <param name="Offset">The time, in seconds since <see cref="Chunk.From"/>.</param>
    /// <param name="Row">The index of the row in its row group.</param>
    /// <param name="Value">The value.</param>
    private readonly record struct SortedRow(int Offset, int Row, double Value);

    /// <summary>Rows that were sorted together.</summary>
    /// <param name="Rows">The array with the rows, and those of other chunks.</param>
    /// <param name="RowGroup">The index of their row group.</param>
    /// <param name="From">The first time, in seconds since 1970 (UTC).</param>
    private readonly record struct Chunk(SortedRow[] Rows, int RowGroup, long From);

    /// <summary>The rows of one slot in a chunk.</summary>
    private struct Part
    {
        public int Chunk;
        public int Start;
        public int Count;

        /// <summary>The index of the slot's next part, if there is one.</summary>
        public int Next;
    }

    /// <summary>The parts of a slot.</summary>
    private struct Chain
    {
        public int First;
        public int Last;

        /// <summary>The number of rows in all of them.</summary>
        public int Count;
    }
}
