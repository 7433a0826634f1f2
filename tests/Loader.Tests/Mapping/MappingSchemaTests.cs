using System.Text;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Mapping;
using Loader.Tests.Support;

namespace Loader.Tests.Mapping;

/// <summary>The JSON Schema of mappings for editors says what the loader reads.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MappingSchemaTests
{
    private const string SchemaName = "mapping.schema.json";

    private static readonly string[] Datasets = ["generation", "consumption", "transmission"];

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static string SampleFolder => Path.Combine(Repository.Root, "samples", "mappings");

    private static string[] Samples => [.. Directory.GetFiles(SampleFolder, "*.json").Select(path => Path.GetFileName(path))];

    [TestCase("$defs.mapping", """{ "name": "x", "dataset": "DATASET", "unknown": 1 }""")]
    [TestCase("$defs.timestamp", """{ "name": "x", "dataset": "DATASET", "timestamp": { "unknown": 1 } }""")]
    [TestCase("$defs.value", """{ "name": "x", "dataset": "DATASET", "value": { "unknown": 1 } }""")]
    [TestCase("$defs.value.properties.text", """{ "name": "x", "dataset": "DATASET", "value": { "text": { "unknown": 1 } } }""")]
    [TestCase("$defs.field", """{ "name": "x", "dataset": "DATASET", "region": { "unknown": 1 } }""")]
    [TestCase("$defs.unpivot", """{ "name": "x", "dataset": "DATASET", "unpivot": { "columns": "x", "unknown": 1 } }""")]
    [TestCase("$defs.condition", """{ "name": "x", "dataset": "DATASET", "where": [{ "column": "x", "in": ["y"], "unknown": 1 }] }""")]
    public void Every_member_of_the_schema_is_read_and_the_other_way_round(string path, string json)
    {
        string[] read =
        [
            .. Datasets.SelectMany(dataset => KnownMembers(json.Replace("DATASET", dataset, StringComparison.Ordinal))).Distinct().Order(),
        ];

        Assert.That(read, Is.EqualTo(MembersAt(path).Order()));
    }

    [TestCase("region")]
    [TestCase("unit")]
    [TestCase("measurementType")]
    [TestCase("qualityFlag")]
    [TestCase("energySource")]
    public void Every_field_has_the_same_members(string field)
    {
        string[] read = KnownMembers($$"""{ "name": "x", "dataset": "generation", "{{field}}": { "unknown": 1 } }""");

        Assert.That(read, Is.EquivalentTo(MembersAt("$defs.field")));
    }

    [TestCaseSource(nameof(Samples))]
    public void Every_sample_is_valid_by_the_schema(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(SampleFolder, name)), WithComments);

        Assert.That(JsonSchema.Read(SchemaName).Check(document.RootElement), Is.Empty);
    }

    [TestCase("""{ "name": "x" }""", Description = "no dataset")]
    [TestCase("""{ "name": "", "dataset": "generation" }""", Description = "no name")]
    [TestCase("""{ "name": "x", "dataset": "weather" }""", Description = "unknown dataset")]
    [TestCase("""{ "name": "x", "dataset": "generation", "regoin": { "constant": "SE" } }""", Description = "unknown member")]
    [TestCase("""{ "name": "x", "dataset": "generation", "where": [{ "column": "c", "in": ["a"], "notIn": ["b"] }] }""", Description = "two lists")]
    [TestCase("""{ "name": "x", "dataset": "generation", "value": { "text": { "decimal": ".," } } }""", Description = "two signs")]
    [TestCase("""{ "name": "x", "dataset": "generation", "duplicates": "first" }""", Description = "unknown choice")]
    [TestCase("""{ "name": "x", "dataset": "generation", "unpivot": { "columns": 7 } }""", Description = "wrong type")]
    [TestCase("""{ "name": "x", "dataset": "generation", "keys": [7] }""", Description = "wrong type in a list")]
    public void What_the_reader_refuses_the_schema_refuses_too(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.That(JsonSchema.Read(SchemaName).Check(document.RootElement), Is.Not.Empty);
        Assert.That(() => SourceMappings.Parse(Encoding.UTF8.GetBytes(json), "x.json"), Throws.TypeOf<ConfigurationException>());
    }

    /// <summary>Takes the members that the reader knows from its message about one that it does not know.</summary>
    private static string[] KnownMembers(string json)
    {
        const string Mark = "unknown: unknown; known are ";
        string fault = Assert.Throws<ConfigurationException>(() => SourceMappings.Parse(Encoding.UTF8.GetBytes(json), "x.json"))!
            .Faults.Single(text => text.Contains(Mark, StringComparison.Ordinal));
        return fault[(fault.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Split(", ");
    }

    private static IEnumerable<string> MembersAt(string path)
    {
        JsonElement at = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", SchemaName))).RootElement;
        foreach (string segment in path.Split('.'))
        {
            at = at.GetProperty(segment);
        }

        return at.GetProperty("properties").EnumerateObject().Select(member => member.Name);
    }
}
