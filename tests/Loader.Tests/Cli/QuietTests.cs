namespace Loader.Tests.Cli;

/// <summary>What <c>--quiet</c> leaves out.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class QuietTests
{
    [Test]
    public async Task A_successful_run_prints_only_its_result()
    {
        using var cli = new CliRun { ProgressInterval = TimeSpan.Zero };
        string samples = await cli.SampleAsync();
        await File.WriteAllTextAsync(cli.PathOf("samples", "note.txt"), "");
        Directory.CreateDirectory(cli.PathOf("empty"));

        int exit = await cli.RunAsync("load", samples, cli.PathOf("empty"), "--quiet");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Error, Is.Empty);
        Assert.That(cli.Output, Does.Contain("3 files").And.Contain("energy.duckdb now contains"));
    }

    [Test]
    public async Task Errors_are_printed()
    {
        using var cli = new CliRun();
        await File.WriteAllTextAsync(cli.PathOf("bad.parquet"), "no Parquet");

        int exit = await cli.RunAsync("load", cli.PathOf("bad.parquet"), "--dataset", "generation", "--quiet");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(cli.Error, Does.Contain("bad.parquet"));
    }

    [Test]
    public async Task Nothing_to_load_is_an_error()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", cli.Folder, "--quiet");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("Nothing to load"));
    }

    [Test]
    public async Task The_report_is_not_mentioned_beside_JSON()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        await cli.RunAsync("validate", samples, "--json", "--quiet", "--report", "out.html");

        Assert.That(cli.Error, Is.Empty);
    }

    [Test]
    public async Task It_contradicts_verbose()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", "--quiet", "--verbose");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("--quiet and --verbose contradict each other"));
    }
}
