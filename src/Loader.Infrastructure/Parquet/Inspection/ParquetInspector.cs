using Amazon.S3;
using Loader.Application.Failures;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet.Inspection;

/// <summary>Says what a file is: its schema and what each column is used for, its row groups, what its rows cover, and why it would be refused.</summary>
/// <remarks>Decodes all rows of the needed columns, as a load does. Safe to share between threads.</remarks>
/// <param name="options">How files are read.</param>
/// <param name="s3">The client; made only where a file is in S3.</param>
/// <param name="time">The clock that downloads time out by; that of the system when <see langword="null"/>.</param>
public sealed class ParquetInspector(SourceOptions options, Lazy<IAmazonS3> s3, TimeProvider? time = null)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>Inspects a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset that it is meant for, or <see langword="null"/> to take it from the key.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>The inspection. A damaged file, or one of another schema, has <see cref="FileInspection.Faults"/>; that is no exception.</returns>
    /// <exception cref="LoadException">The file is not there, may not be read, was replaced meanwhile, or cannot be reached.</exception>
    public async Task<FileInspection> InspectAsync(SourceFile file, DatasetType? dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (dataset is null && DatasetType.TryParse(HiveKey.Find(file.Key, "dataset"), out DatasetType? fromKey))
        {
            dataset = fromKey;
        }

        SourceBytes source = ParquetSource.BytesOf(file, s3, time);
        await using (source.ConfigureAwait(false))
        {
            await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            var inspection = new FileInspection
            {
                File = file,
                Dataset = dataset,
                Length = source.Length,
                LastModified = source.LastModified,
                ETag = source.ETag,
            };
            try
            {
                FileLayout layout = await ParquetSource.LayoutOf(file, source, cancellationToken).ConfigureAwait(false);
                return await InspectAsync(inspection, source, layout, cancellationToken).ConfigureAwait(false);
            }
            catch (SourceCorruptException exception)
            {
                return inspection with { Faults = [exception.Message] };
            }
        }
    }

    private async Task<FileInspection> InspectAsync(FileInspection inspection, SourceBytes source, FileLayout layout, CancellationToken cancellationToken)
    {
        ColumnPlan? plan = null;
        IReadOnlyList<string> faults = ["The dataset is not known: the key has no 'dataset=' segment of a known dataset, and none was named."];
        if (inspection.Dataset is { } dataset)
        {
            (plan, IReadOnlyList<ColumnFault> found) = SchemaJudge.Judge(layout.Schema, dataset, inspection.File.Key);
            faults = [.. found.Select(fault => fault.ToString())];
        }

        RowGroupInfo[]? memory = plan is null ? null : RowGroupMemory.Estimate(layout, plan);
        inspection = inspection with
        {
            CreatedBy = layout.Footer.CreatedBy,
            Rows = layout.Footer.Rows,
            Columns = [.. layout.Schema.Columns.Select(column => Describe(layout, column, plan))],
            FromKey = plan?.Constants.ToDictionary(c => NameOf(c.Part, plan.Dataset), c => c.Value, StringComparer.Ordinal) ?? [],
            RowGroups = [.. layout.Footer.RowGroups.Select((group, i) => Describe(group, plan, memory?[i].MemoryBytes))],
            Faults = faults,
        };
        if (plan is null)
        {
            return inspection;
        }

        var coverage = new RowCoverage();
        try
        {
            var rows = new ParquetFile(inspection.File, source, layout, plan, _zone);
            await foreach (MeasurementBatch batch in rows.ReadAsync(0, new ObjectVersion(1), cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    coverage.Add(batch);
                }
            }
        }
        catch (SourceCorruptException exception)
        {
            inspection = inspection with { Faults = [exception.Message] };
        }

        return coverage.AddTo(inspection);
    }

    private static ColumnInspection Describe(FileLayout layout, SourceColumn column, ColumnPlan? plan)
    {
        ChunkMetadata[] chunks = column.LeafIndex < 0 ? [] : [.. layout.Footer.RowGroups.Select(group => group.Chunks[column.LeafIndex])];
        return new ColumnInspection(
            column.Name,
            column.Element.Describe(),
            column.Element.Repetition == Repetition.Optional,
            UseOf(column, plan),
            chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.CompressedSize)),
            chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.UncompressedSize)),
            [.. chunks.Select(chunk => chunk.Codec).Distinct().Select(codec => codec.ToString().ToUpperInvariant())]);
    }

    private static ColumnUse UseOf(SourceColumn column, ColumnPlan? plan) =>
        plan is null ? ColumnUse.Ignored
        : column == plan.Time ? ColumnUse.Time
        : column == plan.Value ? ColumnUse.Value
        : column == plan.Version ? ColumnUse.Version
        : plan.Dimensions.Any(d => d.Column == column && d.Part == SeriesPart.Unit) ? ColumnUse.Unit
        : plan.Dimensions.Any(d => d.Column == column) ? ColumnUse.Dimension
        : ColumnUse.Ignored;

    private static RowGroupInspection Describe(RowGroupMetadata group, ColumnPlan? plan, long? memory) => new(
        group.Rows,
        group.Chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.CompressedSize)),
        group.Chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.UncompressedSize)),
        plan?.Columns.Sum(column => RowGroupMemory.Bounded(group.Chunks[column.LeafIndex].CompressedSize)),
        memory);

    private static string NameOf(SeriesPart part, DatasetType dataset) => part switch
    {
        SeriesPart.Unit => ColumnNames.Unit,
        SeriesPart.MeasurementType => ColumnNames.MeasurementType,
        SeriesPart.QualityFlag => ColumnNames.QualityFlag,
        SeriesPart.Region => ColumnNames.Region,
        _ => dataset.SubjectColumn,
    };
}
