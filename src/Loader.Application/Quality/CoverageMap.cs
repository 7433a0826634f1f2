using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The minutes in which a series has rows: one bit for each point of the coarsest grid that holds all of them.</summary>
/// <remarks>Grids have 60, 30, 15, 10, 5 or 1 minutes; the common divisor of two is one of them too. Times are in UTC.</remarks>
internal sealed class CoverageMap
{
    /// <summary>The minutes of a block: 32 days, a multiple of every grid.</summary>
    private const int BlockMinutes = 32 * 24 * 60;

    private const int BlockOverheadBytes = 40;
    private const int CoarsestGrid = 60;

    private static readonly int[] Grids = [30, 15, 10, 5, 1];

    private BlockTable<ulong> _blocks = new();
    private long _blockStart = long.MinValue;
    private ulong[] _bits = [];

    /// <summary>Gets the grid, in minutes.</summary>
    public int Grid { get; private set; } = CoarsestGrid;

    /// <summary>Gets the memory that is used.</summary>
    public int Bytes => 64 + (_blocks.Count * ((Words * sizeof(ulong)) + BlockOverheadBytes));

    private int Words => BlockMinutes / Grid / 64;

    /// <summary>Marks the minutes of rows in file order.</summary>
    /// <param name="seconds">Their times, in seconds since 1970 (UTC).</param>
    /// <param name="previous">The time of the row before them, or <see cref="long.MinValue"/>.</param>
    /// <param name="seen">
    /// Receives the indexes of rows whose minute was marked already. A time that is not a whole minute is compared with the row before it.
    /// </param>
    /// <returns>The number of rows that are not at a whole minute.</returns>
    public int Mark(ReadOnlySpan<long> seconds, long previous, List<int> seen)
    {
        int offMinute = 0;
        int i = 0;
        if (_blocks.Count == 0)
        {
            ChooseGrid(seconds[..Math.Min(seconds.Length, 2)]);
        }

        while (i < seconds.Length)
        {
            long time = seconds[i];
            long minute = time / 60;
            if (minute * 60 != time)
            {
                offMinute++;
                if (time == previous)
                {
                    seen.Add(i);
                }

                previous = time;
                i++;
                continue;
            }

            // Most rows come a point of the grid after the row before them.
            int slot = (int)SlotOf(minute);
            int count = Math.Min(TimeRuns.CountApart(seconds[i..], Grid * 60L), (BlockMinutes / Grid) - slot);
            Mark(slot, count, i, seen);
            i += count;
            previous = seconds[i - 1];
        }

        return offMinute;
    }

    /// <summary>Forgets all minutes.</summary>
    public void Clear()
    {
        _blocks.Clear();
        _blockStart = long.MinValue;
        Grid = CoarsestGrid;
    }

    /// <summary>Marks the minutes of another map.</summary>
    /// <returns>The number of minutes that both have.</returns>
    public long Merge(CoverageMap other)
    {
        int grid = (int)BigInteger.GreatestCommonDivisor(Grid, other.Grid);
        Refine(grid);
        other.Refine(grid);
        long both = 0;
        for (int i = 0; i < other._blocks.Count; i++)
        {
            ulong[] from = other._blocks.BlockAt(i);
            ulong[] to = _blocks.Get(other._blocks.KeyAt(i), Words);
            for (int word = 0; word < to.Length; word++)
            {
                both += BitOperations.PopCount(to[word] & from[word]);
                to[word] |= from[word];
            }
        }

        return both;
    }

    /// <summary>Begins to read the runs of marked points.</summary>
    public RunReader Runs() => new(this);

    /// <summary>Begins to read the marked minutes.</summary>
    public MinuteReader Minutes() => new(this);

    /// <summary>Marks points of the grid, a word at once.</summary>
    private void Mark(int slot, int count, int row, List<int> seen)
    {
        while (count > 0)
        {
            int first = slot & 63;
            int marked = Math.Min(count, 64 - first);
            ulong mask = (ulong.MaxValue >> (64 - marked)) << first;
            ref ulong word = ref _bits[slot >> 6];
            for (ulong both = word & mask; both != 0; both &= both - 1)
            {
                seen.Add(row + BitOperations.TrailingZeroCount(both) - first);
            }

            word |= mask;
            slot += marked;
            row += marked;
            count -= marked;
        }
    }

