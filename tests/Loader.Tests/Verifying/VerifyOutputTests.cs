using System.Text.Json;
using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.LocalAws;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Loader.Tests.Support;
using Loader.Tests.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Verifying;

/// <summary>The JSON output of <c>verify</c> has exactly the members and types that its schema promises.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class VerifyOutputTests
{
    [Test]
    public async Task Every_output_fits_the_schema()
    {
        var schema = JsonSchema.Read("verify-output.schema.json");

        Assert.That((await OutputsAsync()).SelectMany(schema.Check), Is.Empty);
    }

    [Test]
    public async Task Every_member_in_the_schema_exists_in_an_output()
    {
        var schema = JsonSchema.Read("verify-output.schema.json");
        foreach (JsonElement output in await OutputsAsync())
        {
            schema.Check(output);
        }

        // A time beyond the year 9999 is the only one without a date.
        Assert.That(schema.Unseen.Where(member => member != "/files/*/differences/*/time: null"), Is.Empty);
    }

    [TestCase("verify")]
    [TestCase("verify", "x.parquet", "--wait", "3")]
    [TestCase("verify", "x.parquet", "--mapping", "/no/such/mapping.json")]
    public async Task The_output_of_a_mistake_fits_the_schema_of_load(params string[] arguments)
    {
        using var cli = new CliRun();

        await cli.RunAsync([.. arguments, "--json"]);

        Assert.That(JsonSchema.Read("load-output.schema.json").Check(cli.Json), Is.Empty);
    }

    private static async Task<List<JsonElement>> OutputsAsync()
    {
        var outputs = new List<JsonElement>();
        using (var cli = new CliRun())
        using (var files = new Folder())
        {
            string path = VerifyFile.Write(files, change: "IF(i = 9, NULL, i)");
            string mapping = files.File("mapping.json");
            File.WriteAllText(
                mapping, """{ "name": "m", "dataset": "generation", "unpivot": { "columns": { "value": { "flag": "good" } } }, "qualityFlag": { "match": "flag" } }""");
            File.WriteAllText(files.File("_hidden.parquet"), "");
            File.WriteAllText(files.File("note.txt"), "");
            if (!OperatingSystem.IsWindows())
            {
                File.CreateSymbolicLink(files.File("loop"), ".");
                File.CreateSymbolicLink(files.File("null.parquet"), "/dev/null");
            }

            await cli.RunAsync("load", path);
            await cli.RunAsync("verify", files.Path, "--json", "--from", "2024-01-01T01:00:00Z", "--mapping", mapping, "--dataset", "generation");
            outputs.Add(cli.Json.Clone());
            Execute(
                cli.PathOf("energy.duckdb"),
                """
                DELETE FROM generation WHERE "value" = 1 AND region = 'SE';
                UPDATE generation SET "value" = -1 WHERE "value" = 2;
                UPDATE generation SET version = version * 2 WHERE "value" = 3;
                INSERT INTO generation SELECT "time" + INTERVAL 1 MINUTE, * EXCLUDE ("time") FROM generation WHERE "value" = 4
                """);
            await cli.RunAsync("verify", path, "--json");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("verify", path, "--json", "--duckdb", cli.PathOf("nothing.duckdb"));
            outputs.Add(cli.Json.Clone());
            foreach (string[] filter in new[] { new[] { "--include", "other.parquet" }, ["--exclude", "generation.parquet"], ["--since", "2100-01-01"] })
            {
                await cli.RunAsync(["verify", files.Path, "--json", .. filter]);
                outputs.Add(cli.Json.Clone());
            }

            string empty = Directory.CreateDirectory(files.File("empty")).FullName;
            await cli.RunAsync("verify", empty, "--json");
            outputs.Add(cli.Json.Clone());
        }

        using (var cli = new CliRun())
        {
            var source = new MemoryParquetSource { BeforeRowGroup = (_, _) => cli.Signals.Raise() };
            File.WriteAllText(cli.PathOf("a.parquet"), "");
            File.WriteAllText(cli.PathOf("kept.parquet"), "");
            source.Add(cli.PathOf("a.parquet"), rowGroups: [3]);
            source.Add(cli.PathOf("kept.parquet"), holdsKeptRows: true, rowGroups: [3]);
            cli.Services = services => services.Replace(source);
            await cli.RunAsync("verify", cli.Folder, "--json", "--dataset", "generation");
            outputs.Add(cli.Json.Clone());
            await cli.RunAsync("verify", cli.PathOf("a.parquet"), cli.Folder, "--json");
            outputs.Add(cli.Json.Clone());
            source.BeforeRowGroup = static (_, _) => { };
            await cli.RunAsync("verify", cli.Folder, "--json", "--dataset", "generation");
            outputs.Add(cli.Json.Clone());
        }

        outputs.Add(await TimestreamOutputAsync());
        return outputs;
    }

    private static async Task<JsonElement> TimestreamOutputAsync()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        server.Faults.On("timestream:DescribeTable").Always().AccessDenied();
        using var cli = new CliRun { Services = services => services.AddSingleton<IRecordSink>(_ => LocalSink.Connect(server).Sink) };
        foreach ((string name, string value) in server.Environment())
        {
            cli.Set(name, value);
        }

        using var files = new Folder();
        await cli.RunAsync("verify", VerifyFile.Write(files), "--sink", "timestream", "--wait", "0", "--json");
        return cli.Json.Clone();
    }

    private static void Execute(string database, string statements)
    {
        using var connection = new DuckDBConnection("Data Source=" + database);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }
}
