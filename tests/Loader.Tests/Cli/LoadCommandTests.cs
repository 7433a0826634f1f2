using System.Text.Json;
using Loader.Tests.DuckDb;

namespace Loader.Tests.Cli;

/// <summary><c>loader load</c> and <c>loader validate</c> with real files and a real database.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LoadCommandTests
{
    [Test]
    public async Task Loading_twice_changes_nothing_the_second_time()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int first = await cli.RunAsync("load", samples);
        string firstOutput = cli.Output;
        int second = await cli.RunAsync("load", samples);

        Assert.That((first, second), Is.EqualTo((0, 0)));
        Assert.That(firstOutput, Does.Contain("generation: 288 rows").And.Contain("inserted 288, updated 0, unchanged 0"));
        Assert.That(firstOutput, Does.Match(@"3 files\s+720\s+720\s+0\s+0\s+0\s+0\s+0\s+succeeded"));
        Assert.That(cli.Output, Does.Contain("inserted 0, updated 0, unchanged 288").And.Contain("Nothing changed: no rows were inserted or updated."));
    }

    [Test]
    public async Task The_JSON_document_has_the_documented_members()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        await cli.RunAsync("load", samples, "--json");

        JsonElement run = cli.Json;
        Assert.That(
            run.EnumerateObject().Select(property => property.Name).Take(11),
            Is.EqualTo(new[] { "files", "status", "read", "written", "superseded", "duplicate", "invalid", "rejected", "unsettled", "filtered", "batches" }));
        JsonElement file = run.GetProperty("files").EnumerateArray().Single(element => element.GetProperty("dataset").GetString() == "generation");
        Assert.That(
            file.EnumerateObject().Select(property => property.Name).Take(16),
            Is.EqualTo(new[]
            {
                "file", "dataset", "status", "read", "written", "superseded", "duplicate", "invalid", "rejected", "unsettled", "filtered", "batches", "bytes_read", "elapsed_ms",
                "rejected_rows", "error",
            }));
        Assert.That(run.GetProperty("status").GetString(), Is.EqualTo("succeeded"));
        Assert.That(run.GetProperty("read").GetInt64(), Is.EqualTo(720));
        Assert.That(file.GetProperty("dataset").GetString(), Is.EqualTo("generation"));
        Assert.That(file.GetProperty("file").GetString(), Does.EndWith("generation-2024-01.parquet"));
        Assert.That(file.GetProperty("bytes_read").GetInt64(), Is.Positive);
        Assert.That(file.GetProperty("rejected_rows").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(file.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(run.GetProperty("tables")[0].GetProperty("inserted").GetInt64(), Is.EqualTo(288));
    }

    [Test]
    public async Task The_failure_of_one_file_does_not_stop_the_others()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string bad = Path.Combine(samples, "dataset=consumption", "a-bad-one.parquet");
        await File.WriteAllTextAsync(bad, "this is no Parquet file at all");

        int exit = await cli.RunAsync("load", samples, "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
        JsonElement file = cli.Json.GetProperty("files")[0];
        Assert.That(file.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(file.GetProperty("error").GetString(), Does.Contain("a-bad-one.parquet"));
        Assert.That(file.GetProperty("error_type").GetString(), Is.EqualTo("SourceCorruptException"));
        Assert.That(cli.Error, Does.Contain("a-bad-one.parquet").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Invalid_rows_are_kept_under_rejected_and_too_many_of_them_fail_the_load()
    {
        using var cli = new CliRun();
        var source = new MemoryParquetSource();
        File.WriteAllText(cli.PathOf("some.parquet"), "");
        source.Add(cli.PathOf("some.parquet"), invalidRows: 3, rowGroups: [20]);
        cli.Services = services => services.Replace(source);

        int exit = await cli.RunAsync("load", cli.PathOf("some.parquet"), "--dataset", "generation", "--json");

        Assert.That(exit, Is.EqualTo(4));
        JsonElement file = cli.Json.GetProperty("files")[0];
        Assert.That(file.GetProperty("invalid").GetInt64(), Is.EqualTo(3));
        Assert.That(file.GetProperty("written").GetInt64(), Is.EqualTo(17));
        Assert.That(file.GetProperty("invalid_by_reason").GetProperty("MissingValue").GetInt64(), Is.EqualTo(3));
        Assert.That(Directory.GetFiles(file.GetProperty("rejected_rows").GetString()!, "*.parquet", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        Assert.That(file.GetProperty("rejected_rows").GetString(), Does.StartWith(cli.PathOf("rejected")));
    }

    [Test]
    public async Task The_version_option_decides_which_copy_wins()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await cli.RunAsync("load", samples);

        await cli.RunAsync("load", samples, "--json", "--version", "1");
        long superseded = cli.Json.GetProperty("superseded").GetInt64();
        await cli.RunAsync("load", samples, "--json", "--version", "2100-01-01T00:00:00Z");

        Assert.That(superseded, Is.EqualTo(720));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("unchanged").GetInt64(), Is.EqualTo(288));
    }

    [TestCase("validate")]
    [TestCase("load", "--sink", "none")]
    public async Task An_estimate_shows_the_cost_of_Timestream_and_writes_nothing(params string[] command)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync([.. command, samples, "--json", "--price-per-million-writes", "2"]);
        JsonElement estimate = cli.Json.GetProperty("estimate").Clone();
        await cli.RunAsync([.. command, samples]);

        Assert.That(exit, Is.Zero);
        Assert.That(estimate.GetProperty("requests").GetInt64(), Is.EqualTo(8));
        Assert.That(estimate.GetProperty("write_units").GetInt64(), Is.Positive.And.LessThan(estimate.GetProperty("write_units_plain").GetInt64()));
        Assert.That(
            estimate.GetProperty("cost").GetDecimal(), Is.EqualTo(estimate.GetProperty("write_units").GetInt64() * 2 / 1_000_000m));
        Assert.That(cli.Output, Does.Contain("8 requests").And.Contain("assuming USD 0.50 per million write units"));
        Assert.That(Directory.GetFileSystemEntries(cli.Folder), Is.EqualTo(new[] { samples }));
    }

    [Test]
    public async Task Control_characters_and_markup_in_file_names_are_escaped()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Such names do not exist there.");
        }

        using var cli = new CliRun();
        string name = cli.PathOf("dataset=generation", "[red]evil[/]\u001b[31m\u202e\n.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        await File.WriteAllTextAsync(name, "no parquet");

        int exit = await cli.RunAsync("load", cli.PathOf("dataset=generation"));
        string shown = cli.Output + cli.Error;
        await cli.RunAsync("load", cli.PathOf("dataset=generation"), "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(shown, Does.Contain(@"[red]evil[/]\u001b[31m\u202e\u000a.parquet").And.Not.Contain("\u001b"));
        Assert.That(cli.Json.GetProperty("files")[0].GetProperty("file").GetString(), Is.EqualTo(name));
    }

    [Test]
    public async Task Of_many_files_the_failed_ones_are_shown()
    {
        using var cli = new CliRun();
        var source = new MemoryParquetSource();
        for (int file = 0; file < 30; file++)
        {
            string path = cli.PathOf("dataset=generation", $"{file:00}.parquet");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
            source.Add(path, failure: file == 29 ? new Loader.Application.Results.SourceCorruptException("It is torn.") : null, rowGroups: [1]);
        }

        cli.Services = services => services.Replace(source);

        await cli.RunAsync("load", cli.Folder);

        Assert.That(cli.Output, Does.Contain("29.parquet").And.Contain("... and 10 more files").And.Contain("30 files"));
        Assert.That(cli.Error, Does.Contain("It is torn."));
    }

    [Test]
    public async Task The_ONS_files_load_completely()
    {
        string? data = SharedData();
        if (data is null)
        {
            Assert.Ignore("../shared/data/ons is not there.");
        }

        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", data!, "--json", "--duckdb", cli.PathOf("ons.duckdb"));

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(70_080));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(70_077));
        Assert.That(cli.Json.GetProperty("invalid").GetInt64(), Is.EqualTo(3));
        using var file = new DuckDbFile();
        File.Copy(cli.PathOf("ons.duckdb"), file.Location);
        Assert.That(
            file.Query("SELECT year(\"time\"), count(*), round(sum(\"value\"), 3) FROM consumption GROUP BY 1 ORDER BY 1"),
            Is.EqualTo(new[] { "2018|35037|554065102.033", "2023|35040|645655740.48" }));
    }

    private static string? SharedData()
    {
        for (DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            string data = Path.Combine(at.FullName, "shared", "data", "ons");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }
}
