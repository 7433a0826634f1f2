using System.Text.Json;

namespace Loader.Tests.Cli;

/// <summary>Interrupted runs, and the runs that resume them.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ResumeTests
{
    [Test]
    public async Task Resuming_an_interrupted_run_loads_only_the_rest()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, rowGroup) =>
        {
            if (path.EndsWith("b.parquet", StringComparison.Ordinal) && rowGroup == 2)
            {
                cli.Signals.Raise();
            }
        };

        int interrupted = await cli.RunAsync("load", cli.Folder, "--json");
        JsonElement first = cli.Json.Clone();
        string[] readFirst = [.. source.Reads];
        source.Reads.Clear();
        source.BeforeRowGroup = static (_, _) => { };
        int resumed = await cli.RunAsync("load", cli.Folder, "--json", "--resume");

        Assert.That(interrupted, Is.EqualTo(130));
        Assert.That(first.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
        Assert.That(first.GetProperty("not_started").GetInt32(), Is.EqualTo(1));
        Assert.That(first.GetProperty("unsettled").GetInt64(), Is.Zero);
        Assert.That(first.GetProperty("files")[1].GetProperty("resume_row_group").GetInt32(), Is.EqualTo(2));
        Assert.That(readFirst, Is.EqualTo(new[] { "a.parquet/0", "b.parquet/0", "b.parquet/1" }));

        Assert.That(resumed, Is.Zero);
        Assert.That(source.Reads, Is.EqualTo(new[] { "b.parquet/2", "b.parquet/3", "c.parquet/0" }));
        Assert.That(cli.Json.GetProperty("skipped_done").GetInt32(), Is.EqualTo(1));
        Assert.That(first.GetProperty("read").GetInt64() + cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(2 + 8 + 2));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(12));
        Assert.That(Directory.Exists(cli.PathOf(".loader")), Is.False);
    }

    [Test]
    public async Task A_file_that_changed_after_the_interrupt_is_loaded_from_its_start()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, rowGroup) => StopAt(cli, path, rowGroup);
        await cli.RunAsync("load", cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();
        source.Add(cli.PathOf("dataset=generation", "a.parquet"), etag: "etag-2", rowGroups: [3]);
        source.Add(cli.PathOf("dataset=generation", "b.parquet"), etag: "etag-2", rowGroups: [1, 1]);

        int exit = await cli.RunAsync("load", cli.Folder, "--resume", "--json");

        Assert.That(exit, Is.Zero);
        Assert.That(source.Reads, Is.EqualTo(new[] { "a.parquet/0", "b.parquet/0", "b.parquet/1", "c.parquet/0" }));
    }

    [Test]
    public async Task Without_resume_everything_is_loaded_again()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, rowGroup) => StopAt(cli, path, rowGroup);
        await cli.RunAsync("load", cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();

        await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(source.Reads, Has.Count.EqualTo(6));
        Assert.That(cli.Json.GetProperty("skipped_done").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task Another_destination_or_version_has_nothing_to_resume()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, rowGroup) => StopAt(cli, path, rowGroup);
        await cli.RunAsync("load", cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();

        await cli.RunAsync("load", cli.Folder, "--resume", "--duckdb", cli.PathOf("other.duckdb"));
        int other = source.Reads.Count;
        await cli.RunAsync("load", cli.Folder, "--resume", "--version", "7");

        Assert.That(other, Is.EqualTo(6));
        Assert.That(source.Reads, Has.Count.EqualTo(12));
    }

    [Test]
    public async Task A_database_that_was_deleted_leaves_nothing_to_resume()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, rowGroup) => StopAt(cli, path, rowGroup);
        await cli.RunAsync("load", cli.Folder);
        source.BeforeRowGroup = static (_, _) => { };
        source.Reads.Clear();
        File.Delete(cli.PathOf("energy.duckdb"));

        await cli.RunAsync("load", cli.Folder, "--resume", "--json");

        Assert.That(source.Reads, Has.Count.EqualTo(6));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(12));
    }

    [Test]
    public async Task A_database_that_was_restored_from_a_copy_gets_what_the_copy_lacks()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        string a = cli.PathOf("dataset=generation", "a.parquet");
        await cli.RunAsync("load", a);
        File.Copy(cli.PathOf("energy.duckdb"), cli.PathOf("copy.duckdb"));
        await cli.RunAsync("load", cli.Folder);
        File.Move(cli.PathOf("copy.duckdb"), cli.PathOf("energy.duckdb"), overwrite: true);
        source.Reads.Clear();

        await cli.RunAsync("load", cli.Folder, "--resume", "--json");

        Assert.That(source.Reads, Has.None.StartsWith("a.parquet"));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(12));
    }

    [TestCase("SOURCE_TIME_ZONE", "Europe/Berlin")]
    [TestCase("INT96_TIME", "instant")]
    public async Task Another_time_zone_has_nothing_to_resume(string name, string value)
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        await cli.RunAsync("load", cli.Folder);
        source.Reads.Clear();
        cli.Set(name, value);

        await cli.RunAsync("load", cli.Folder, "--resume");

        Assert.That(source.Reads, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_run_that_was_complete_leaves_nothing_to_load()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        await cli.RunAsync("load", cli.Folder);
        source.Reads.Clear();

        int exit = await cli.RunAsync("load", cli.Folder, "--resume", "--json");

        Assert.That(exit, Is.Zero);
        Assert.That(source.Reads, Is.Empty);
        Assert.That(cli.Json.GetProperty("skipped_done").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_second_signal_abandons_the_row_groups_in_flight()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (_, _) =>
        {
            cli.Signals.Raise();
            cli.Signals.Raise();
        };

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
        Assert.That(cli.Json.GetProperty("not_started").GetInt32(), Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("Press Ctrl-C again to abandon them").And.Contain("--resume"));
    }

    [Test]
    public async Task A_signal_before_the_last_row_group_leaves_it_to_resume()
    {
        using var cli = new CliRun();
        MemoryParquetSource source = ThreeFiles(cli);
        source.BeforeRowGroup = (path, _) =>
        {
            if (path.EndsWith("c.parquet", StringComparison.Ordinal))
            {
                cli.Signals.Raise();
            }
        };

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(cli.Json.GetProperty("files")[2].GetProperty("resume_row_group").GetInt32(), Is.Zero);
    }

    private static void StopAt(CliRun cli, string path, int rowGroup)
    {
        if (path.EndsWith("b.parquet", StringComparison.Ordinal) && rowGroup == 2)
        {
            cli.Signals.Raise();
        }
    }

    private static MemoryParquetSource ThreeFiles(CliRun cli)
    {
        var source = new MemoryParquetSource();
        Directory.CreateDirectory(cli.PathOf("dataset=generation"));
        foreach ((string name, int[] rowGroups) in new[] { ("a", new[] { 2 }), ("b", [2, 2, 2, 2]), ("c", [2]) })
        {
            string path = cli.PathOf("dataset=generation", name + ".parquet");
            File.WriteAllText(path, "");
            source.Add(path, rowGroups: rowGroups);
        }

        cli.Services = services => services.Replace(source);
        cli.Set("FILES_IN_FLIGHT", "1").Set("ROW_GROUPS_IN_FLIGHT", "1");
        return source;
    }
}
