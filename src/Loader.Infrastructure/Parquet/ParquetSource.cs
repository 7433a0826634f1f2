using System.Runtime.CompilerServices;
using Amazon.S3;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Inspecting;
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
    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(dataset);
        return OpenAsync(file, dataset, BytesOf(file, s3, time), cancellationToken);
    }

    /// <summary>Opens a file whose bytes come from anywhere; they are disposed with it, or where it cannot be opened.</summary>
    internal async Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, SourceBytes source, CancellationToken cancellationToken)
    {
        try
        {
            await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            FileLayout layout = await LayoutOf(file, source, cancellationToken).ConfigureAwait(false);
            (ColumnPlan? plan, IReadOnlyList<ColumnFault> faults) = SchemaJudge.Judge(layout.Schema, dataset, file.Key);
            if (plan is null)
            {
                throw Refusals.Mismatch(file, dataset, faults);
            }

            CheckOverlaps(file, layout, plan);
            return new ParquetFile(file, source, layout, plan, _zone);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the footer of a file and tells what is in it, without refusing what a load would refuse.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset that it would be loaded as, or <see langword="null"/> to judge no columns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The description.</returns>
    /// <exception cref="Application.Results.LoadException">The file is not there, may not be read, or is no Parquet file.</exception>
    public async Task<ParquetInspection> InspectAsync(SourceFile file, DatasetType? dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        SourceBytes source = BytesOf(file, s3, time);
        await using ConfiguredAsyncDisposable _ = source.ConfigureAwait(false);
        await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        FileLayout layout = await LayoutOf(file, source, cancellationToken).ConfigureAwait(false);
        return Inspector.Describe(file, source, layout, dataset);
    }

    /// <summary>Chooses where the bytes of a file come from.</summary>
    private static SourceBytes BytesOf(SourceFile file, Lazy<IAmazonS3> s3, TimeProvider? time) =>
        file.IsLocal ? new LocalBytes(file) : new S3Bytes(file, s3, time ?? TimeProvider.System);

    private static void CheckOverlaps(SourceFile file, FileLayout layout, ColumnPlan plan)
    {
        try
        {
            layout.CheckOverlaps(plan.Columns);
        }
        catch (MalformedFileException exception)
        {
            throw Refusals.Corrupt(file, exception);
        }
    }

    private static async Task<FileLayout> LayoutOf(SourceFile file, SourceBytes source, CancellationToken cancellationToken)
    {
        try
        {
            return await FileLayout.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            throw Refusals.Corrupt(file, exception);
        }
        catch (OutOfMemoryException exception)
        {
            throw Refusals.TooLarge(file, exception);
        }
    }
}
