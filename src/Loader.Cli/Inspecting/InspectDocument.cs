using System.Text.Json.Serialization;
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
        Faults = result.Faults,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InspectDocument))]
internal sealed partial class InspectJson : JsonSerializerContext;
