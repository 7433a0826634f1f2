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

    private static string FileOf(string samples, string dataset) =>
        Directory.GetFiles(Path.Combine(samples, "dataset=" + dataset), "*.parquet", SearchOption.AllDirectories).Single();
}
