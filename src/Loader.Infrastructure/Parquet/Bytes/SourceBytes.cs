namespace Loader.Infrastructure.Parquet.Bytes;

/// <summary>The bytes of one pinned file. The last of them are read when it is opened and kept.</summary>
internal abstract class SourceBytes : IAsyncDisposable
{
    /// <summary>
    /// How many bytes the first request asks for, from the end of the file: enough for the footer of some hundred row groups, and for the whole of a
    /// small file.
    /// </summary>
    protected const int TailBytes = 64 << 10;

    private ReadOnlyMemory<byte> _tail;
    private long _bytesRead;

    /// <summary>Gets the bytes of the file.</summary>
    public long Length { get; private set; }

    /// <summary>Gets when the file was last modified.</summary>
    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Gets the mark of the file's content.</summary>
    public string ETag { get; private set; } = "";

    /// <summary>Gets the S3 version id, where there is one.</summary>
    public string? VersionId { get; private set; }

    /// <summary>Gets the bytes that were read so far.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Reads the tail and pins the file as it is now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the file is pinned.</returns>
    /// <exception cref="Application.Results.LoadException">The file is not there, may not be read or cannot be reached.</exception>
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

    /// <summary>Reads bytes of the pinned file.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="destination">Where they go; filled to its end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when all are read.</returns>
    /// <exception cref="Application.Results.LoadException">The file was replaced, or cannot be reached any more.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
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

    /// <summary>Throws where the file is no longer what was opened; called after bytes were read and before they are used.</summary>
    public virtual void CheckUnchanged()
    {
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Reads up to <see cref="TailBytes"/> from the end, with all that pins the file.</summary>
    protected abstract Task<FileTail> ReadTailAsync(CancellationToken cancellationToken);

    /// <summary>Reads a range; each byte that arrives is counted by <see cref="Count"/>.</summary>
    protected abstract ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Counts bytes that arrived.</summary>
    protected void Count(long bytes) => Interlocked.Add(ref _bytesRead, bytes);
}
