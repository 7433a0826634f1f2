namespace Loader.Parquet.Encodings;

/// <summary>
/// Decodes the hybrid of run-length encoding and bit packing, which stores definition levels and dictionary indexes
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3).
/// </summary>
internal static class HybridRle
{
    /// <summary>Checks whether the first run covers all values, so that they need not be expanded.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="bitWidth">The width of a value in bits, from 0 to 32.</param>
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
        ulong header = Varint.Read(data, ref position);
        if ((header & 1) != 0 || header >> 1 < (ulong)count)
        {
            return false;
        }

        value = RunValue(data, bitWidth, ref position);
        return true;
    }

    /// <summary>Checks that the runs hold enough values, before memory is reserved for them.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="bitWidth">The width of a value in bits, from 1 to 32.</param>
    /// <param name="count">The number of values.</param>
    /// <exception cref="MalformedFileException">The bytes hold fewer values, or are not encoded this way.</exception>
    public static void RequireCount(ReadOnlySpan<byte> data, int bitWidth, int count)
    {
        int position = 0;
        while (count > 0)
        {
            int run = ReadHeader(data, ref position, count, out bool isRun);
            long bytes = isRun ? (bitWidth + 7) / 8 : (((long)run * bitWidth) + 7) / 8;
            if (bytes > data.Length - position)
            {
                throw TooShort();
            }

            position += (int)bytes;
            count -= run;
        }
    }

    /// <summary>Decodes values.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="bitWidth">The width of a value in bits, from 0 to 32.</param>
    /// <param name="values">Receives the values; filled completely.</param>
    /// <exception cref="MalformedFileException">The bytes hold fewer values, or are not encoded this way.</exception>
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
            int count = ReadHeader(data, ref position, values.Length, out bool isRun);
            if (isRun)
            {
                values[..count].Fill(RunValue(data, bitWidth, ref position));
            }
            else
            {
                long bytes = (((long)count * bitWidth) + 7) / 8;
                if (bytes > data.Length - position)
                {
                    throw TooShort();
                }

                // A group has eight values; not every writer pads the last one.
                BitPacking.Unpack(data[position..], bitWidth, values[..count]);
                position += (int)bytes;
            }

            values = values[count..];
        }
    }

    /// <summary>Reads the header of a run.</summary>
    /// <returns>The number of its values, from 1 to the number wanted. A run may go on behind the last value.</returns>
    private static int ReadHeader(ReadOnlySpan<byte> data, ref int position, int wanted, out bool isRun)
    {
        ulong header = Varint.Read(data, ref position);
        isRun = (header & 1) == 0;
        int count = (int)Math.Min(isRun ? header >> 1 : Math.Min(header >> 1, int.MaxValue / 8) * 8, (ulong)wanted);
        return count > 0 ? count : throw new MalformedFileException("A page contains an empty run of values.");
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

    private static MalformedFileException TooShort() => new("A page holds fewer values than it claims.");
}
