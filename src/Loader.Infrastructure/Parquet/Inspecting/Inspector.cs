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
    /// <param name="source">The file, already open.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="plan">The columns that a load reads, or <see langword="null"/> if it would reject the file or is not known.</param>
    /// <param name="faults">Why a load would reject the columns.</param>
    /// <returns>The description.</returns>
    public static ParquetInspection Describe(RandomAccessFile source, FileLayout layout, ColumnPlan? plan, IEnumerable<string> faults)
    {
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
                    plan is null ? null : needed.Sum(column => RowGroupMemory.Clamp(group.Chunks[column.LeafIndex].CompressedSize)),
                    plan is null ? null : memory[index].MemoryBytes)),
            ],
            FromKey = GetFromKey(plan),
            Faults = [.. faults, .. FindChunkFaults(layout, needed)],
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
            column.LeafIndex < 0 ? null : chunks.Sum(chunk => RowGroupMemory.Clamp(chunk.CompressedSize)),
            column.LeafIndex < 0 ? null : chunks.Sum(chunk => RowGroupMemory.Clamp(chunk.UncompressedSize)));
    }

    /// <summary>Returns the values of the key. A column that holds only nulls needs none.</summary>
    private static Dictionary<string, string?> GetFromKey(ColumnPlan? plan) => plan is null ? [] : plan.Constants
        .Select(constant => (Name: Name(constant.Part, plan.Dataset), constant.Value))
        .Where(constant => constant.Value is not null || plan.AllNull.All(column => column.Name != constant.Name))
        .ToDictionary(constant => constant.Name, constant => constant.Value);

    private static Dictionary<string, string> GetUses(ColumnPlan? plan)
    {
        var uses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (plan is null)
        {
            return uses;
        }

        foreach (SchemaColumn column in plan.AllNull)
        {
            uses[column.Name] = "all null";
        }

        if (plan.Time is { } time)
        {
            uses[time.Name] = "time";
        }

        if (plan.Value is { } value)
        {
            uses[value.Name] = "value";
        }

        if (plan.Mapped is { } mapped)
        {
            AddUses(uses, plan, mapped);
            return uses;
        }

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

    /// <summary>Adds the uses of a mapping. A column can have several.</summary>
    private static void AddUses(Dictionary<string, string> uses, ColumnPlan plan, MappedPlan mapped)
    {
        foreach (MappedValue value in mapped.Values)
        {
            uses[value.Name] = value.Column is null ? "all null" : "value";
        }

        if (mapped.Time.Second is { } second)
        {
            uses[second.Name] = "time";
        }

        foreach ((int part, PartPlan? source) in mapped.Series.Parts.Index())
        {
            foreach (int column in source?.Columns ?? [])
            {
                Add(plan.Dimensions[column].Column.Name, part == (int)SeriesPart.Unit ? "unit" : "dimension");
            }
        }

        foreach (ConditionPlan condition in mapped.Series.Conditions)
        {
            Add(plan.Dimensions[condition.Column].Column.Name, "condition");
        }

        void Add(string column, string use) =>
            uses[column] = !uses.TryGetValue(column, out string? others) ? use
                : others.Split(", ").Contains(use) ? others : $"{others}, {use}";
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
