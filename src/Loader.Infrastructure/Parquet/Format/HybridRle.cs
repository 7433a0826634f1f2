using System.Buffers.Binary;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>
/// Decodes Parquet's hybrid of runs and bit-packed groups, which holds definition levels and dictionary indexes
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3).
/// </summary>
internal static class HybridRle
{
    /// <summary>Says whether the first run covers everything, so that nothing needs to be written out.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="bitWidth">The bits of a value.</param>
    /// <param name="count">The number of values.</param>
    /// <param name="value">The value of the run.</param>
    /// <returns>Whether all values are one run.</returns>
    public static bool IsOneRun(ReadOnlySpan<byte> data, int bitWidth, int count, out int value)
    {
        value = 0;
        if (bitWidth == 0)
        {
            return true;
        }

        int position = 0;
        uint header = Header(data, ref position);
        if ((header & 1) != 0 || header >> 1 < (uint)count)
        {
            return false;
        }

        value = RunValue(data, bitWidth, ref position);
        return true;
    }

    /// <summary>Decodes values.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="bitWidth">The bits of a value, from 0 to 32.</param>
    /// <param name="values">Where the values go; filled to its end.</param>
    /// <exception cref="MalformedFileException">The bytes hold fewer values, or are no such encoding.</exception>
    public static void Decode(ReadOnlySpan<byte> data, int bitWidth, Span<int> values)
    {
        if (bitWidth == 0)
        {
            values.Clear();
            return;
        }

        int position = 0;
        while (!values.IsEmpty)
        {
            uint header = Header(data, ref position);
            int count = (int)Math.Min(header >> 1, int.MaxValue / 8);
            if ((header & 1) == 0)
            {
                count = Math.Min(count, values.Length);
                values[..count].Fill(RunValue(data, bitWidth, ref position));
            }
            else
            {
                count = Math.Min(count * 8, values.Length);
                long bytes = (((long)count * bitWidth) + 7) / 8;
                if (bytes > data.Length - position)
                {
                    throw TooShort();
                }

                Unpack(data[position..], bitWidth, values[..count]);
                position = (int)Math.Min(data.Length, position + ((long)(header >> 1) * bitWidth));
            }

            if (count == 0)
            {
                throw new MalformedFileException("a page has an empty run of values");
            }

            values = values[count..];
        }
    }

    private static void Unpack(ReadOnlySpan<byte> data, int bitWidth, Span<int> values)
    {
        ulong mask = (1UL << bitWidth) - 1;
        int i = 0;
        long bit = 0;

        // Eight bytes from a value's first byte hold it whole, for it has at most 32 bits and begins within the first 8.
        for (; i < values.Length && (int)(bit >> 3) + sizeof(ulong) <= data.Length; i++, bit += bitWidth)
        {
            values[i] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(data[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        for (; i < values.Length; i++, bit += bitWidth)
        {
            last.Clear();
            data[(int)(bit >> 3)..].CopyTo(last);
            values[i] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(last) >> (int)(bit & 7)) & mask);
        }
    }

    private static int RunValue(ReadOnlySpan<byte> data, int bitWidth, ref int position)
    {
        int bytes = (bitWidth + 7) / 8;
        if (bytes > data.Length - position)
        {
            throw TooShort();
        }

        uint value = 0;
        for (int i = 0; i < bytes; i++)
        {
            value |= (uint)data[position++] << (8 * i);
        }

        return (int)value;
    }

    private static uint Header(ReadOnlySpan<byte> data, ref int position)
    {
        uint header = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (position >= data.Length)
            {
                throw TooShort();
            }

            byte next = data[position++];
            header |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return header;
            }
        }

        throw new MalformedFileException("a page has a run whose length is no number");
    }

    private static MalformedFileException TooShort() => new("a page holds fewer values than it claims");
}
