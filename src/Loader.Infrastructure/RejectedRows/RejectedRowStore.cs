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
            && (file.IsLocal || file.IsInS3)
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
        string name = $"{origin.Destination.Key}/{NameOf(origin, batch)}";
        try
        {
            for (int first = 0, part = 1; first < rows.Count; first += RejectedRowFile.MaxRows, part++)
            {
                RejectedRow[] some = [.. rows.Skip(first).Take(RejectedRowFile.MaxRows)];
                string path = RejectedRowKey.PartOf(_root + name, part);
                await (_bucket is null
                    ? SaveToDiskAsync(path, source, batch, some, cancellationToken)
                    : SaveToS3Async(path, source, batch, some, cancellationToken)).ConfigureAwait(false);
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

        // The folder of the dataset is the last segment; the folder of the source contains it.
        string folder = name[..name.LastIndexOf("/dataset=", StringComparison.Ordinal)] + "/";
        return _bucket is null ? Path.Combine(Location!, folder) : Location + folder;
    }

    private static async Task SaveToDiskAsync(
        string path, SourceFile source, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        UnfinishedFiles.Delete(path);

        // Two processes may keep the same rows at once. Each writes its own file, and both files have the same content.
        string unfinished = UnfinishedFiles.NameFor(path);
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

    /// <summary>Returns the path of the file, below the folder of the destination.</summary>
    private string NameOf(RejectedRowOrigin origin, MeasurementBatch batch)
    {
        SourceFile source = origin.Source;
        if (batch.Count > 0 && batch.OriginOf(0) is not null && Holds(source))
        {
            string path = (source.IsLocal ? Path.GetFullPath(source.Key) : source.Key)[_root.Length..];
            if (path.Contains("/dataset=", StringComparison.Ordinal))
            {
                return RejectedRowKey.ReplayedNameOf(path, origin.RowGroupCount, batch.RowGroup);
            }
        }

        return RejectedRowKey.FolderOf(source, origin.ETag, origin.Mapping) + RejectedRowKey.NameOf(batch.Dataset, batch.RowGroup);
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
