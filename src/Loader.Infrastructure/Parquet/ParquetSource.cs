using System.Runtime.CompilerServices;
using Amazon.S3;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Decoding;
using Loader.Infrastructure.Parquet.Inspecting;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Infrastructure.Parquet.Suggesting;
using Loader.Infrastructure.S3;
using Loader.Parquet;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet;

/// <summary>Reads processed Parquet files from disk and S3.</summary>
/// <remarks>
/// Files are untrusted: footers and page headers are parsed strictly and validated before anything is decoded. Only the needed columns are
/// fetched.
/// Thread-safe; an open file is not.
/// </remarks>
/// <param name="options">The options for reading.</param>
/// <param name="s3">The S3 client, created only if a file is in S3.</param>
/// <param name="time">The clock for download time-outs; <see langword="null"/> for the system clock.</param>
/// <param name="mappings">The mappings of files; <see langword="null"/> for those of <paramref name="options"/>.</param>
public sealed class ParquetSource(
    SourceOptions options, Lazy<IAmazonS3> s3, TimeProvider? time = null, MappingProvider? mappings = null) : IParquetSource
{
    private readonly MappingProvider _mappings = mappings ?? new MappingProvider(options, s3, time ?? TimeProvider.System);
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
    private readonly Int96Time? _int96Time = options.Int96Time;
    private readonly IDictionary<string, Func<SourceFile, RandomAccessFile>> _stores = options.Stores;
    private readonly SeriesMemory _series = new(
        options.SeriesMemoryBytes ?? (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * SourceOptions.DefaultSeriesMemoryShare));

    /// <inheritdoc/>
    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(dataset);
        return OpenAsync(file, dataset, CreateFile(file), cancellationToken);
    }

    /// <summary>Opens a file of any kind. The source is disposed with the result, or if opening fails.</summary>
    internal async Task<IParquetFile> OpenAsync(
        SourceFile file, DatasetType dataset, RandomAccessFile source, CancellationToken cancellationToken)
    {
        try
        {
            await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            FileLayout layout = await ReadLayoutAsync(file, source, cancellationToken).ConfigureAwait(false);
            SourceMappings.Entry? mapping = await FindMappingAsync(file, layout, cancellationToken).ConfigureAwait(false);
            ColumnPlan plan = mapping is not null
                ? Compile(file, dataset, layout, mapping)
                : await PlanAsync(file, dataset, source, layout, cancellationToken).ConfigureAwait(false);
            if (FindTimeFault(layout, plan) is { } fault)
            {
                throw ParquetErrors.UnclearTimes(file, fault);
            }

            CheckOverlaps(file, layout, plan);
            return new ParquetFile(file, source, layout, plan, _zone, _int96Time == Int96Time.Instant, _series);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DatasetType?> FindDatasetAsync(SourceFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        SourceMappings all = await _mappings.GetAsync(cancellationToken).ConfigureAwait(false);
        return all.Find(file)?.Mapping.Dataset;
    }

    /// <summary>Reads the footer of a file and describes its content, even if a load would reject the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">
    /// The dataset to validate its columns against; <see langword="null"/> for that of the file's mapping, or without one to skip the
    /// validation.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The description.</returns>
    /// <exception cref="Application.Results.LoadException">The file does not exist, cannot be accessed, or is not a Parquet
    /// file.</exception>
    public async Task<ParquetInspection> InspectAsync(SourceFile file, DatasetType? dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        RandomAccessFile source = CreateFile(file);
        await using ConfiguredAsyncDisposable _ = source.ConfigureAwait(false);
        await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        FileLayout layout = await ReadLayoutAsync(file, source, cancellationToken).ConfigureAwait(false);
        if (await FindMappingAsync(file, layout, cancellationToken).ConfigureAwait(false) is { } mapping)
        {
            return await InspectMappedAsync(file, dataset, source, layout, mapping, cancellationToken).ConfigureAwait(false);
        }

        if (dataset is null)
        {
            return Inspector.Describe(source, layout, plan: null, []);
        }

        IReadOnlySet<SchemaColumn> allNull =
            await new NullColumnFinder(file, source, layout).FindAsync(dataset, cancellationToken).ConfigureAwait(false);
        (ColumnPlan? plan, IReadOnlyList<ColumnFault> faults) =
            SchemaValidator.Validate(layout.Schema, dataset, file.PartitionPath, allNull);
        string? timeFault = plan is null ? null : FindTimeFault(layout, plan);
        return Inspector.Describe(
            source,
            layout,
            plan,
            timeFault is null ? ColumnFault.Describe(faults) : [.. ColumnFault.Describe(faults), timeFault]);
    }

    /// <summary>Drafts a mapping for a file from the names and types of its columns, and from texts of its first row group.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset, or <see langword="null"/> to take it from the key or guess it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The draft and what it leaves open.</returns>
    /// <exception cref="Application.Results.LoadException">The file does not exist, cannot be accessed, is not a Parquet file, or nothing
    /// says what its dataset is.</exception>
    public async Task<MappingSuggestion> SuggestMappingAsync(SourceFile file, DatasetType? dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        RandomAccessFile source = CreateFile(file);
        await using ConfiguredAsyncDisposable _ = source.ConfigureAwait(false);
        await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        FileLayout layout = await ReadLayoutAsync(file, source, cancellationToken).ConfigureAwait(false);
        var sampler = new ColumnSampler(source, layout);
        try
        {
            SuggestedFile suggested = await SuggestedFile.ReadAsync(file, layout.Schema, sampler, cancellationToken).ConfigureAwait(false);
            return MappingSuggester.Suggest(suggested, dataset);
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(file, exception);
        }
    }

    /// <summary>Describes a file that a mapping applies to.</summary>
    private async Task<ParquetInspection> InspectMappedAsync(
        SourceFile file,
        DatasetType? dataset,
        RandomAccessFile source,
        FileLayout layout,
        SourceMappings.Entry mapping,
        CancellationToken cancellationToken)
    {
        const int MaxRows = 5;
        const int MaxColumns = 8;
        (ColumnPlan? plan, IReadOnlyList<string> faults) =
            MappingCompiler.Compile(mapping.Mapping, mapping.Identity, layout.Schema, file);
        string?[] otherFaults =
        [
            dataset is null || dataset == mapping.Mapping.Dataset ? null
                : ParquetErrors.OtherDataset(file, mapping.Identity, mapping.Mapping.Dataset, dataset).Message,
            plan is null ? null : FindTimeFault(layout, plan),
        ];
        ParquetInspection inspection = Inspector.Describe(
            source, layout, plan, [.. faults.Select(PlainText.Escape), .. otherFaults.OfType<string>()]);
        IReadOnlyList<InspectedRow> rows = [];
        if (plan is not null && inspection.Faults.Count == 0)
        {
            SchemaColumn[] values = [.. plan.Mapped!.Values.Select(value => value.Column).OfType<SchemaColumn>()];
            SchemaColumn[] shown = [.. plan.Columns.Except(values.Skip(MaxColumns))];
            try
            {
                rows = await new ColumnSampler(source, layout).ReadRowsAsync(shown, MaxRows, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
            {
                // Whoever reads the rows gets this failure with its place.
            }
            catch (OutOfMemoryException exception)
            {
                throw ParquetErrors.TooLarge(file, exception);
            }
        }

        return inspection with
        {
            Mapping = mapping.Identity,
            Fields = MappingDescription.Describe(mapping.Mapping, layout.Schema, plan, file.PartitionPath),
            FirstRows = rows,
        };
    }

    /// <summary>Finds the mapping of a file. Kept rows have the loader's own columns, whatever they were read with.</summary>
    private async Task<SourceMappings.Entry?> FindMappingAsync(
        SourceFile file, FileLayout layout, CancellationToken cancellationToken)
    {
        SourceMappings all = await _mappings.GetAsync(cancellationToken).ConfigureAwait(false);
        return SchemaValidator.HoldsKeptRows(layout.Schema) ? null : all.Find(file);
    }

    private static ColumnPlan Compile(SourceFile file, DatasetType dataset, FileLayout layout, SourceMappings.Entry mapping)
    {
        if (mapping.Mapping.Dataset != dataset)
        {
            throw ParquetErrors.OtherDataset(file, mapping.Identity, mapping.Mapping.Dataset, dataset);
        }

        (ColumnPlan? plan, IReadOnlyList<string> faults) =
            MappingCompiler.Compile(mapping.Mapping, mapping.Identity, layout.Schema, file);
        return plan ?? throw ParquetErrors.Mismatch(file, faults);
    }

    private static async Task<ColumnPlan> PlanAsync(
        SourceFile file, DatasetType dataset, RandomAccessFile source, FileLayout layout, CancellationToken cancellationToken)
    {
        IReadOnlySet<SchemaColumn> allNull =
            await new NullColumnFinder(file, source, layout).FindAsync(dataset, cancellationToken).ConfigureAwait(false);
        (ColumnPlan? plan, IReadOnlyList<ColumnFault> faults) =
            SchemaValidator.Validate(layout.Schema, dataset, file.PartitionPath, allNull);
        return plan ?? throw ParquetErrors.Mismatch(file, dataset, faults, SchemaValidator.HoldsKeptRows(layout.Schema));
    }

    /// <summary>Without a zone of its own, an instant and a local time are the same.</summary>
    private string? FindTimeFault(FileLayout layout, ColumnPlan plan) =>
        plan.Mapped?.Time.Zone is null && _int96Time is null && !MappingZone.IsUtc(_zone)
            ? SparkTimes.FindFault(layout.Metadata, plan)
            : null;

    private RandomAccessFile CreateFile(SourceFile file) =>
        file.IsLocal ? new LocalFile(file)
        : file.IsInS3 ? new S3Bytes(file, s3, time ?? TimeProvider.System, S3Limits.Default)
        : _stores.TryGetValue(file.Scheme, out Func<SourceFile, RandomAccessFile>? open) ? new StoreFile(file, open)
        : throw new ConfigurationException(
            $"No store is registered for {file.Scheme}://. Register it with UseStore(\"{file.Scheme}\", …).")
        {
            File = file,
        };

    private static void CheckOverlaps(SourceFile file, FileLayout layout, ColumnPlan plan)
    {
        try
        {
            layout.CheckOverlaps(plan.Columns);
        }
        catch (MalformedFileException exception)
        {
            throw ParquetErrors.Corrupt(file, exception);
        }
    }

    private static async Task<FileLayout> ReadLayoutAsync(SourceFile file, RandomAccessFile source, CancellationToken cancellationToken)
    {
        try
        {
            return await FileLayout.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
        {
            throw ParquetErrors.Corrupt(file, exception);
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(file, exception);
        }
    }
}
