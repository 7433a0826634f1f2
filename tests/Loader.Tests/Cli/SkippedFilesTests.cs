using System.Text.Json;
using Loader.Tests.Sources;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>What the command line does with files that are not loaded, and with sources in unusual spellings.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SkippedFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Skipped_files_are_counted_by_reason()
    {
        using var cli = new CliRun();
        Add(cli, "_SUCCESS", "a.txt", "_temporary/x.parquet", "x.parquet");

        await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"not_parquet":2,"hidden":1}"""));
    }

    [Test]
    public async Task Skipped_files_are_counted_on_one_line()
    {
        using var cli = new CliRun();
        Add(cli, "_SUCCESS", "a.txt", "_temporary/x.parquet", "x.parquet");

        await cli.RunAsync("load", cli.Folder);

        Assert.That(cli.Error, Does.Contain("Skipped 1 hidden file, 2 not named *.parquet.\n"));
    }

    [Test]
    public async Task A_run_without_skipped_files_says_nothing_of_them()
    {
        using var cli = new CliRun();
        Add(cli, "x.parquet");

        await cli.RunAsync("load", cli.Folder);

        Assert.That(cli.Error, Does.Not.Contain("Skipped"));
    }

    [Test]
    public async Task A_folder_with_nothing_but_skipped_files_is_nothing_to_load()
    {
        using var cli = new CliRun();
        Add(cli, "x.parq");

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("Skipped 1 file not named *.parquet. A file that is named itself is loaded."));
    }

    [Test]
    public async Task Kept_rows_that_a_folder_holds_are_skipped()
    {
        using var cli = new CliRun();
        Add(cli, "x.parquet", "kept.parquet");

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"kept_rows":1}"""));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Kept_rows_that_are_named_are_loaded()
    {
        using var cli = new CliRun();
        Add(cli, "kept.parquet");

        await cli.RunAsync("load", cli.PathOf("dataset=generation", "kept.parquet"), "--json");

        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task Kept_rows_that_are_named_beside_their_folder_are_loaded()
    {
        using var cli = new CliRun();
        Add(cli, "kept.parquet");

        await cli.RunAsync("load", cli.Folder, cli.PathOf("dataset=generation", "kept.parquet"), "--json");

        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task Rows_that_a_load_kept_are_no_source_of_the_next_load_of_the_folder()
    {
        using var cli = new CliRun();
        await InvalidFileAsync(cli);
        await cli.RunAsync("load", cli.Folder, "--json");
        JsonElement first = cli.Json.Clone();

        await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(first.GetProperty("read").GetInt64()));
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetProperty("kept_rows").GetInt32(), Is.EqualTo(1));
    }

    [TestCase("validate")]
    [TestCase("load", "--dataset", "transmission")]
    public async Task Kept_rows_are_recognised_by_every_command(params string[] command)
    {
        using var cli = new CliRun();
        await InvalidFileAsync(cli);
        await cli.RunAsync("load", cli.Folder);

        await cli.RunAsync([.. command, cli.Folder, "--json"]);

        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetProperty("kept_rows").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_two_sources_name_is_loaded_once()
    {
        using var cli = new CliRun();
        Add(cli, "x.parquet");

        await cli.RunAsync("load", cli.Folder, Path.Combine(cli.Folder, "dataset=generation", "..", "dataset=generation"), "--json");

        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"repeated":1}"""));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_that_cannot_be_opened_fails_the_run_and_the_other_files_are_loaded()
    {
        using var tree = new Tree();
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        tree.Shell("""mkdir "$1/$(printf 'b\377')" """, samples);

        int exit = await cli.RunAsync("load", samples, "--json");
        tree.Shell("""rmdir "$1/$(printf 'b\377')" """, samples);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
        Assert.That(cli.Json.GetProperty("files")[0].GetProperty("error").GetString(), Does.Contain("could not be listed"));
    }

    [Test]
    public async Task A_named_pipe_is_refused_and_the_run_does_not_wait()
    {
        using Tree tree = new Tree().Pipe("dataset=generation.parquet");
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", tree.PathOf("dataset=generation.parquet"), "--dataset", "generation").WaitAsync(Patience);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("is a pipe, not a file"));
    }

    [Test]
    public async Task Inspecting_a_pipe_does_not_wait()
    {
        using Tree tree = new Tree().Pipe("x.parquet");
        using var cli = new CliRun();

        Assert.That(await cli.RunAsync("inspect", tree.PathOf("x.parquet")).WaitAsync(Patience), Is.EqualTo(2));
    }

    [Test]
    public async Task A_signal_while_files_are_listed_interrupts_the_run()
    {
        using var cli = new CliRun();
        Add(cli, "x.parquet");
        cli.Signals.Raise();

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
    }

    [TestCase("s3a://lake/x.parquet", "Write s3://lake/x.parquet.")]
    [TestCase("s3://", "has no bucket")]
    [TestCase("missing-of-loader/*.parquet", "matches no file: there is no folder missing-of-loader")]
    [TestCase("missing-of-loader*.parquet", "no *.parquet file matches missing-of-loader*.parquet")]
    public async Task A_source_in_another_spelling_is_wrong_usage(string source, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", source);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    [TestCase("s3a://lake/x.parquet", "Write s3://lake/x.parquet.")]
    [TestCase("s3://lake/", "inspect takes one file")]
    public async Task Inspect_explains_a_source_in_another_spelling(string source, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("inspect", source);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    [TestCase("", "--rejected is empty")]
    [TestCase("s3://bucket", "--rejected is 's3://bucket'; it has no prefix.")]
    [TestCase("s3://bucket/a/../b", "--rejected is 's3://bucket/a/../b'; a prefix cannot contain")]
    public async Task A_location_of_rejected_rows_without_a_spelling_is_wrong_usage(string location, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", "--rejected", location);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_file_that_begins_with_a_dash_can_be_named_behind_two_dashes()
    {
        using var cli = new CliRun();

        await cli.RunAsync("load", "--dataset", "generation", "--", "-x");

        Assert.That(cli.Error, Does.Contain("./-x does not exist"));
    }

    [Test]
    public async Task A_missing_dataset_names_the_option()
    {
        using var cli = new CliRun();
        File.WriteAllText(cli.PathOf("x.parquet"), "");

        await cli.RunAsync("load", cli.PathOf("x.parquet"));

        Assert.That(cli.Error, Does.Contain("--dataset"));
    }

    [TestCase("load", "year=2024", "--json")]
    [TestCase("validate", "year=2024/month=01", "--json")]
    public async Task A_relative_path_below_a_dataset_has_that_dataset(params string[] arguments)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        using var process = LoaderProcess.Start(Path.Combine(samples, "dataset=generation"), new Dictionary<string, string>(), arguments);
        (int exit, string output, string errors) = await process.EndAsync();

        Assert.That(exit, Is.Zero, errors);
        Assert.That(JsonDocument.Parse(output).RootElement.GetProperty("written").GetInt64(), Is.EqualTo(288));
    }

    [Test]
    public async Task Inspect_finds_the_dataset_of_a_relative_path()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string folder = Path.Combine(samples, "dataset=generation");
        string file = Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Single();

        using var process = LoaderProcess.Start(
            folder, new Dictionary<string, string>(), "inspect", Path.GetRelativePath(folder, file));
        (int exit, string output, _) = await process.EndAsync();

        Assert.That(exit, Is.Zero, output);
    }

    [Test]
    public async Task Uncommitted_files_from_the_field_are_skipped()
    {
        string lake = FieldFolder.PathOrIgnore("hidden-files");
        using var cli = new CliRun();

        await cli.RunAsync("validate", lake, "--json");

        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"not_parquet":1,"hidden":5}"""));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Names_from_the_field_are_loaded_or_counted()
    {
        string names = FieldFolder.PathOrIgnore("names");
        using var cli = new CliRun();

        await cli.RunAsync("validate", names, "--json");

        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"not_parquet":6}"""));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Names_from_the_field_are_loaded_if_they_are_named()
    {
        string[] names = Directory.GetFiles(FieldFolder.PathOrIgnore("names"), "*", SearchOption.AllDirectories);
        using var cli = new CliRun();

        int exit = await cli.RunAsync(["validate", .. names, "--json"]);

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(8));
    }

    [Test]
    public async Task Hive_keys_from_the_field_are_all_listed()
    {
        string keys = FieldFolder.PathOrIgnore("hive-keys");
        using var cli = new CliRun();

        await cli.RunAsync("validate", keys, "--json");

        Assert.That(
            cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(Directory.GetFiles(keys, "*.parquet", SearchOption.AllDirectories).Length));
    }

    /// <summary>Adds files of one dataset. Those whose names begin with <c>kept</c> hold rows that a load kept.</summary>
    private static void Add(CliRun cli, params string[] names)
    {
        var source = new MemoryParquetSource();
        cli.Services = services => services.Replace(source);
        foreach (string name in names)
        {
            string path = cli.PathOf("dataset=generation", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
            source.Add(path, holdsKeptRows: name.StartsWith("kept", StringComparison.Ordinal), rowGroups: [2]);
        }
    }

    /// <summary>Writes a real file, some of whose rows are invalid.</summary>
    private static async Task InvalidFileAsync(CliRun cli)
    {
        using var folder = new Parquet.Folder();
        string file = folder.Write(
            "dataset=generation/x.parquet",
            "SELECT TIMESTAMP '2024-01-01' + i * INTERVAL 1 hour AS timestamp, CASE WHEN i > 0 THEN i::DOUBLE END AS value, 'MW' AS unit, "
                + "'power' AS measurement_type, 'SE' AS region, 'wind' AS energy_source FROM range(100) r(i)");
        Directory.CreateDirectory(cli.PathOf("dataset=generation"));
        await File.WriteAllBytesAsync(cli.PathOf("dataset=generation", "x.parquet"), await File.ReadAllBytesAsync(file));
    }
}
