using System.Buffers.Binary;

namespace Loader.Parquet.Encodings;

/// <summary>Unpacks bit-packed values, least significant bits first.</summary>
internal static class BitPacking
{
    /// <summary>Unpacks values of up to 32 bits.</summary>
    /// <param name="data">The packed bytes, enough for all values.</param>
    /// <param name="bitWidth">The width of a value in bits, from 1 to 32.</param>
    /// <param name="values">Receives the values; filled completely.</param>
    public static void Unpack(ReadOnlySpan<byte> data, int bitWidth, Span<int> values)
    {
        ulong mask = (1UL << bitWidth) - 1;
        int whole = WholeLoads(data, bitWidth, values.Length);
        long bit = 0;
        for (int i = 0; i < whole; i++, bit += bitWidth)
        {
            values[i] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(data[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }

        for (int i = whole; i < values.Length; i++, bit += bitWidth)
        {
            values[i] = (int)Last(data, bit, bitWidth);
        }
    }

    /// <summary>Unpacks values of up to 64 bits.</summary>
    /// <param name="data">The packed bytes, enough for all values.</param>
    /// <param name="bitWidth">The width of a value in bits, from 1 to 64.</param>
    /// <param name="values">Receives the values; filled completely.</param>
    public static void Unpack(ReadOnlySpan<byte> data, int bitWidth, Span<long> values)
    {
        ulong mask = bitWidth == 64 ? ulong.MaxValue : (1UL << bitWidth) - 1;
        int whole = bitWidth > 57 ? 0 : WholeLoads(data, bitWidth, values.Length);
        long bit = 0;
        for (int i = 0; i < whole; i++, bit += bitWidth)
        {
            values[i] = (long)((BinaryPrimitives.ReadUInt64LittleEndian(data[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }

        for (int i = whole; i < values.Length; i++, bit += bitWidth)
        {
            values[i] = (long)Last(data, bit, bitWidth);
        }
    }

    /// <summary>
    /// Returns how many values can be unpacked by loading eight bytes for each: eight bytes contain any value of at most 57 bits that
    /// begins in the first byte.
    /// </summary>
    private static int WholeLoads(ReadOnlySpan<byte> data, int bitWidth, int count) =>
        data.Length < sizeof(ulong) ? 0 : (int)Math.Min(count, (((data.Length - sizeof(ulong)) * 8L) / bitWidth) + 1);

    private static ulong Last(ReadOnlySpan<byte> data, long bit, int bitWidth)
    {
        Span<byte> sixteen = stackalloc byte[16];
        sixteen.Clear();
        ReadOnlySpan<byte> rest = data[(int)(bit >> 3)..];
        rest[..Math.Min(rest.Length, sixteen.Length)].CopyTo(sixteen);
        UInt128 bits = BinaryPrimitives.ReadUInt128LittleEndian(sixteen) >> (int)(bit & 7);
        return (ulong)bits & (bitWidth == 64 ? ulong.MaxValue : (1UL << bitWidth) - 1);
    }
}
