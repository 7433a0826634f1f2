using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the distinct pairs of two numbers, from 0.</summary>
/// <remarks>
/// Pairs are spread over slots by their product with the golden ratio, which keeps numbers that follow each other apart. Each table flips other bits of them first,
/// so that a file cannot be made of pairs that are known to collide.
/// </remarks>
internal sealed class PairCodes
{
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly List<long> _pairs = [];
    private Slot[] _slots = new Slot[256];
    private int _shift = 64 - 8;

    /// <summary>Gets how many numbers have been given out.</summary>
    public int Count => _pairs.Count;

    /// <summary>Returns the pair of a number.</summary>
    /// <param name="code">The number.</param>
    /// <returns>The pair.</returns>
    public (int First, int Second) this[int code] => ((int)(_pairs[code] >> 32), (int)_pairs[code]);

    /// <summary>Finds the number of a pair, giving it one when it is new.</summary>
    /// <param name="first">The first of the pair.</param>
    /// <param name="second">The second.</param>
    /// <returns>The number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CodeOf(int first, int second)
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
