namespace Loader.Parquet.Encodings;

/// <summary>Reads the variable-length integers in pages: seven bits a byte, least significant first.</summary>
internal static class Varint
{
    /// <summary>Reads an unsigned integer.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="position">The position of the integer; receives the position after it.</param>
    /// <returns>The integer.</returns>
    public static ulong Read(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position >= data.Length)
            {
                throw new MalformedFileException("A page holds fewer values than it claims.");
            }

            byte next = data[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new MalformedFileException("A page contains an integer of more than ten bytes.");
    }

    /// <summary>Reads a zigzag-encoded signed integer.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="position">The position of the integer; receives the position after it.</param>
    /// <returns>The integer.</returns>
    public static long ReadZigZag(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = Read(data, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
