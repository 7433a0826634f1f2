using System.Globalization;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Disk;
using Loader.Parquet.Storage;
using Microsoft.Win32.SafeHandles;

namespace Loader.Infrastructure.Parquet;

/// <summary>A file on disk, pinned by its length and the time of its last modification.</summary>
/// <param name="file">The file.</param>
internal sealed class LocalFile(SourceFile file) : RandomAccessFile
{
    private SafeFileHandle? _handle;

    /// <inheritdoc/>
    public override void CheckUnchanged()
    {
        var info = new FileInfo(file.Key);
        if (!info.Exists || info.Length != Length || info.LastWriteTimeUtc != LastModified.UtcDateTime)
        {
            throw Changed();
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _handle?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        string name = PlainText.Escape(file.ToString());
        try
        {
            RegularFile.Check(file);
            _handle = File.OpenHandle(
                file.Key, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            DateTime lastModified = File.GetLastWriteTimeUtc(_handle);
            long length = RandomAccess.GetLength(_handle);
            var tail = new byte[(int)Math.Min(length, TailBytes)];
            await FillAsync(_handle, length - tail.Length, tail, cancellationToken).ConfigureAwait(false);
            string eTag = string.Create(CultureInfo.InvariantCulture, $"{length:x}-{lastModified.Ticks:x}");
            return new FileTail(tail, length, new DateTimeOffset(lastModified, TimeSpan.Zero), eTag, VersionId: null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceNotFoundException($"{name} does not exist.", exception) { File = file };
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new SourceAccessDeniedException($"Access denied reading {name}. Grant the loader read access to it.", exception)
            {
                File = file,
            };
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException)
        {
            throw Unreadable(exception);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await FillAsync(_handle!, offset, destination, cancellationToken).ConfigureAwait(false);
            Count(destination.Length);
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }
    }

    private async Task FillAsync(SafeFileHandle handle, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            int count = await RandomAccess.ReadAsync(handle, destination, offset, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw Changed();
            }

            destination = destination[count..];
            offset += count;
        }
    }

    private SourceChangedException Changed() =>
        new($"{PlainText.Escape(file.ToString())} was modified while it was being read. Load it again when its writer has finished.")
        {
            File = file,
        };

    private UnavailableException Unreadable(Exception exception) =>
        new($"{PlainText.Escape(file.ToString())} could not be read: {PlainText.Escape(exception.Message)}", exception) { File = file };
}
