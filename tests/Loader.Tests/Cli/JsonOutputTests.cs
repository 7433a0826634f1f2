using System.Text.Json;
using Loader.Application.Results;
using Loader.LocalAws;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>The JSON output has exactly the members and types that the schemas in <c>docs/</c> promise.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class JsonOutputTests
{
    [Test]
    public async Task Every_output_of_load_and_validate_fits_the_schema()
    {
        var schema = JsonSchema.Read("load-output.schema.json");

        Assert.That((await LoadOutputsAsync()).SelectMany(schema.Check), Is.Empty);
    }

    [Test]
    public async Task Every_member_in_the_schema_of_load_exists_in_an_output()
    {
        var schema = JsonSchema.Read("load-output.schema.json");
        foreach (JsonElement output in await LoadOutputsAsync())
        {
            schema.Check(output);
        }

        // Every output has all members of the findings, but null only where a check has nothing to say.
        Assert.That(
            schema.Unseen.Where(member => !(member.StartsWith("/quality/", StringComparison.Ordinal) && member.EndsWith(": null", StringComparison.Ordinal))),
            Is.Empty);
    }

    [Test]
    public async Task Every_output_of_inspect_fits_the_schema()
    {
        var schema = JsonSchema.Read("inspect-output.schema.json");

        Assert.That((await InspectOutputsAsync()).SelectMany(schema.Check), Is.Empty);
    }

    [Test]
    public async Task Every_member_in_the_schema_of_inspect_exists_in_an_output()
    {
        var schema = JsonSchema.Read("inspect-output.schema.json");
        foreach (JsonElement output in await InspectOutputsAsync())
        {
            schema.Check(output);
        }

        // A member may be null although no output here shows it.
        Assert.That(schema.Unseen.Where(member => !member.EndsWith(": null", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Every_output_of_mapping_check_fits_the_schema()
    {
        var schema = JsonSchema.Read("mapping-check-output.schema.json");

        Assert.That((await MappingOutputsAsync()).SelectMany(schema.Check), Is.Empty);
    }

    [Test]
    public async Task Every_member_in_the_schema_of_mapping_check_exists_in_an_output()
    {
        var schema = JsonSchema.Read("mapping-check-output.schema.json");
        foreach (JsonElement output in await MappingOutputsAsync())
        {
            schema.Check(output);
        }

        Assert.That(schema.Unseen, Is.Empty);
    }

    [TestCase("load", "x", "--dataset", "weather")]
    [TestCase("validate", "/no/such/place")]
    [TestCase("load", "s3a://lake/x", "--sink", "none")]
    [TestCase("inspect")]
    [TestCase("inspect", "x.parquet", "--mapping", "/no/such/mapping.json")]
    [TestCase("mapping", "check", "/no/such/mapping.json")]
    public async Task The_output_of_a_mistake_fits_the_schema(params string[] arguments)
    {
        using var cli = new CliRun();
        await cli.RunAsync([.. arguments, "--json"]);

        Assert.That(JsonSchema.Read("load-output.schema.json").Check(cli.Json), Is.Empty);
    }

    private static async Task<List<JsonElement>> LoadOutputsAsync()
    {
        var outputs = new List<JsonElement>();
        using (var cli = new CliRun())
        {
            string samples = await cli.SampleAsync();
            File.WriteAllText(Path.Combine(samples, "_SUCCESS"), "");
            File.WriteAllText(Path.Combine(samples, "_hidden.parquet"), "");
            if (!OperatingSystem.IsWindows())
            {
                File.CreateSymbolicLink(Path.Combine(samples, "loop"), ".");
                File.CreateSymbolicLink(Path.Combine(samples, "null.parquet"), "/dev/null");
            }

            await cli.RunAsync("load", samples, "--json");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("validate", samples, "--json", "--price-per-million-writes", "0.51");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("validate", samples, "--json", "--sink", "influxdb");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("replay", samples, "--json");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("validate", samples, "--include", "gen*", "--include", "con*", "--exclude", "gen*", "--since", "0s", "--json");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("validate", samples, "--dataset", "generation", "--constant", "region=SE", "--json");
            outputs.Add(cli.Json.Clone());
        }

        using (var cli = new CliRun())
        {
            var source = new MemoryParquetSource { BeforeRowGroup = (path, _) => StopAt(cli, path, "c.parquet") };
            Add("a.parquet", invalidRows: 3);
            Add("b.parquet", failure: new SourceCorruptException("It is torn."));
            Add("c.parquet");
            Add("d.parquet", holdsKeptRows: true);
            cli.Services = services => services.Replace(source);
            cli.Set("FILES_IN_FLIGHT", "1").Set("ROW_GROUPS_IN_FLIGHT", "1");
            await cli.RunAsync("load", cli.Folder, "--json", "--dataset", "consumption");
            outputs.Add(cli.Json.Clone());
            source.BeforeRowGroup = static (_, _) => { };
            await cli.RunAsync("load", cli.Folder, "--json", "--dataset", "consumption");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("load", cli.PathOf("a.parquet"), "--json");
            outputs.Add(cli.Json.Clone());

            void Add(string name, int invalidRows = 0, Exception? failure = null, bool holdsKeptRows = false)
            {
                File.WriteAllText(cli.PathOf(name), "");
                source.Add(cli.PathOf(name), failure: failure, invalidRows: invalidRows, holdsKeptRows: holdsKeptRows, rowGroups: [3]);
            }
        }

        using (var cli = new CliRun())
        {
            var source = new MemoryParquetSource();
            File.WriteAllText(cli.PathOf("bad.parquet"), "");
            source.Add(cli.PathOf("bad.parquet"), invalidRows: 3, rowGroups: [3]);
            cli.Services = services => services.Replace(source);
            await cli.RunAsync("load", cli.PathOf("bad.parquet"), "--json", "--dataset", "generation");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("load", "--json");
            outputs.Add(cli.Json.Clone());
        }

        outputs.Add(await FaultyOutputAsync());
        return outputs;
    }

    /// <summary>Validates a series with a gap, a negative value and a code that is nearly equal, and one without a known distance.</summary>
    private static async Task<JsonElement> FaultyOutputAsync()
    {
        using var cli = new CliRun();
        using var folder = new Folder();
        string path = folder.Write(
            "faulty.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, IF(i = 30, -5.5, 100 + i % 24) AS value, 'SE' AS region,
                'MW' AS unit, 'power' AS measurement_type, 'total' AS consumer_type
            FROM range(200) AS t(i) WHERE i NOT BETWEEN 50 AND 60
            UNION ALL SELECT TIMESTAMP '2024-01-01', 1, 'se', 'MW', 'power', 'total'
            """);
        await cli.RunAsync("validate", path, "--dataset", "consumption", "--json");
        return cli.Json.Clone();
    }

    private static async Task<List<JsonElement>> InspectOutputsAsync()
    {
        var outputs = new List<JsonElement>();
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string file = Directory.GetFiles(Path.Combine(samples, "dataset=generation"), "*.parquet", SearchOption.AllDirectories).Single();
        string asLine = cli.PathOf("dataset=transmission", "line_id=L1", "x.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(asLine)!);
        File.Copy(file, asLine);
        string torn = cli.PathOf("torn.parquet");
        File.WriteAllText(torn, "this is no Parquet file at all");
        foreach (string source in new[] { file, asLine, torn, cli.PathOf("none.parquet") })
        {
            await cli.RunAsync("inspect", source, "--json");
            outputs.Add(cli.Json.Clone());
        }

        string mapping = cli.PathOf("mapping.json");
        File.WriteAllText(
            mapping,
            """
            { "name": "m", "dataset": "generation", "unpivot": { "columns": { "value": { "flag": "good" } } }, "region": { "column": "region", "map": { "SE": "SE" } },
              "qualityFlag": { "match": "flag" }, "where": [{ "column": "energy_source", "notIn": ["solar"] }] }
            """);
        await cli.RunAsync("inspect", file, "--mapping", mapping, "--json");
        outputs.Add(cli.Json.Clone());

        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.S3.CreateBucket("lake", versioned: true);
        server.S3.Put("lake", "dataset=generation/x.parquet", await File.ReadAllBytesAsync(file));
        using var process = LoaderProcess.Start(
            cli.Folder, server.Environment(), "inspect", "s3://lake/dataset=generation/x.parquet", "--json");
        outputs.Add(JsonDocument.Parse((await process.EndAsync()).Output).RootElement);
        return outputs;
    }

    private static async Task<List<JsonElement>> MappingOutputsAsync()
    {
        var outputs = new List<JsonElement>();
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string file = Directory.GetFiles(Path.Combine(samples, "dataset=generation"), "*.parquet", SearchOption.AllDirectories).Single();
        string wrong = cli.PathOf("wrong.json");
        string right = cli.PathOf("right.json");
        File.WriteAllText(wrong, """{ "name": "wrong" }""");
        File.WriteAllText(right, """{ "name": "right", "dataset": "generation", "keys": "*.parquet", "region": { "column": "region", "trim": true } }""");
        foreach (string[] arguments in new string[][] { [wrong], [right], [right, file] })
        {
            await cli.RunAsync(["mapping", "check", .. arguments, "--json"]);
            outputs.Add(cli.Json.Clone());
        }

        return outputs;
    }

    private static void StopAt(CliRun cli, string path, string name)
    {
        if (path.EndsWith(name, StringComparison.Ordinal))
        {
            cli.Signals.Raise();
        }
    }
}
