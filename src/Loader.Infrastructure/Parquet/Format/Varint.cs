namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Reads the numbers of variable length that stand inside of pages: seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    /// <summary>Reads a number without sign.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="position">Where it begins; becomes where it ends.</param>
    /// <returns>The number.</returns>
    public static ulong Read(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position >= data.Length)
            {
                throw new MalformedFileException("a page holds fewer values than it claims");
            }

            byte next = data[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new MalformedFileException("a page holds a number of more than ten bytes");
    }

    /// <summary>Reads a number whose lowest bit is its sign.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="position">Where it begins; becomes where it ends.</param>
    /// <returns>The number.</returns>
    public static long ReadZigZag(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = Read(data, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
