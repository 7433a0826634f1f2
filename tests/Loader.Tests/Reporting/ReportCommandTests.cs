using System.Text.Json;
using Loader.Tests.Cli;

namespace Loader.Tests.Reporting;

/// <summary><c>--report</c> of <c>loader validate</c> and <c>loader load</c>.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ReportCommandTests
{
    [TestCase("validate")]
    [TestCase("load")]
    public async Task A_page_is_written_and_its_ledger_is_that_of_the_run(string command)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        Assert.That(await cli.RunAsync(command, samples, "--report", "out.html"), Is.Zero, cli.Error);
        Page page = await Page.ReadAsync(cli.PathOf("out.html"));

        Assert.That(cli.Output, Does.Contain("Report: ").And.Contain("out.html"));
        Assert.That(page.Section("ledger"), Does.Contain("720 read = 720"));
        Assert.That(page.Section("series"), Does.Contain("expected"));
    }

    [Test]
    public async Task Standard_output_stays_one_JSON_document()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        await cli.RunAsync("validate", samples, "--report", "out.html", "--json");

        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("succeeded"));
        Assert.That(cli.Error, Does.Contain("out.html"));
    }

    [TestCase("missing/out.html")]
    [TestCase(".")]
    public async Task A_path_that_cannot_be_written_is_refused_before_data_is_read(string path)
    {
        using var cli = new CliRun();
        MemoryParquetSource source = Source(cli, 3);

        int exit = await cli.RunAsync("load", cli.PathOf("lake"), "--dataset", "generation", "--report", path);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(source.Reads, Is.Empty);
        Assert.That(cli.Error, Does.Contain("--report"));
    }

    [Test]
    public async Task The_page_of_a_run_that_fails_in_part_shows_the_failures()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await File.WriteAllTextAsync(Path.Combine(samples, "dataset=consumption", "bad.parquet"), "this is no Parquet file at all");

        int exit = await cli.RunAsync("load", samples, "--report", "out.html");
        Page page = await Page.ReadAsync(cli.PathOf("out.html"));

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(page.Text, Does.Contain("1 of 4 files failed").And.Contain("bad.parquet"));
        Assert.That(page.Section("ledger"), Does.Contain("720 read = 720 written"));
    }

    [Test]
    public async Task The_page_of_a_run_that_is_stopped_says_so()
    {
        using var cli = new CliRun();
        cli.Set("FILES_IN_FLIGHT", "1");
        Source(cli, 20).BeforeRowGroup = (_, _) => cli.Signals.Raise();

        int exit = await cli.RunAsync("load", cli.PathOf("lake"), "--dataset", "generation", "--report", "out.html");
        Page page = await Page.ReadAsync(cli.PathOf("out.html"));

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(page.Text, Does.Contain("Stopped: not all files were loaded"));
    }

    [Test]
    public async Task The_page_of_a_run_without_files_says_so()
    {
        using var cli = new CliRun();
        Directory.CreateDirectory(cli.PathOf("empty"));

        int exit = await cli.RunAsync("validate", cli.PathOf("empty"), "--report", "out.html");
        Page page = await Page.ReadAsync(cli.PathOf("out.html"));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(page.Text, Does.Contain("Nothing to load"));
    }

    [Test]
    public async Task If_the_page_cannot_be_written_at_the_end_the_rows_are_stored_and_the_exit_code_is_1()
    {
        using var cli = new CliRun();
        Directory.CreateDirectory(cli.PathOf("reports"));
        Source(cli, 1).BeforeRowGroup = (_, _) => Directory.Delete(cli.PathOf("reports"));

        int exit = await cli.RunAsync("load", cli.PathOf("lake"), "--dataset", "generation", "--report", "reports/out.html", "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("succeeded"));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(10));
        Assert.That(cli.Error, Does.Contain("could not be written"));
    }

    [Test]
    public async Task Invalid_rows_of_a_load_are_shown_with_where_they_are_kept()
    {
        using var cli = new CliRun();
        Source(cli, 1, invalidRows: 1);

        await cli.RunAsync("load", cli.PathOf("lake"), "--dataset", "generation", "--report", "out.html", "--json");
        Page page = await Page.ReadAsync(cli.PathOf("out.html"));
        JsonElement file = cli.Json.GetProperty("files")[0];

        Assert.That(page.Section("unstored"), Does.Contain("1 row invalid: MissingValue").And.Contain(file.GetProperty("rejected_rows").GetString()!));
    }

    [TestCase("load")]
    [TestCase("validate")]
    public async Task The_help_names_the_option(string command)
    {
        using var cli = new CliRun();
        await cli.RunAsync(command, "--help");

        Assert.That(cli.Output, Does.Contain("--report <FILE>").And.Contain("--report samples.html").Or.Contain("--report quality.html"));
    }

    private static MemoryParquetSource Source(CliRun cli, int files, int invalidRows = 0)
    {
        var source = new MemoryParquetSource();
        Directory.CreateDirectory(cli.PathOf("lake"));
        for (int i = 0; i < files; i++)
        {
            string path = cli.PathOf("lake", $"{i:00}.parquet");
            File.WriteAllText(path, "");
            source.Add(path, invalidRows: invalidRows, rowGroups: [10]);
        }

        cli.Services = services => services.Replace(source);
        return source;
    }
}
