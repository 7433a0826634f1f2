using Amazon.S3;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Judging;
using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.Parquet;

/// <summary>Reads processed Parquet files from disk and from S3.</summary>
/// <remarks>
/// Files are untrusted: footer and page headers are read strictly and checked before anything is decoded, and only the needed columns are fetched.
/// Safe to share between threads; each open file belongs to one reader.
/// </remarks>
/// <param name="options">How files are read.</param>
/// <param name="s3">The client; made only where a file is in S3.</param>
/// <param name="time">The clock that downloads time out by; that of the system when <see langword="null"/>.</param>
public sealed class ParquetSource(SourceOptions options, Lazy<IAmazonS3> s3, TimeProvider? time = null) : IParquetSource
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <inheritdoc/>
    public async Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(dataset);

        SourceBytes source = BytesOf(file, s3, time);
        try
        {
            await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            FileLayout layout = await LayoutOf(file, source, cancellationToken).ConfigureAwait(false);
            (ColumnPlan? plan, IReadOnlyList<ColumnFault> faults) = SchemaJudge.Judge(layout.Schema, dataset, file.Key);
            return plan is null ? throw Refusals.Mismatch(file, dataset, faults) : new ParquetFile(file, source, layout, plan, _zone);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Chooses where the bytes of a file come from.</summary>
    internal static SourceBytes BytesOf(SourceFile file, Lazy<IAmazonS3> s3, TimeProvider? time) =>
        file.IsLocal ? new LocalBytes(file) : new S3Bytes(file, s3, time ?? TimeProvider.System);

    /// <summary>Reads the layout of an open file; whatever is wrong with it names the file.</summary>
    internal static async Task<FileLayout> LayoutOf(SourceFile file, SourceBytes source, CancellationToken cancellationToken)
    {
        try
        {
            return await FileLayout.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            throw Refusals.Corrupt(file, exception);
        }
    }
}
