using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet;

/// <summary>Fetches the chunks of one row group after the other, one ahead of the one that is used.</summary>
/// <remarks>At most one fetch is ahead. Disposing cancels it and waits until it has let go of its buffers.</remarks>
internal sealed class RowGroupFetcher : IAsyncDisposable
{
    private readonly SourceFile _file;
    private readonly SourceBytes _source;
    private readonly FileLayout _layout;
    private readonly long _maxPrefetchBytes;
    private readonly CancellationTokenSource _cancellation;
    private Task<RowGroupBytes>? _ahead;

    /// <summary>Initializes a new instance of the <see cref="RowGroupFetcher"/> class.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="maxPrefetchBytes">The most bytes that are fetched ahead.</param>
    /// <param name="cancellationToken">Ends all fetches.</param>
    public RowGroupFetcher(SourceFile file, SourceBytes source, FileLayout layout, long maxPrefetchBytes, CancellationToken cancellationToken)
    {
        _file = file;
        _source = source;
        _layout = layout;
        _maxPrefetchBytes = maxPrefetchBytes;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Fetches a row group and begins to fetch the next.</summary>
    /// <param name="task">The row group: the <paramref name="next"/> of the call before.</param>
    /// <param name="next">The next one, or <see langword="null"/>.</param>
    /// <returns>The bytes; the caller disposes them.</returns>
    public async Task<RowGroupBytes> FetchAsync(RowGroupTask task, RowGroupTask? next)
    {
        Task<RowGroupBytes> current = _ahead ?? StartAsync(task);
        _ahead = null;
        RowGroupBytes bytes = await current.ConfigureAwait(false);
        try
        {
            _source.CheckUnchanged();
            if (next is not null && SizeOf(next) <= _maxPrefetchBytes)
            {
                _ahead = StartAsync(next);
            }

            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync().ConfigureAwait(false);
        if (_ahead is { } ahead)
        {
            // Whatever became of it, nobody asks for it any more.
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ahead.IsCompletedSuccessfully)
            {
                (await ahead.ConfigureAwait(false)).Dispose();
            }
        }

        _cancellation.Dispose();
    }

    private async Task<RowGroupBytes> StartAsync(RowGroupTask task)
    {
        var ranges = new List<ByteRange>(task.Columns.Count);
        foreach (SourceColumn column in task.Columns)
        {
            try
            {
                ranges.Add(FileLayout.RangeOf(_layout.ChunkOf(task.RowGroup, column)));
            }
            catch (Exception exception) when (Refusals.IsOfTheFile(exception))
            {
                throw Refusals.Corrupt(_file, task.RowGroup, column.Name, exception);
            }
        }

        try
        {
            return await RowGroupBytes.ReadAsync(_source, ranges, _cancellation.Token).ConfigureAwait(false);
        }
        catch (OutOfMemoryException exception)
        {
            throw Refusals.TooLarge(_file, task.RowGroup, _layout.Footer.RowGroups[task.RowGroup].Rows, exception);
        }
    }

    private long SizeOf(RowGroupTask task)
    {
        long size = 0;
        foreach (SourceColumn column in task.Columns)
        {
            size += _layout.Footer.RowGroups[task.RowGroup].Chunks[column.LeafIndex].CompressedSize;
        }

        return size;
    }
}