    private uint SlotOf(long minute)
    {
        ulong within = (ulong)(minute - _blockStart);
        if (within >= BlockMinutes)
        {
            long block = FloorDivide(minute, BlockMinutes);
            _blockStart = block * BlockMinutes;
            within = (ulong)(minute - _blockStart);
            _bits = _blocks.Get((int)block, Words);
        }

        uint slot = (uint)within / (uint)Grid;
        if (slot * (uint)Grid == (uint)within)
        {
            return slot;
        }

        RefineFor((int)within);
        return SlotOf(minute);
    }

    /// <summary>Changes to the grid of the first times, so that their block is not made twice.</summary>
    private void ChooseGrid(ReadOnlySpan<long> seconds)
    {
        foreach (long time in seconds)
        {
            long minute = time / 60;
            int within = (int)(minute - (FloorDivide(minute, BlockMinutes) * BlockMinutes));
            if (minute * 60 == time && within % Grid != 0)
            {
                RefineFor(within);
            }
        }
    }

    /// <summary>Changes to the coarsest grid that holds a minute of a block too.</summary>
    private void RefineFor(int within)
    {
        int next = 0;
        while (Grid % Grids[next] != 0 || within % Grids[next] != 0)
        {
            next++;
        }

        Refine(Grids[next]);
    }

    private void Refine(int grid)
    {
        if (grid == Grid)
        {
            return;
        }

        int factor = Grid / grid;
        Grid = grid;
        for (int i = 0; i < _blocks.Count; i++)
        {
            ulong[] coarse = _blocks.BlockAt(i);
            ulong[] fine = _blocks.Create(Words);
            for (int word = 0; word < coarse.Length; word++)
            {
                for (ulong rest = coarse[word]; rest != 0; rest &= rest - 1)
                {
                    int slot = ((word * 64) + BitOperations.TrailingZeroCount(rest)) * factor;
                    fine[slot >> 6] |= 1UL << (slot & 63);
                }
            }

            _blocks.Replace(i, fine);
        }

        _blockStart = long.MinValue;
    }

    private static long FloorDivide(long value, int by)
    {
        long quotient = value / by;
        return value < quotient * by ? quotient - 1 : quotient;
    }

    /// <summary>Reads runs of marked points, a point of the grid after the other, in ascending order. A run ends with its block.</summary>
    internal struct RunReader(CoverageMap map)
    {
        private int _block;
        private int _slot;

        /// <summary>Gets the first minute of the run.</summary>
        public long Start { get; private set; }

        /// <summary>Gets the number of points.</summary>
        public int Count { get; private set; }

        /// <summary>Reads the next run.</summary>
        public bool Next()
        {
            int slots = map.Words * 64;
            for (; _block < map._blocks.Count; _block++, _slot = 0)
            {
                ReadOnlySpan<ulong> bits = map._blocks.BlockAt(_block);
                int first = Find(bits, _slot, marked: true);
                if (first == slots)
                {
                    continue;
                }

                _slot = Find(bits, first, marked: false);
                Start = ((long)map._blocks.KeyAt(_block) * BlockMinutes) + ((long)first * map.Grid);
                Count = _slot - first;
                return true;
            }

            return false;
        }

        private static int Find(ReadOnlySpan<ulong> bits, int slot, bool marked)
        {
            for (int word = slot >> 6; word < bits.Length; word++, slot = word << 6)
            {
                ulong rest = (marked ? bits[word] : ~bits[word]) >> (slot & 63);
                if (rest != 0)
                {
                    return slot + BitOperations.TrailingZeroCount(rest);
                }
            }

            return bits.Length << 6;
        }
    }

    /// <summary>Reads the marked minutes in ascending order.</summary>
    internal struct MinuteReader(CoverageMap map)
    {
        private RunReader _runs = map.Runs();
        private int _rest;

        /// <summary>Gets the minute.</summary>
        public long Minute { get; private set; }

        /// <summary>Reads the next minute.</summary>
        public bool Next()
        {
            if (_rest > 0)
            {
                _rest--;
                Minute += map.Grid;
                return true;
            }

            if (!_runs.Next())
            {
                return false;
            }

            Minute = _runs.Start;
            _rest = _runs.Count - 1;
            return true;
        }
    }
}
