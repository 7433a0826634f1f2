using System.Text.Json;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class InspectCommandTests
{
    [Test]
    public async Task A_valid_file_is_described_from_schema_to_series()
    {
        using var cli = new CliRun();
        string file = FileOf(await cli.SampleAsync(), "generation");

        int exit = await cli.RunAsync("inspect", file, "--json");
        JsonElement document = cli.Json.Clone();
        await cli.RunAsync("inspect", file);

        Assert.That(exit, Is.Zero);
        Assert.That(document.GetProperty("loadable").GetBoolean());
        Assert.That(document.GetProperty("dataset").GetString(), Is.EqualTo("generation"));
        Assert.That(document.GetProperty("rows").GetInt64(), Is.EqualTo(288));
        Assert.That(document.GetProperty("series").GetInt32(), Is.GreaterThan(12));
        Assert.That(document.GetProperty("earliest").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2024, 1, 29, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(document.GetProperty("row_groups").GetArrayLength(), Is.EqualTo(1));
        Assert.That(
            document.GetProperty("columns").EnumerateArray().Select(column => $"{column.GetProperty("name")}: {column.GetProperty("type")}, {column.GetProperty("use")}, {column.GetProperty("codecs")[0]}"),
            Has.Member("timestamp: INT64 TIMESTAMP(ms, UTC), time, SNAPPY")
                .And.Member("quality_flag: optional BYTE_ARRAY STRING, dimension, SNAPPY")
                .And.Member("value: DOUBLE, value, SNAPPY"));
        Assert.That(cli.Output, Does.Contain("A load would accept this file.").And.Contain("288 rows in 1 row group").And.Contain("2024-01-29 00:00:00 to 2024-01-29 23:00:00 UTC"));
    }

    [Test]
    public async Task A_file_of_another_dataset_is_refused_with_every_fault()
    {
        using var cli = new CliRun();
        string file = FileOf(await cli.SampleAsync(), "generation");

        int exit = await cli.RunAsync("inspect", file, "--dataset", "transmission", "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("loadable").GetBoolean(), Is.False);
        Assert.That(cli.Json.GetProperty("faults")[0].GetString(), Does.StartWith("'line_id': expected text or an integer, found nothing"));
        Assert.That(cli.Json.GetProperty("columns").GetArrayLength(), Is.EqualTo(7));
    }

    [Test]
    public async Task A_value_from_the_key_that_replaces_a_column_is_shown()
    {
        using var cli = new CliRun();
        string sample = FileOf(await cli.SampleAsync(), "generation");
        string file = cli.PathOf("dataset=transmission", "line_id=L1", "part.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(sample, file);

        int exit = await cli.RunAsync("inspect", file);

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Output, Does.Contain("From the key: line_id = L1").And.Match(@"energy_source\s+BYTE_ARRAY STRING\s+not read"));
    }

    [Test]
    public async Task A_file_without_a_dataset_is_still_described()
    {
        using var cli = new CliRun();
        string file = cli.PathOf("lonely.parquet");
        File.Copy(FileOf(await cli.SampleAsync(), "generation"), file);

        int exit = await cli.RunAsync("inspect", file);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Output, Does.Contain("INT64 TIMESTAMP(ms, UTC)").And.Contain("Name the dataset with --dataset"));
    }

    [Test]
    public async Task A_damaged_file_and_a_missing_file_have_different_exit_codes()
    {
        using var cli = new CliRun();
        string torn = cli.PathOf("dataset=generation", "torn.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(torn)!);
        await File.WriteAllBytesAsync(torn, [.. (await File.ReadAllBytesAsync(FileOf(await cli.SampleAsync(), "generation"))).SkipLast(200)]);

        int damaged = await cli.RunAsync("inspect", torn, "--json");
        string fault = cli.Json.GetProperty("faults")[0].GetString()!;
        int missing = await cli.RunAsync("inspect", cli.PathOf("nowhere.parquet"));
        int folder = await cli.RunAsync("inspect", cli.Folder);

        Assert.That((damaged, missing, folder), Is.EqualTo((1, 2, 2)));
        Assert.That(fault, Does.Contain("torn.parquet cannot be read as Parquet"));
        Assert.That(cli.Error, Does.Contain("inspect takes one file"));
    }

    [Test]
    public async Task What_could_not_be_read_is_null_and_not_0()
    {
        using var cli = new CliRun();
        string torn = cli.PathOf("dataset=generation", "torn.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(torn)!);
        await File.WriteAllBytesAsync(torn, [.. (await File.ReadAllBytesAsync(FileOf(await cli.SampleAsync(), "generation"))).SkipLast(200)]);

        await cli.RunAsync("inspect", torn, "--json");

        string[] unknown = ["bytes", "rows", "columns", "row_groups", "from_key", "series", "earliest", "latest", "invalid_by_reason"];
        Assert.That(
            unknown.Select(name => cli.Json.GetProperty(name).ValueKind), Is.All.EqualTo(JsonValueKind.Null), string.Join(", ", unknown));
    }

    [Test]
    public async Task What_a_load_would_need_of_a_file_that_it_refuses_is_null()
    {
        using var cli = new CliRun();
        string file = FileOf(await cli.SampleAsync(), "generation");

        await cli.RunAsync("inspect", file, "--dataset", "transmission", "--json");
        JsonElement group = cli.Json.GetProperty("row_groups")[0];

        Assert.That(group.GetProperty("rows").GetInt64(), Is.EqualTo(288));
        Assert.That(group.GetProperty("needed_bytes").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(group.GetProperty("memory_bytes").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(cli.Json.GetProperty("series").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Rows_that_were_read_only_in_part_have_no_counts()
    {
        using var cli = new CliRun();
        string file = cli.PathOf("dataset=generation", "hole.parquet");
        byte[] bytes = await File.ReadAllBytesAsync(FileOf(await cli.SampleAsync(), "generation"));
        bytes.AsSpan(4, 200).Clear();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, bytes);

        int exit = await cli.RunAsync("inspect", file, "--json");
        JsonElement document = cli.Json.Clone();
        await cli.RunAsync("inspect", file);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(document.GetProperty("rows").GetInt64(), Is.EqualTo(288));
        Assert.That(document.GetProperty("series").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(document.GetProperty("invalid_by_reason").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(cli.Output, Does.Not.Contain("Read 0 rows").And.Contain("A load would refuse this file:"));
    }

    [Test]
    public async Task Of_a_file_that_does_not_exist_nothing_is_said_of_a_load()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("inspect", cli.PathOf("nowhere.parquet"));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Output, Does.Contain("This file could not be read:").And.Contain("does not exist").And.Not.Contain("A load would"));
    }

    [Test]
    public async Task An_unknown_dataset_of_the_key_is_named()
    {
        using var cli = new CliRun();
        string file = cli.PathOf("dataset=generatoin", "a.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(FileOf(await cli.SampleAsync(), "generation"), file);

        await cli.RunAsync("inspect", file);

        Assert.That(cli.Output, Does.Contain("the key has the unknown dataset 'generatoin'"));
    }

    [Test]
    public async Task A_null_partition_and_invisible_characters_are_shown()
    {
        using var cli = new CliRun();
        using var folder = new Parquet.Folder();
        const string Columns = "TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, 'MW' AS unit, 'solar' AS energy_source, 'power' AS measurement_type";
        string file = folder.Write("dataset=generation/region=__HIVE_DEFAULT_PARTITION__/a.parquet", $"SELECT {Columns}, 1 AS \"\u200bhidden\", 2 AS \"x \", {{'a': 1}} AS nested");

        int exit = await cli.RunAsync("inspect", file, "--json");
        JsonElement document = cli.Json.Clone();
        await cli.RunAsync("inspect", file);

        Assert.That(exit, Is.Zero);
        Assert.That(document.GetProperty("invalid_by_reason").GetProperty("MissingDimension").GetInt64(), Is.EqualTo(1));
        Assert.That(document.GetProperty("from_key").GetProperty("region").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(document.GetProperty("columns")[7].GetProperty("compressed_bytes").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(cli.Output, Does.Contain("From the key: region = null").And.Contain(@"\u200bhidden").And.Contain("'x '"));
    }

    private static string FileOf(string samples, string dataset) =>
        Directory.GetFiles(Path.Combine(samples, "dataset=" + dataset), "*.parquet", SearchOption.AllDirectories).Single();
}
