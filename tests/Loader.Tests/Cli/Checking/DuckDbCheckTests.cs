using System.Text.Json;
using DuckDB.NET.Data;

namespace Loader.Tests.Cli.Checking;

/// <summary>The checks of a database file on disk, of files on disk, and of the folder for rejected rows.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbCheckTests
{
    [Test]
    public async Task A_check_creates_no_file()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("check", "--json");

        Assert.That(StatusOf(cli, "database file"), Is.EqualTo("ok"));
        Assert.That(TextOf(cli, "database file"), Does.Contain("does not exist yet"));
        Assert.That(Directory.GetFileSystemEntries(cli.Folder), Is.Empty);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_database_of_the_loader_is_described_and_not_changed()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await cli.RunAsync("load", samples, "--dataset", "generation", "--duckdb", cli.PathOf("energy.duckdb"));
        byte[] before = await File.ReadAllBytesAsync(cli.PathOf("energy.duckdb"));

        int exit = await cli.RunAsync("check", "--json");

        Assert.That(TextOf(cli, "table generation"), Does.Contain("rows of"));
        Assert.That(await File.ReadAllBytesAsync(cli.PathOf("energy.duckdb")), Is.EqualTo(before));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_table_of_somebody_else_fails_by_name()
    {
        using var cli = new CliRun();
        using (var connection = new DuckDBConnection($"DataSource={cli.PathOf("energy.duckdb")}"))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE generation (id INTEGER)";
            command.ExecuteNonQuery();
        }

        int exit = await cli.RunAsync("check", "--json");

        Assert.That(StatusOf(cli, "table generation"), Is.EqualTo("failed"));
        Assert.That(TextOf(cli, "table generation"), Does.Contain("was not created by the loader"));
        Assert.That(StatusOf(cli, "table consumption"), Is.EqualTo("ok"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_is_no_database_fails()
    {
        using var cli = new CliRun();
        await File.WriteAllTextAsync(cli.PathOf("energy.duckdb"), "no database at all, but a text of some length");

        int exit = await cli.RunAsync("check", "--json");

        Assert.That(StatusOf(cli, "database file"), Is.EqualTo("failed"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_that_does_not_exist_fails()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("check", "--duckdb", cli.PathOf("nowhere", "energy.duckdb"), "--json");

        Assert.That(StatusOf(cli, "database file"), Is.EqualTo("failed"));
        Assert.That(TextOf(cli, "database file"), Does.Contain("--duckdb"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_place_for_rejected_rows_that_is_a_file_fails()
    {
        using var cli = new CliRun();
        await File.WriteAllTextAsync(cli.PathOf("kept"), "");

        int exit = await cli.RunAsync("check", "--rejected", cli.PathOf("kept", "here"), "--json");

        Assert.That(StatusOf(cli, "rejected rows"), Is.EqualTo("failed"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_source_shows_its_files_its_first_file_and_its_rows()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("check", samples, "--json");

        Assert.That(TextOf(cli, "source files"), Does.Contain("3 files"));
        Assert.That(TextOf(cli, "first file"), Does.Contain("consumption"));
        Assert.That(StatusOf(cli, "rows"), Is.EqualTo("ok"), TextOf(cli, "rows"));
        Assert.That(File.Exists(cli.PathOf("energy.duckdb")), Is.False);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task Invalid_rows_are_a_warning()
    {
        using var cli = new CliRun();
        using var folder = new Parquet.Folder();
        string path = folder.Write(
            "dataset=generation.parquet",
            """
            SELECT TIMESTAMP '2024-05-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i > 0 THEN 1.0 END AS value, 'MW' AS unit,
                'power' AS measurement_type, 'SE' AS region, 'hydro' AS energy_source FROM range(100) r(i)
            """);

        int exit = await cli.RunAsync("check", path, "--dataset", "generation", "--json");

        Assert.That(StatusOf(cli, "rows"), Is.EqualTo("warning"), cli.Output);
        Assert.That(TextOf(cli, "rows"), Does.Contain("1 invalid"));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_file_with_other_columns_fails_with_the_command_that_drafts_a_mapping()
    {
        using var cli = new CliRun();
        using var folder = new Parquet.Folder();
        string path = folder.Write("dataset=generation.parquet", "SELECT 1 AS a");

        int exit = await cli.RunAsync("check", path, "--dataset", "generation", "--json");

        Assert.That(StatusOf(cli, "first file"), Is.EqualTo("failed"), cli.Output);
        Assert.That(TextOf(cli, "first file"), Does.Contain("loader mapping suggest"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_source_that_is_missing_or_empty_fails()
    {
        using var cli = new CliRun();
        string empty = Directory.CreateDirectory(cli.PathOf("empty")).FullName;

        int exit = await cli.RunAsync("check", empty, cli.PathOf("missing.parquet"), "--json");

        Assert.That(cli.Output, Does.Contain("There is no file to load in").And.Contain("missing.parquet"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_mapping_with_faults_fails_and_no_file_is_read()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await File.WriteAllTextAsync(cli.PathOf("mapping.json"), """{"mappings":[{"name":"x","unknown":1}]}""");

        int exit = await cli.RunAsync("check", samples, "--mapping", cli.PathOf("mapping.json"), "--json");

        Assert.That(StatusOf(cli, "mapping"), Is.EqualTo("failed"), cli.Output);
        Assert.That(StatusOf(cli, "source files"), Is.EqualTo("skipped"));
        Assert.That(exit, Is.EqualTo(1));
    }

    private static string StatusOf(CliRun cli, string check) => Find(cli, check).GetProperty("status").GetString()!;

    private static string TextOf(CliRun cli, string check) =>
        $"{Find(cli, check).GetProperty("found").GetString()} {Find(cli, check).GetProperty("remedy").GetString()}";

    private static JsonElement Find(CliRun cli, string check) =>
        cli.Json.GetProperty("checks").EnumerateArray().First(result => result.GetProperty("name").GetString() == check);
}
