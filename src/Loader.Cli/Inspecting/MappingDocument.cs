using System.Text.Json.Serialization;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Inspecting;

namespace Loader.Cli.Inspecting;

/// <summary>The JSON output of <c>loader mapping check</c>. The member names are a contract: scripts read them.</summary>
internal sealed record MappingDocument
{
    /// <summary>Gets the location of the mappings.</summary>
    public required string Location { get; init; }

    /// <summary>Gets a value indicating whether there is no fault.</summary>
    public bool Valid => Faults.Count == 0;

    /// <summary>Gets what the file of mappings holds; empty if it is wrong.</summary>
    public IReadOnlyList<DescribedMapping> Mappings { get; init; } = [];

    /// <summary>Gets the file that was checked, or <see langword="null"/>.</summary>
    public string? File { get; init; }

    /// <summary>Gets the mapping of the file, or <see langword="null"/> if none applies.</summary>
    public MappingIdentity? Applied { get; init; }

    /// <summary>Gets where the fields come from in the file, or <see langword="null"/> if no mapping applies.</summary>
    public IReadOnlyList<InspectedField>? Fields { get; init; }

    /// <summary>Gets all faults.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}

/// <summary>A mapping of the file.</summary>
internal sealed record DescribedMapping(
    string Name, string Sha256, string Dataset, IReadOnlyList<string> Keys, IReadOnlyList<InspectedField> Fields)
{
    public static DescribedMapping From(SourceMapping mapping) => new(
        mapping.Name, SourceMappings.HashOf(mapping), mapping.Dataset.Name, mapping.Keys, MappingDescription.Describe(mapping));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MappingDocument))]
internal sealed partial class MappingJson : JsonSerializerContext;
