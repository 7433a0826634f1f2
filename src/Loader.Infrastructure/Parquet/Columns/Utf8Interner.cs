using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Assigns a code to each distinct text of a column, for all row groups of a file. Each text is decoded once.</summary>
/// <param name="budget">The memory budget of the file.</param>
internal sealed class Utf8Interner(SeriesBudget budget)
{
    // Code 0 is null.
    private readonly List<byte[]?> _bytes = [null];
    private readonly List<string?> _texts = [null];
    private readonly List<uint> _hashes = [0];
    private int[] _slots = new int[256];

    /// <summary>Gets the text of a code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The text; <see cref="Series.InvalidText"/> for bytes that are not UTF-8.</returns>
    public string? this[int code] => _texts[code];

    /// <summary>Returns the code of a text, assigning one if it is new.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <returns>The code, at least 1.</returns>
    public int GetOrAdd(ReadOnlySpan<byte> utf8)
    {
        uint hash = Hash(utf8);
        int[] slots = _slots;
        int slot = (int)(hash & (uint)(slots.Length - 1));
        for (; slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            int code = slots[slot];
            if (_hashes[code] == hash && utf8.SequenceEqual(_bytes[code]))
            {
                return code;
            }
        }

        return Add(utf8, hash);
    }

    private int Add(ReadOnlySpan<byte> utf8, uint hash)
    {
        budget.ChargeText(utf8.Length);
        int code = _texts.Count;
        _bytes.Add(utf8.ToArray());
        _texts.Add(Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : Series.InvalidText);
        _hashes.Add(hash);
        if (_texts.Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            for (int old = 1; old < code; old++)
            {
                Put(old);
            }
        }

        Put(code);
        return code;
    }

    private void Put(int code)
    {
        int slot = (int)(_hashes[code] & (uint)(_slots.Length - 1));
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = code;
    }

    /// <summary>
    /// The hash of strings, which is randomised for each process, so that no file can contain texts that are known to collide.
    /// </summary>
    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        uint hash = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(utf8), StringComparison.Ordinal);
        return (utf8.Length & 1) == 0 ? hash : (hash ^ utf8[^1]) * 0x9E37_79B1;
    }
}
