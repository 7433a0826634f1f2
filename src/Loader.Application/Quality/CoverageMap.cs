using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The minutes in which a series has rows: one bit for each point of the coarsest grid that holds all of them.</summary>
/// <remarks>Grids have 60, 30, 15, 10, 5 or 1 minutes; the common divisor of two is one of them too. Times are in UTC.</remarks>
internal sealed class CoverageMap
{
    /// <summary>The minutes of a block: 32 days, a multiple of every grid.</summary>
    private const int BlockMinutes = 32 * 24 * 60;

    private const int BlockOverheadBytes = 40;

    private static readonly int[] Grids = [30, 15, 10, 5, 1];

    private readonly BlockTable<ulong> _blocks = new();
    private long _block = long.MinValue;
    private ulong[] _bits = [];

    /// <summary>Gets the grid, in minutes.</summary>
    public int Grid { get; private set; } = 60;

    /// <summary>Gets the memory that is used.</summary>
    public int Bytes => 64 + (_blocks.Count * ((Words * sizeof(ulong)) + BlockOverheadBytes));

    private int Words => BlockMinutes / Grid / 64;

    /// <summary>Marks a minute.</summary>
    /// <param name="minute">Minutes since 1970 (UTC).</param>
    /// <param name="grown">The growth of <see cref="Bytes"/>.</param>
    /// <returns><see langword="true"/> if it was marked already.</returns>
    public bool Set(long minute, out int grown)
    {
        grown = 0;
        long block = FloorDivide(minute, BlockMinutes);
        uint within = (uint)(minute - (block * BlockMinutes));
        uint slot = within / (uint)Grid;
        if (block != _block || slot * (uint)Grid != within)
        {
            grown = Prepare(block, within);
            slot = within / (uint)Grid;
        }

        ref ulong word = ref _bits[slot >> 6];
        ulong bit = 1UL << (int)(slot & 63);
        bool wasSet = (word & bit) != 0;
        word |= bit;
        return wasSet;
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

    /// <summary>Lists the minutes in ascending order.</summary>
    public IEnumerable<long> Minutes()
    {
        for (int i = 0; i < _blocks.Count; i++)
        {
            ulong[] bits = _blocks.BlockAt(i);
            long start = (long)_blocks.KeyAt(i) * BlockMinutes;
            for (int word = 0; word < bits.Length; word++)
            {
                for (ulong rest = bits[word]; rest != 0; rest &= rest - 1)
                {
                    yield return start + (((word * 64) + BitOperations.TrailingZeroCount(rest)) * Grid);
                }
            }
        }
    }

    private int Prepare(long block, uint within)
    {
        int before = Bytes;
        if (within % (uint)Grid != 0)
        {
            Refine(Array.Find(Grids, grid => Grid % grid == 0 && within % (uint)grid == 0));
        }

        _bits = _blocks.Get((int)block, Words);
        _block = block;
        return Bytes - before;
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
            var fine = new ulong[Words];
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

        _block = long.MinValue;
    }

    private static long FloorDivide(long value, int by)
    {
        long quotient = value / by;
        return value < quotient * by ? quotient - 1 : quotient;
    }
}
