using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>Describes a file whose layout was read; nothing but its footer is needed.</summary>
internal static class Inspector
{
    /// <summary>Describes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">Its bytes, open.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="dataset">The dataset that it would be loaded as, or <see langword="null"/> where none is known.</param>
    /// <returns>The description.</returns>
    public static ParquetInspection Describe(SourceFile file, SourceBytes source, FileLayout layout, DatasetType? dataset)
    {
        (ColumnPlan? plan, IReadOnlyList<ColumnFault> schemaFaults) = dataset is null ? (null, []) : SchemaJudge.Judge(layout.Schema, dataset, file.Key);
        Dictionary<string, string> uses = UsesOf(plan);
        IReadOnlyList<SourceColumn> needed = plan?.Columns ?? [];
        Application.Ports.RowGroupInfo[] memory = plan is null ? [] : RowGroupMemory.Estimate(layout, plan);
        return new ParquetInspection
        {
            Bytes = source.Length,
            ETag = source.ETag,
            VersionId = source.VersionId,
            LastModified = source.LastModified,
            CreatedBy = layout.Footer.CreatedBy,
            Rows = layout.Footer.Rows,
            Columns = [.. layout.Schema.Columns.Select(column => Describe(column, layout, uses.GetValueOrDefault(column.Name)))],
            RowGroups =
            [
                .. layout.Footer.RowGroups.Select((group, index) => new InspectedRowGroup(
                    group.Rows,
                    group.Chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.CompressedSize)),
                    needed.Sum(column => RowGroupMemory.Bounded(group.Chunks[column.LeafIndex].CompressedSize)),
                    plan is null ? 0 : memory[index].MemoryBytes)),
            ],
            FromKey = plan?.Constants.ToDictionary(constant => NameOf(constant.Part, plan.Dataset), constant => constant.Value) ?? [],
            Faults = [.. schemaFaults.Select(fault => fault.ToString()), .. ChunkFaults(layout, needed)],
        };
    }

    private static InspectedColumn Describe(SourceColumn column, FileLayout layout, string? use)
    {
        ChunkMetadata[] chunks = column.LeafIndex < 0 ? [] : [.. layout.Footer.RowGroups.Select(group => group.Chunks[column.LeafIndex])];
        string optional = column.Element.Repetition == Repetition.Optional ? "optional " : "";
        return new InspectedColumn(
            column.Name,
            optional + column.Element.Describe(),
            use,
            [.. chunks.Select(chunk => chunk.Codec).Distinct().Select(NameOf)],
            chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.CompressedSize)),
            chunks.Sum(chunk => RowGroupMemory.Bounded(chunk.UncompressedSize)));
    }

    private static Dictionary<string, string> UsesOf(ColumnPlan? plan)
    {
        var uses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (plan is null)
        {
            return uses;
        }

        uses[plan.Time.Name] = "time";
        uses[plan.Value.Name] = "value";
        foreach ((SeriesPart part, SourceColumn column) in plan.Dimensions)
        {
            uses[column.Name] = part == SeriesPart.Unit ? "unit" : "dimension";
        }

        if (plan.Version is { } version)
        {
            uses[version.Name] = "version";
        }

        return uses;
    }

    /// <summary>The first fault of each column: what is wrong with one row group tends to be wrong with all.</summary>
    private static IEnumerable<string> ChunkFaults(FileLayout layout, IReadOnlyList<SourceColumn> needed)
    {
        foreach (SourceColumn column in needed)
        {
            for (int rowGroup = 0; rowGroup < layout.Footer.RowGroups.Count; rowGroup++)
            {
                if (layout.Footer.RowGroups[rowGroup].Rows > 0 && FaultOf(layout, rowGroup, column) is { } fault)
                {
                    yield return $"'{column.Name}', row group {rowGroup}: {fault}";
                    break;
                }
            }
        }
    }

    private static string? FaultOf(FileLayout layout, int rowGroup, SourceColumn column)
    {
        try
        {
            layout.ChunkOf(rowGroup, column);
            return null;
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            return PlainText.Escape(exception.Message);
        }
    }

    private static string NameOf(SeriesPart part, DatasetType dataset) => part switch
    {
        SeriesPart.Unit => ColumnNames.Unit,
        SeriesPart.MeasurementType => ColumnNames.MeasurementType,
        SeriesPart.QualityFlag => ColumnNames.QualityFlag,
        SeriesPart.Region => ColumnNames.Region,
        _ => dataset.SubjectColumn,
    };

    private static string NameOf(CompressionCodec codec) => codec switch
    {
        CompressionCodec.None => "none",
        CompressionCodec.Lz4Hadoop => "LZ4 (Hadoop)",
        CompressionCodec.Lz4Raw => "LZ4_RAW",
        _ when Enum.IsDefined(codec) => codec.ToString().ToUpperInvariant(),
        _ => $"unknown codec {(int)codec}",
    };
}
