using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>Keeps invalid and rejected rows as Parquet files in a folder or under an S3 prefix.</summary>
/// <remarks>A file appears completely or not at all: on disk it is renamed into place, in S3 it is one PutObject.</remarks>
public sealed class RejectedRowStore : IRejectedRowStore
{
    private readonly Lazy<IAmazonS3> _s3;
    private readonly string? _bucket;
    private readonly string _root = "";

    /// <summary>Initializes a new instance of the <see cref="RejectedRowStore"/> class.</summary>
    /// <param name="options">The location.</param>
    /// <param name="s3">The client, created when rows are first kept in S3.</param>
    public RejectedRowStore(RejectedRowsOptions options, Lazy<IAmazonS3> s3)
    {
        ArgumentNullException.ThrowIfNull(options);
        _s3 = s3;
        if (string.IsNullOrEmpty(options.Location))
        {
            return;
        }

        if (S3Uri.TryParse(options.Location, out S3Uri uri))
        {
            _bucket = uri.Bucket;
            _root = uri.Key.EndsWith('/') ? uri.Key : uri.Key + "/";
            Location = $"s3://{_bucket}/{_root}";
        }
        else
        {
            _root = Path.GetFullPath(options.Location).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
            Location = options.Location;
        }
    }

    /// <inheritdoc/>
    public string? Location { get; }

    /// <inheritdoc/>
    public bool Holds(SourceFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Location is not null
            && string.Equals(file.Bucket, _bucket, StringComparison.Ordinal)
            && (file.IsLocal ? Path.GetFullPath(file.Key) : file.Key).StartsWith(_root, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public async Task<string> SaveAsync(
        RejectedRowOrigin origin, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rows);

        SourceFile source = origin.Source;
        string folder = $"{origin.Destination.Key}/{RejectedRowKey.FolderOf(source, origin.ETag)}";
        string name = folder + RejectedRowKey.NameOf(batch.Dataset, batch.RowGroup);
        try
        {
            if (_bucket is null)
            {
                await SaveToDiskAsync(Path.Combine(_root, name), source, batch, rows, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SaveToS3Async(_root + name, source, batch, rows, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException || S3Errors.IsS3Error(exception, cancellationToken))
        {
            bool isTransient = exception is not UnauthorizedAccessException && S3Errors.Classify(exception) == S3ErrorKind.Unavailable;
            throw new RejectedRowsNotKeptException(
                $"{rows.Count} rows of row group {batch.RowGroup} of {PlainText.Escape(source.ToString())} "
                + $"could not be kept under {PlainText.Escape(Location!)}: {S3Errors.Describe(exception)}",
                isTransient,
                exception)
            {
                File = source,
            };
        }

        return _bucket is null ? Path.Combine(Location!, folder) : Location + folder;
    }

    private static async Task SaveToDiskAsync(
        string path, SourceFile source, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Two processes may keep the same rows at once. Each writes its own file, and both files have the same content.
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.ReadWrite);
            await using (file.ConfigureAwait(false))
            {
                await RejectedRowFile.WriteAsync(file, source, batch, rows, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async Task SaveToS3Async(
        string key, SourceFile source, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await RejectedRowFile.WriteAsync(content, source, batch, rows, cancellationToken).ConfigureAwait(false);
        content.Position = 0;
        await _s3.Value.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _bucket,
                Key = key,
                InputStream = content,
                AutoCloseStream = false,
                ContentType = "application/vnd.apache.parquet",
            },
            cancellationToken).ConfigureAwait(false);
    }
}
