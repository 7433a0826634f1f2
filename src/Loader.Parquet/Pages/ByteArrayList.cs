namespace Loader.Parquet.Pages;

/// <summary>The position of a byte array in a buffer.</summary>
/// <param name="Offset">The offset of its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct ByteArrayPosition(int Offset, int Length);

/// <summary>Byte arrays that share one buffer.</summary>
public readonly ref struct ByteArrayList
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<ByteArrayPosition> _positions;

    internal ByteArrayList(ReadOnlySpan<byte> bytes, ReadOnlySpan<ByteArrayPosition> positions)
    {
        _bytes = bytes;
        _positions = positions;
    }

    /// <summary>Gets the number of byte arrays.</summary>
    public int Count => _positions.Length;

    /// <summary>Gets a byte array.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> this[int index] => _bytes.Slice(_positions[index].Offset, _positions[index].Length);
}
