using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loader.DuckDb;

/// <summary>
/// A string as DuckDB's vectors hold it (<c>duckdb_string_t</c>): 4 bytes of length, then up to 12 bytes of UTF-8, or 4 bytes of it and a
/// pointer to all of it.
/// </summary>
/// <remarks>DuckDB fills what a short string does not use with zeros, so that short strings are equal if their 16 bytes are.</remarks>
internal readonly unsafe struct DuckDbText
{
    private const int MaxInlined = 12;

    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>Initializes a new instance of the <see cref="DuckDbText"/> struct.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="copy">A copy of it that stays where it is; not used for a short text.</param>
    public DuckDbText(ReadOnlySpan<byte> utf8, byte* copy)
    {
        Span<ulong> parts = stackalloc ulong[2];
        Span<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(parts);
        BitConverter.TryWriteBytes(bytes, utf8.Length);
        if (IsInlined(utf8.Length))
        {
            utf8.CopyTo(bytes[sizeof(int)..]);
        }
        else
        {
            utf8[..sizeof(int)].CopyTo(bytes[sizeof(int)..]);
            parts[1] = (ulong)copy;
        }

        (_low, _high) = (parts[0], parts[1]);
    }

    private DuckDbText(ulong low) => _low = low;

    /// <summary>Gets the text that stands for null. No text is that long.</summary>
    public static DuckDbText Null => new(ulong.MaxValue);

    /// <summary>Gets a value indicating whether this is <see cref="Null"/>.</summary>
    public bool IsNull => _low == ulong.MaxValue;

    private int Length => (int)_low;

    private ReadOnlySpan<byte> Pointed => new((void*)_high, Length);

    /// <summary>Returns whether a text of this many bytes needs no copy.</summary>
    public static bool IsInlined(int length) => length <= MaxInlined;

    /// <summary>Returns whether two texts have the same bytes, or both are <see cref="Null"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool EqualsText(in DuckDbText other) =>
        _low == other._low && (_high == other._high || (!IsNull && !IsInlined(Length) && Pointed.SequenceEqual(other.Pointed)));

    /// <summary>Mixes the text into a hash.</summary>
    public ulong AddTo(ulong hash)
    {
        if (IsNull || IsInlined(Length))
        {
            return Mix(Mix(hash, _low), IsNull ? 0 : _high);
        }

        foreach (byte next in Pointed)
        {
            hash = (hash ^ next) * 0x100_0000_01B3;
        }

        return Mix(hash, _low);
    }

    /// <summary>Mixes 8 bytes into a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong hash, ulong next) =>
        BitOperations.RotateLeft((hash ^ next) * 0x9E37_79B9_7F4A_7C15, 29) * 0xBF58_476D_1CE4_E5B9;
}
