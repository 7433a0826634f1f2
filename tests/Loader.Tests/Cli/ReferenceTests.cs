using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>The reference of the commands: <c>docs/cli.md</c> and the manual page.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ReferenceTests
{
    [Test]
    public async Task The_page_in_docs_says_what_the_commands_are()
    {
        using var cli = new CliRun();
        await cli.RunAsync("reference", "markdown");

        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "cli.md"));

        Assert.That(
            page.ReplaceLineEndings("\n"), Is.EqualTo(cli.Output),
            "docs/cli.md is out of date. Run .ci/update-cli-reference, and commit the page.");
    }

    [TestCase("## loader mapping check\n")]
    [TestCase("* `--sink <duckdb|influxdb|none|timestream>`: Destination of the records")]
    [TestCase("Default: `duckdb`\n")]
    [TestCase("loader mapping check <mapping> [<file>] [options]")]
    [TestCase("| 130 | interrupted |")]
    [TestCase("loader load samples --dry-run\n")]
    public async Task The_page_has_commands_options_defaults_usage_exit_codes_and_examples(string text)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("reference", "markdown");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Output, Does.Contain(text).And.Not.Contain("loader reference"));
    }

    [Test]
    public async Task A_formatter_accepts_the_manual_page()
    {
        using var cli = new CliRun();
        await cli.RunAsync("reference", "man");
        string file = cli.PathOf("loader.1");
        await File.WriteAllTextAsync(file, cli.Output);

        string? shown = await Shell.TryRunAsync("mandoc", cli.Folder, ["-T", "ascii", "-W", "error,stop", file]);

        if (shown is null)
        {
            Assert.Ignore("mandoc is not installed.");
        }

        Assert.That(shown, Does.Contain("loader mapping check").And.Contain("Continue the same command"));
    }

    [Test]
    public async Task The_version_is_printed_alone()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("--version");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Output, Does.Match(@"\A[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.]+)?\r?\n\z"));
        Assert.That(cli.Error, Is.Empty);
    }
}
