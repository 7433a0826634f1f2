using Loader.Domain;
using Loader.Infrastructure.Parquet.Decoding;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>Describes a file on the basis of its footer.</summary>
internal static class Inspector
{
    /// <summary>Describes a file.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="source">The file, already open.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="dataset">The dataset to load it as, or <see langword="null"/> if it is unknown.</param>
    /// <param name="findTimeFault">Finds why the times of a file cannot be read.</param>
    /// <returns>The description.</returns>
    public static ParquetInspection Describe(
        SourceFile file, RandomAccessFile source, FileLayout layout, DatasetType? dataset, Func<ColumnPlan, string?> findTimeFault)
    {
        (ColumnPlan? plan, IReadOnlyList<ColumnFault> schemaFaults) =
            dataset is null ? (null, []) : SchemaValidator.Validate(layout.Schema, dataset, file.PartitionPath);
        string? timeFault = plan is null ? null : findTimeFault(plan);
        Dictionary<string, string> uses = GetUses(plan);
        IReadOnlyList<SchemaColumn> needed = plan?.Columns ?? [];
        Application.Ports.RowGroupInfo[] memory = plan is null ? [] : RowGroupMemory.Estimate(layout, plan);
        return new ParquetInspection
        {
            Bytes = source.Length,
            ETag = source.ETag,
            VersionId = source.VersionId,
            LastModified = source.LastModified,
            CreatedBy = layout.Metadata.CreatedBy,
            Rows = layout.Metadata.RowCount,
            Columns = [.. layout.Schema.Columns.Select(column => Describe(column, layout, uses.GetValueOrDefault(column.Name)))],
            RowGroups =
            [
                .. layout.Metadata.RowGroups.Select((group, index) => new InspectedRowGroup(
                    group.RowCount,
                    group.Chunks.Sum(chunk => RowGroupMemory.Clamp(chunk.CompressedSize)),
                    needed.Sum(column => RowGroupMemory.Clamp(group.Chunks[column.LeafIndex].CompressedSize)),
                    plan is null ? 0 : memory[index].MemoryBytes)),
            ],
            FromKey = plan?.Constants.ToDictionary(constant => Name(constant.Part, plan.Dataset), constant => constant.Value) ?? [],
            Faults =
            [
                .. schemaFaults.Select(fault => fault.ToString()), .. timeFault is null ? Array.Empty<string>() : [timeFault],
                .. FindChunkFaults(layout, needed),
            ],
        };
    }

    private static InspectedColumn Describe(SchemaColumn column, FileLayout layout, string? use)
    {
        ColumnChunkMetadata[] chunks =
            column.LeafIndex < 0 ? [] : [.. layout.Metadata.RowGroups.Select(group => group.Chunks[column.LeafIndex])];
        string optional = column.Element.Repetition == Repetition.Optional ? "optional " : "";
        return new InspectedColumn(
            column.Name,
            optional + column.Element.Describe(),
            use,
            [.. chunks.Select(chunk => chunk.Codec).Distinct().Select(Name)],
            chunks.Sum(chunk => RowGroupMemory.Clamp(chunk.CompressedSize)),
            chunks.Sum(chunk => RowGroupMemory.Clamp(chunk.UncompressedSize)));
    }

    private static Dictionary<string, string> GetUses(ColumnPlan? plan)
    {
        var uses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (plan is null)
        {
            return uses;
        }

        uses[plan.Time.Name] = "time";
        uses[plan.Value.Name] = "value";
        foreach ((SeriesPart part, SchemaColumn column) in plan.Dimensions)
        {
            uses[column.Name] = part == SeriesPart.Unit ? "unit" : "dimension";
        }

        if (plan.Version is { } version)
        {
            uses[version.Name] = "version";
        }

        if (plan.Reason is { } reason)
        {
            uses[reason.Name] = "reason";
        }

        return uses;
    }

    /// <summary>Returns only the first fault of each column, because the others are usually the same.</summary>
    private static IEnumerable<string> FindChunkFaults(FileLayout layout, IReadOnlyList<SchemaColumn> needed)
    {
        foreach (SchemaColumn column in needed)
        {
            for (int rowGroup = 0; rowGroup < layout.Metadata.RowGroups.Count; rowGroup++)
            {
                if (layout.Metadata.RowGroups[rowGroup].RowCount > 0 && FindFault(layout, rowGroup, column) is { } fault)
                {
                    yield return $"'{column.Name}', row group {rowGroup}: {fault}";
                    break;
                }
            }
        }
    }

    private static string? FindFault(FileLayout layout, int rowGroup, SchemaColumn column)
    {
        try
        {
            layout.GetChunk(rowGroup, column);
            return null;
        }
        catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
        {
            return ParquetErrors.Describe(exception);
        }
    }

    private static string Name(SeriesPart part, DatasetType dataset) => part switch
    {
        SeriesPart.Unit => ColumnNames.Unit,
        SeriesPart.MeasurementType => ColumnNames.MeasurementType,
        SeriesPart.QualityFlag => ColumnNames.QualityFlag,
        SeriesPart.Region => ColumnNames.Region,
        _ => dataset.SubjectColumn,
    };

    private static string Name(CompressionCodec codec) => codec switch
    {
        CompressionCodec.None => "none",
        CompressionCodec.Lz4Hadoop => "LZ4 (Hadoop)",
        CompressionCodec.Lz4Raw => "LZ4_RAW",
        _ when Enum.IsDefined(codec) => codec.ToString().ToUpperInvariant(),
        _ => $"unknown codec {(int)codec}",
    };
}
