using Loader.Domain;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>A row group to fetch and decode.</summary>
/// <param name="RowGroup">The index of the row group.</param>
/// <param name="FirstRow">The number of rows in the file before it.</param>
/// <param name="Columns">The needed columns.</param>
/// <param name="IsBefore">Whether it comes before the row groups to return, so that only what those depend on is needed.</param>
internal sealed record RowGroupTask(int RowGroup, long FirstRow, IReadOnlyList<SchemaColumn> Columns, bool IsBefore);

/// <summary>Fetches the column chunks of one row group after the other, one row group ahead.</summary>
/// <remarks>At most one fetch runs ahead. Disposing cancels it and waits until it has released its buffers.</remarks>
internal sealed class RowGroupFetcher : IAsyncDisposable
{
    private readonly SourceFile _file;
    private readonly RandomAccessFile _source;
    private readonly FileLayout _layout;
    private readonly long _maxPrefetchBytes;
    private readonly CancellationTokenSource _cancellation;
    private Task<RowGroupBytes>? _ahead;

    /// <summary>Initializes a new instance of the <see cref="RowGroupFetcher"/> class.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="source">The file.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="maxPrefetchBytes">The maximum number of bytes to fetch ahead.</param>
    /// <param name="cancellationToken">Cancels all fetches.</param>
    public RowGroupFetcher(
        SourceFile file, RandomAccessFile source, FileLayout layout, long maxPrefetchBytes, CancellationToken cancellationToken)
    {
        _file = file;
        _source = source;
        _layout = layout;
        _maxPrefetchBytes = maxPrefetchBytes;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Fetches a row group and starts to fetch the next one.</summary>
    /// <param name="task">The row group; after the first call, the <paramref name="next"/> of the previous call.</param>
    /// <param name="next">The next row group, or <see langword="null"/>.</param>
    /// <returns>The bytes, which the caller disposes.</returns>
    public async Task<RowGroupBytes> FetchAsync(RowGroupTask task, RowGroupTask? next)
    {
        Task<RowGroupBytes> current = _ahead ?? StartAsync(task);
        _ahead = null;
        RowGroupBytes bytes = await current.ConfigureAwait(false);
        try
        {
            _source.CheckUnchanged();
            if (next is not null && CompressedSize(next) <= _maxPrefetchBytes)
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
            // Nobody needs the result any more, regardless of the outcome.
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
        // Column by column first, so that an error names its column.
        foreach (SchemaColumn column in task.Columns)
        {
            try
            {
                _layout.GetChunk(task.RowGroup, column);
            }
            catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
            {
                throw ParquetErrors.Corrupt(_file, task.RowGroup, column.Name, exception);
            }
        }

        try
        {
            return await _layout.FetchAsync(_source, task.RowGroup, task.Columns, _cancellation.Token).ConfigureAwait(false);
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(_file, task.RowGroup, _layout.Metadata.RowGroups[task.RowGroup].RowCount, exception);
        }
    }

    private long CompressedSize(RowGroupTask task)
    {
        long size = 0;
        foreach (SchemaColumn column in task.Columns)
        {
            size += _layout.Metadata.RowGroups[task.RowGroup].Chunks[column.LeafIndex].CompressedSize;
        }

        return size;
    }
}
