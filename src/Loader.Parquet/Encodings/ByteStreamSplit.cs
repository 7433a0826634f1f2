namespace Loader.Parquet.Encodings;

/// <summary>
/// Decodes values that are stored as streams: the first bytes of all values, then their second bytes, and so on
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9).
/// </summary>
internal static class ByteStreamSplit
{
    /// <summary>Decodes values.</summary>
    /// <param name="data">The encoded bytes.</param>
    /// <param name="width">The width of a value in bytes.</param>
    /// <param name="values">Receives the bytes of the values; as long as <paramref name="data"/>.</param>
    public static void Decode(ReadOnlySpan<byte> data, int width, Span<byte> values)
    {
        int count = data.Length / width;
        for (int stream = 0; stream < width; stream++)
        {
            ReadOnlySpan<byte> bytes = data.Slice(stream * count, count);
            for (int i = 0; i < bytes.Length; i++)
            {
                values[(i * width) + stream] = bytes[i];
            }
        }
    }
}
