namespace Loader.Parquet.Storage;

/// <summary>A file in a stream that can seek, such as a spooled upload or an entry of an archive. Reads take turns.</summary>
/// <remarks>
/// A Parquet file has its footer at the end, so a stream that cannot seek, such as the body of a request, has to be spooled first.
/// </remarks>
public sealed class StreamFile : RandomAccessFile
{
    private readonly Stream _stream;
    private readonly DateTimeOffset _lastModified;
    private readonly string _etag;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Initializes a new instance of the <see cref="StreamFile"/> class.</summary>
    /// <param name="stream">The stream, which nobody else uses meanwhile; disposed with the file.</param>
    /// <param name="lastModified">The time of the last modification.</param>
    /// <param name="etag">A tag that changes whenever the content changes.</param>
    /// <exception cref="ArgumentException">The stream cannot seek or be read, or the tag is empty.</exception>
    public StreamFile(Stream stream, DateTimeOffset lastModified, string etag)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(etag);
        if (!stream.CanSeek || !stream.CanRead)
        {
            throw new ArgumentException("The stream cannot seek. Copy it to a file or to memory first.", nameof(stream));
        }

        _stream = stream;
        _lastModified = lastModified;
        _etag = etag;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        long length = _stream.Length;
        byte[] tail = new byte[Math.Min(length, TailBytes)];
        await FillAsync(length - tail.Length, tail, cancellationToken).ConfigureAwait(false);
        return new FileTail(tail, length, _lastModified, _etag, VersionId: null);
    }

    /// <inheritdoc/>
    protected override async ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await FillAsync(offset, destination, cancellationToken).ConfigureAwait(false);
        Count(destination.Length);
    }

    private async ValueTask FillAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _stream.Position = offset;
            await _stream.ReadExactlyAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
