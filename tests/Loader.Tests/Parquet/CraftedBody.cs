using System.IO.Compression;
using K4os.Compression.LZ4;
using Loader.Parquet.Metadata;
using Snappier;
using ZstdSharp;

namespace Loader.Tests.Parquet;

/// <summary>Bodies of pages.</summary>
internal static class CraftedBody
{
    /// <summary>Compresses as a writer does.</summary>
    public static byte[] Compress(CompressionCodec codec, byte[] body)
    {
        switch (codec)
        {
            case CompressionCodec.Snappy:
                return Snappy.CompressToArray(body);
            case CompressionCodec.Zstd:
                using (var compressor = new Compressor())
                {
                    return compressor.Wrap(body).ToArray();
                }

            case CompressionCodec.Lz4Raw:
                byte[] lz4 = new byte[LZ4Codec.MaximumOutputSize(body.Length)];
                return lz4[..LZ4Codec.Encode(body, lz4)];
            default:
                using (var compressed = new MemoryStream())
                {
                    using (Stream stream = codec == CompressionCodec.Gzip ? new GZipStream(compressed, CompressionLevel.Fastest) : new BrotliStream(compressed, CompressionLevel.Fastest))
                    {
                        stream.Write(body);
                    }

                    return compressed.ToArray();
                }
        }
    }

    /// <summary>Indexes into a dictionary: one run of its first entry.</summary>
    public static byte[] FirstEntry(int rows) => [1, .. CraftedFile.Varint((ulong)rows << 1), 0];
}
