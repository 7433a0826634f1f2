using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the distinct texts of a column for the length of a file. Text is decoded once per distinct value.</summary>
/// <param name="room">The room that all columns of the file have for their texts.</param>
internal sealed class TextCodes(TextRoom room)
{
    /// <summary>The number of null.</summary>
    public const int Null = 0;

    private readonly List<byte[]?> _bytes = [null];
    private readonly List<string?> _texts = [null];
    private readonly List<uint> _hashes = [0];
    private int[] _slots = new int[256];

    /// <summary>Returns the text of a number.</summary>
    /// <param name="code">The number.</param>
    /// <returns>The text; <see cref="Series.InvalidText"/> for bytes that are not UTF-8.</returns>
    public string? this[int code] => _texts[code];

    /// <summary>Finds the number of a text, giving it one when it is new.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>The number, at least 1.</returns>
    public int CodeOf(ReadOnlySpan<byte> utf8)
    {
        uint hash = HashOf(utf8);
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
        room.Take(utf8.Length);
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

    /// <summary>The hash of strings, which differs from process to process, so that no file can be made of texts that collide.</summary>
    private static uint HashOf(ReadOnlySpan<byte> utf8)
    {
        uint hash = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(utf8), StringComparison.Ordinal);
        return (utf8.Length & 1) == 0 ? hash : (hash ^ utf8[^1]) * 0x9E37_79B1;
    }
}
