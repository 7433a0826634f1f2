namespace Loader.Infrastructure.Parquet.Format;

/// <summary>
/// Decodes integers that are kept as differences, in blocks of miniblocks
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5).
/// </summary>
internal static class DeltaBinaryPacked
{
    /// <summary>Writers use blocks of 128 to some thousand values; the bound keeps sizes in an int.</summary>
    private const ulong MaxBlock = 1 << 20;

    /// <summary>Decodes values.</summary>
    /// <param name="data">The encoded bytes, and perhaps others behind them.</param>
    /// <param name="values">Where the values go; filled to its end. Integers of 32 bits are right in their low half.</param>
    /// <returns>The number of encoded bytes.</returns>
    /// <exception cref="MalformedFileException">The bytes hold another number of values, or are no such encoding.</exception>
    public static int Decode(ReadOnlySpan<byte> data, Span<long> values)
    {
        int position = 0;
        ulong block = Varint.Read(data, ref position);
        ulong miniblocks = Varint.Read(data, ref position);
        Require(block is > 0 and <= MaxBlock && miniblocks > 0 && block % miniblocks == 0 && block / miniblocks % 8 == 0);
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

                // The last miniblock is padded in full by most writers, and cut by some.
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

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new MalformedFileException("a page has differences of integers that contradict it");
        }
    }
}
