using System.Text.Json.Serialization;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Inspecting;

namespace Loader.Cli.Inspecting;

/// <summary>The JSON output of <c>loader inspect</c>. The member names are a contract: scripts read them.</summary>
/// <remarks>A member is null if it could not be read, or is not known.</remarks>
internal sealed record InspectDocument
{
    public required string File { get; init; }

    public string? Dataset { get; init; }

    /// <summary>Gets a value indicating whether a load would accept the file.</summary>
    public bool Loadable => Faults.Count == 0;

    public long? Bytes { get; init; }

    [JsonPropertyName("etag")]
    public string? ETag { get; init; }

    public string? VersionId { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    public string? CreatedBy { get; init; }

    public long? Rows { get; init; }

    public IReadOnlyList<InspectedColumn>? Columns { get; init; }

    public IReadOnlyDictionary<string, string?>? FromKey { get; init; }

    public IReadOnlyList<InspectedRowGroup>? RowGroups { get; init; }

    public int? Series { get; init; }

    public DateTimeOffset? Earliest { get; init; }

    public DateTimeOffset? Latest { get; init; }

    public IReadOnlyDictionary<string, long>? InvalidByReason { get; init; }

    public IReadOnlyDictionary<string, long>? FilteredByReason { get; init; }

    public MappingIdentity? Mapping { get; init; }

    public IReadOnlyList<InspectedField>? Fields { get; init; }

    public IReadOnlyList<InspectedRow>? FirstRows { get; init; }

    public IReadOnlyList<SampleRow>? FirstRecords { get; init; }

    public required IReadOnlyList<string> Faults { get; init; }

    public static InspectDocument From(InspectResult result) => new()
    {
        File = result.File.ToString(),
        Dataset = result.Dataset?.Name,
        Bytes = result.Inspection?.Bytes,
        ETag = result.Inspection?.ETag,
        VersionId = result.Inspection?.VersionId,
        LastModified = result.Inspection?.LastModified,
        CreatedBy = result.Inspection?.CreatedBy,
        Rows = result.Inspection?.Rows,
        Columns = result.Inspection?.Columns,
        FromKey = result.Inspection?.FromKey,
        RowGroups = result.Inspection?.RowGroups,
        Series = result.Rows?.SeriesCount,
        Earliest = result.Rows?.Earliest,
        Latest = result.Rows?.Latest,
        InvalidByReason = result.Rows?.Invalid.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        FilteredByReason = result.Rows?.Filtered.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        Mapping = MappingIdentity.From(result.Inspection?.Mapping),
        Fields = result.Inspection?.Mapping is null ? null : result.Inspection.Fields,
        FirstRows = result.Inspection?.Mapping is null ? null : result.Inspection.FirstRows,
        FirstRecords = result.Inspection?.Mapping is null ? null : result.Rows?.First,
        Faults = result.Faults,
    };
}

/// <summary>A mapping in JSON output.</summary>
internal sealed record MappingIdentity(string Name, string Sha256)
{
    public static MappingIdentity? From(AppliedMapping? mapping) =>
        mapping is null ? null : new MappingIdentity(mapping.Name, mapping.Sha256);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InspectDocument))]
internal sealed partial class InspectJson : JsonSerializerContext;
