namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Parquet's compression codecs, by their numbers in the footer.</summary>
internal enum CompressionCodec
{
    None = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,

    /// <summary>LZ4 in Hadoop's framing, in the frame format or bare: writers disagree, and nothing in a file says which.</summary>
    Lz4Hadoop = 5,
    Zstd = 6,
    Lz4Raw = 7,
}
