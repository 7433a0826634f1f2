namespace Loader.Parquet.Storage;

/// <summary>A consecutive range of bytes in a file.</summary>
/// <param name="Offset">The offset of the first byte.</param>
/// <param name="Length">The number of bytes.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>Gets the offset after the last byte.</summary>
    public long End => Offset + Length;
}

/// <summary>The last bytes of a file, and the state of the file when they were read.</summary>
/// <param name="Bytes">The bytes; the whole file if it is small.</param>
/// <param name="Length">The length of the file in bytes.</param>
/// <param name="LastModified">The time of the last modification.</param>
/// <param name="ETag">A tag that changes whenever the content changes.</param>
/// <param name="VersionId">The store's id of this version of the file, or <see langword="null"/> if the store keeps no versions.</param>
public sealed record FileTail(ReadOnlyMemory<byte> Bytes, long Length, DateTimeOffset LastModified, string ETag, string? VersionId);

/// <summary>A file that can be read at any offset, pinned to the content that it had when it was opened.</summary>
/// <remarks>
/// <see cref="OpenAsync"/> reads the end of the file and keeps it in memory, because reading a Parquet file starts there.
/// <see cref="ReadAsync"/> may be
/// called concurrently.
/// </remarks>
public abstract class RandomAccessFile : IAsyncDisposable
{
    /// <summary>
    /// The number of bytes that <see cref="OpenAsync"/> reads from the end of the file: 64 KiB, enough for the footer of some hundred row
    /// groups, and for
    /// the whole of a small file.
    /// </summary>
    protected const int TailBytes = 64 << 10;

    private ReadOnlyMemory<byte> _tail;
    private long _bytesRead;

    /// <summary>Gets the length of the file in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the time of the last modification.</summary>
    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Gets a tag that changes whenever the content changes.</summary>
    public string ETag { get; private set; } = "";

    /// <summary>Gets the store's id of this version of the file, or <see langword="null"/> if the store keeps no versions.</summary>
    public string? VersionId { get; private set; }

    /// <summary>Gets the number of bytes read from the store so far.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Opens the file: reads its end and pins its content.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when the file is pinned.</returns>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        FileTail tail = await ReadTailAsync(cancellationToken).ConfigureAwait(false);
        _tail = tail.Bytes;
        Length = tail.Length;
        LastModified = tail.LastModified;
        ETag = tail.ETag;
        VersionId = tail.VersionId;
        _bytesRead = tail.Bytes.Length;
    }

    /// <summary>Reads bytes of the pinned content.</summary>
    /// <param name="offset">The offset of the first byte.</param>
    /// <param name="destination">The buffer to fill completely; the range must lie within the file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when the buffer is full.</returns>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        long tailStart = Length - _tail.Length;
        int before = (int)Math.Clamp(tailStart - offset, 0, destination.Length);
        if (before < destination.Length)
        {
            _tail.Slice((int)(offset + before - tailStart), destination.Length - before).CopyTo(destination[before..]);
        }

        if (before > 0)
        {
            await ReadRangeAsync(offset, destination[..before], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Throws if the file is no longer the one that was opened. Call it after reading bytes and before using them.</summary>
    public virtual void CheckUnchanged()
    {
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Reads up to <see cref="TailBytes"/> bytes from the end of the file, and what pins its content.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The end of the file.</returns>
    protected abstract Task<FileTail> ReadTailAsync(CancellationToken cancellationToken);

    /// <summary>Reads a range of the pinned content. Implementations report the bytes that arrive to <see cref="Count"/>.</summary>
    /// <param name="offset">The offset of the first byte.</param>
    /// <param name="destination">The buffer to fill completely.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when the buffer is full.</returns>
    protected abstract ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Adds to <see cref="BytesRead"/>.</summary>
    /// <param name="bytes">The number of bytes that arrived.</param>
    protected void Count(long bytes) => Interlocked.Add(ref _bytesRead, bytes);
}
