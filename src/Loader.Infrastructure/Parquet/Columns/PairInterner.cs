using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Assigns a code to each distinct pair of integers, counting from 0.</summary>
/// <remarks>
/// The hash is the product of the pair and the golden ratio, which spreads consecutive numbers. Each instance first flips random bits, so
/// that no file can
/// contain pairs that are known to collide.
/// </remarks>
/// <param name="budget">The memory budget of the file.</param>
internal sealed class PairInterner(SeriesBudget budget)
{
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly List<long> _pairs = [];
    private Slot[] _slots = new Slot[256];
    private int _shift = 64 - 8;

    /// <summary>Gets the number of codes assigned.</summary>
    public int Count => _pairs.Count;

    /// <summary>Gets the pair of a code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The pair.</returns>
    public (int First, int Second) this[int code] => ((int)(_pairs[code] >> 32), (int)_pairs[code]);

    /// <summary>Returns the code of a pair, assigning one if it is new.</summary>
    /// <param name="first">The first integer of the pair.</param>
    /// <param name="second">The second integer of the pair.</param>
    /// <returns>The code.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GetOrAdd(int first, int second)
    {
        long pair = ((long)first << 32) | (uint)second;
        Slot[] slots = _slots;
        int slot = (int)((((ulong)pair ^ _salt) * GoldenRatio) >> _shift);
        for (; ; slot = (slot + 1) & (slots.Length - 1))
        {
            ref readonly Slot found = ref slots[slot];
            if (found.CodePlusOne != 0 && found.Pair == pair)
            {
                return found.CodePlusOne - 1;
            }

            if (found.CodePlusOne == 0)
            {
                return Add(pair);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(long pair)
    {
        budget.ChargePair();
        int code = _pairs.Count;
        _pairs.Add(pair);
        if (_pairs.Count * 2 > _slots.Length)
        {
            _slots = new Slot[_slots.Length * 2];
            _shift--;
            ReadOnlySpan<long> pairs = CollectionsMarshal.AsSpan(_pairs);
            for (int old = 0; old < code; old++)
            {
                Put(pairs[old], old);
            }
        }

        Put(pair, code);
        return code;
    }

    private void Put(long pair, int code)
    {
        int slot = (int)((((ulong)pair ^ _salt) * GoldenRatio) >> _shift);
        while (_slots[slot].CodePlusOne != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = new Slot(pair, code + 1);
    }

    private readonly record struct Slot(long Pair, int CodePlusOne);
}
