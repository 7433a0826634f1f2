namespace Loader.Infrastructure.Parquet.Bytes;

/// <summary>Bytes of a file that follow each other.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>Gets the offset behind the last byte.</summary>
    public long End => Offset + Length;
}
