namespace Loader.Parquet.Encodings;

/// <summary>
/// Decodes integers that are stored as differences, in blocks of miniblocks
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5).
/// </summary>
internal static class DeltaBinaryPacked
{
    /// <summary>The maximum number of values in a block. Writers use 128 to a few thousand; the limit keeps sizes within an int.</summary>
    private const ulong MaxBlock = 1 << 20;

    /// <summary>Decodes values.</summary>
    /// <param name="data">The encoded bytes, which others may follow.</param>
    /// <param name="values">Receives the values; filled completely. Of 32-bit integers only the low half is meaningful.</param>
    /// <returns>The number of encoded bytes.</returns>
    /// <exception cref="MalformedFileException">The bytes hold a different number of values, or are not encoded this way.</exception>
    /// <exception cref="UnsupportedFileException">The blocks are too large.</exception>
    public static int Decode(ReadOnlySpan<byte> data, Span<long> values)
    {
        int position = 0;
        ulong block = Varint.Read(data, ref position);
        ulong miniblocks = Varint.Read(data, ref position);
        if (block > MaxBlock)
        {
            throw new UnsupportedFileException(
                $"A page has DELTA_BINARY_PACKED blocks of {block} values; at most {MaxBlock} are supported.");
        }

        Require(block > 0 && miniblocks > 0 && block % miniblocks == 0 && block / miniblocks % 8 == 0);
        int perMiniblock = (int)(block / miniblocks);
        Require(Varint.Read(data, ref position) == (ulong)values.Length);
        long value = Varint.ReadZigZag(data, ref position);
        if (values.IsEmpty)
        {
            return position;
        }

        values[0] = value;
        values = values[1..];
        while (!values.IsEmpty)
        {
            long minDelta = Varint.ReadZigZag(data, ref position);
            Require(data.Length - position >= (int)miniblocks);
            ReadOnlySpan<byte> widths = data.Slice(position, (int)miniblocks);
            position += widths.Length;
            for (int i = 0; i < widths.Length && !values.IsEmpty; i++)
            {
                Span<long> taken = values[..Math.Min(perMiniblock, values.Length)];
                Require(widths[i] <= 64 && (((long)taken.Length * widths[i]) + 7) / 8 <= data.Length - position);
                value = Add(data[position..], widths[i], value, minDelta, taken);

                // Most writers pad the last miniblock; some cut it off.
                position = Math.Min(data.Length, position + (perMiniblock / 8 * widths[i]));
                values = values[taken.Length..];
            }
        }

        return position;
    }

    private static long Add(ReadOnlySpan<byte> data, int bitWidth, long value, long minDelta, Span<long> values)
    {
        if (bitWidth == 0)
        {
            values.Clear();
        }
        else
        {
            BitPacking.Unpack(data, bitWidth, values);
        }

        foreach (ref long next in values)
        {
            value = unchecked(value + minDelta + next);
            next = value;
        }

        return value;
    }

    private static void Require(bool condition) =>
        MalformedFileException.ThrowUnless(condition, "A page contains invalid DELTA_BINARY_PACKED data.");
}
