using Loader.Application.Ports;
using Loader.Cli.Commands;
using Loader.Domain;
using Loader.Tests.Faults;

namespace Loader.Tests.Cli;

/// <summary>Rows that a load kept, and the command that loads them again.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ReplayCommandTests
{
    private static readonly DateTime Hour = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Test]
    public async Task Rows_that_are_still_invalid_stay_in_their_file()
    {
        using var cli = new CliRun();
        string[] kept = await KeepAsync(cli);
        RowOrigin? before = await OriginAsync(kept[0]);

        int exit = await cli.RunAsync("replay", cli.PathOf("rejected"), "--json");
        int again = await cli.RunAsync("replay", cli.PathOf("rejected"), "--json");

        Assert.That((exit, again), Is.EqualTo((4, 4)));
        Assert.That(Kept(cli), Is.EqualTo(kept));
        Assert.That(before!.Value.Source, Does.EndWith("lake/dataset=generation/a.parquet"));
        Assert.That(await OriginAsync(kept[0]), Is.EqualTo(before));
    }

    [Test]
    public async Task A_replay_says_what_is_stored_now_and_what_is_still_refused()
    {
        using var cli = new CliRun();
        await KeepAsync(cli);

        await cli.RunAsync("replay", cli.PathOf("rejected"));

        Assert.That(cli.Output, Does.Contain("Of 1 kept row, 0 are stored now, 1 are still refused."));
    }

    [Test]
    public async Task A_load_of_the_folder_does_not_load_kept_rows()
    {
        using var cli = new CliRun();
        await KeepAsync(cli);

        await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Validate_skips_kept_rows_in_another_place_too()
    {
        using var cli = new CliRun();
        await KeepAsync(cli);
        Directory.Move(cli.PathOf("rejected"), cli.PathOf("moved"));

        await cli.RunAsync("validate", cli.Folder, "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_replay_skips_files_of_other_rows()
    {
        using var cli = new CliRun();
        await KeepAsync(cli);

        await cli.RunAsync("replay", cli.Folder, "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_copy_without_a_dataset_in_its_path_is_replayed_if_the_dataset_is_named()
    {
        using var cli = new CliRun();
        string[] kept = await KeepAsync(cli);
        Directory.CreateDirectory(cli.PathOf("copies"));
        File.Copy(kept[0], cli.PathOf("copies", "kept.parquet"));

        int without = await cli.RunAsync("replay", cli.PathOf("copies"));
        string error = cli.Error;
        await cli.RunAsync("replay", cli.PathOf("copies"), "--dataset", "generation", "--json");

        Assert.That((without, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.Contain("--dataset"));
        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(1));
    }

    [TestCase("load")]
    [TestCase("validate")]
    public async Task A_copy_without_a_dataset_in_its_path_is_skipped_in_a_folder(string command)
    {
        using var cli = new CliRun();
        string[] kept = await KeepAsync(cli);
        File.Copy(kept[0], cli.PathOf("kept.parquet"));

        int exit = await cli.RunAsync(command, cli.Folder, "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetProperty("kept_rows").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_dry_replay_writes_nothing()
    {
        using var cli = new CliRun();
        string[] kept = await KeepAsync(cli);
        DateTime before = File.GetLastWriteTimeUtc(kept[0]);

        await cli.RunAsync("replay", cli.PathOf("rejected"), "--dry-run");

        Assert.That(File.GetLastWriteTimeUtc(kept[0]), Is.EqualTo(before));
    }

    [TestCase("rejected/duckdb-0123456789ab/lake", "r", "rejected/")]
    [TestCase("duckdb-0123456789ab", "r", ".")]
    [TestCase("s3://bucket/rejected/timestream-0123456789ab/x.parquet", "r", "s3://bucket/rejected/")]
    [TestCase("s3://bucket/kept/", "r", "s3://bucket/kept/")]
    [TestCase("s3://bucket/kept/lake/", "s3://bucket/kept/", "s3://bucket/kept/")]
    [TestCase("s3://bucket/kept-too/lake/", "s3://bucket/kept", "s3://bucket/kept-too/lake/")]
    [TestCase("no/such/file.parquet", "r", "r")]
    public void The_location_of_kept_rows_is_found(string path, string configured, string expected) =>
        Assert.That(ReplayCommand.FindRoot(path, configured), Is.EqualTo(expected));

    private static async Task<RowOrigin?> OriginAsync(string path)
    {
        await using IParquetFile file = await Parquet.Reading.OpenAsync(path, DatasetType.Generation);
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Parquet.Reading.Version, default))
        {
            using (batch)
            {
                return batch.OriginOf(0);
            }
        }

        return null;
    }

    private static string[] Kept(CliRun cli) =>
        [.. Directory.GetFiles(cli.PathOf("rejected"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Loads a file with one invalid row of three.</summary>
    private static async Task<string[]> KeepAsync(CliRun cli)
    {
        cli.Set("MAX_INVALID_PERCENT", "50");
        var rows = new GeneratedFile(
            "lake/dataset=generation/a.parquet",
            new DateTimeOffset(Hour),
            [[new GeneratedRow(Hour, "SE", "hydro", "good", 1), new GeneratedRow(Hour, "NE", "hydro", "good", null), new GeneratedRow(Hour, "N", "hydro", "good", 3)]]);
        string path = cli.PathOf("lake", "dataset=generation", "a.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, rows.ToBytes());
        Assert.That(await cli.RunAsync("load", cli.PathOf("lake")), Is.Zero, cli.Error);
        return Kept(cli);
    }
}
