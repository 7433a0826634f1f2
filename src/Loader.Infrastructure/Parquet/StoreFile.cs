using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet;

/// <summary>A file in a store of the host. Exceptions of the store become failures of the load.</summary>
/// <param name="file">The location.</param>
/// <param name="open">Creates the file.</param>
internal sealed class StoreFile(SourceFile file, Func<SourceFile, RandomAccessFile> open) : RandomAccessFile
{
    private RandomAccessFile? _inner;

    /// <inheritdoc/>
    public override void CheckUnchanged() => _inner!.CheckUnchanged();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _inner?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        try
        {
            _inner = open(file);
            await _inner.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (_inner.ETag.Length == 0)
            {
                throw Unavailable("the store gives no ETag, so that a replaced file would not be noticed.", cause: null);
            }

            byte[] tail = new byte[Math.Min(_inner.Length, TailBytes)];
            await _inner.ReadAsync(_inner.Length - tail.Length, tail, cancellationToken).ConfigureAwait(false);
            return new FileTail(tail, _inner.Length, _inner.LastModified, _inner.ETag, _inner.VersionId);
        }
        catch (Exception exception) when (IsOfStore(exception, cancellationToken))
        {
            throw Translate(exception);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await _inner!.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
            Count(destination.Length);
        }
        catch (Exception exception) when (IsOfStore(exception, cancellationToken))
        {
            throw Translate(exception);
        }
    }

    /// <summary>Returns whether an exception tells of the store. Others are defects of the host, and reach it as they are.</summary>
    private static bool IsOfStore(Exception exception, CancellationToken cancellationToken) =>
        exception is IOException or UnauthorizedAccessException or HttpRequestException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private LoadException Translate(Exception exception)
    {
        string name = PlainText.Escape(file.ToString());
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => new SourceNotFoundException($"{name} does not exist.", exception)
            {
                File = file,
            },
            UnauthorizedAccessException => new SourceAccessDeniedException($"Access denied reading {name}.", exception) { File = file },
            _ => Unavailable(PlainText.Escape(exception.Message), exception),
        };
    }

    private UnavailableException Unavailable(string reason, Exception? cause) =>
        new($"{PlainText.Escape(file.ToString())} could not be read: {reason}", cause) { File = file };
}
