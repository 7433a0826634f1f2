using Loader.Tests.Sources;

namespace Loader.Tests.Cli;

/// <summary>What <c>--include</c>, <c>--exclude</c>, <c>--since</c> and patterns as sources leave out.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class FilterOptionTests
{
    [TestCase(new[] { "--include", "dataset=generation/**" }, 288, "{\"not_included\":2}")]
    [TestCase(new[] { "--include", "generation-*", "--include", "transmission-*" }, 432, "{\"not_included\":1}")]
    [TestCase(new[] { "--exclude", "generation-*" }, 432, "{\"excluded\":1}")]
    [TestCase(new[] { "--include", "dataset=*/**", "--exclude", "generation-*", "--exclude", "transmission-*" }, 288, "{\"excluded\":2}")]
    [TestCase(new[] { "--since", "2000-01-01" }, 720, "{}")]
    public async Task What_an_option_leaves_out_is_counted(string[] options, int read, string skipped)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync(["load", samples, .. options, "--json"]);

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(read));
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo(skipped));
    }

    [Test]
    public async Task The_console_names_every_reason()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string[] files = Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories);
        File.SetLastWriteTimeUtc(files.Single(file => file.Contains("transmission-", StringComparison.Ordinal)), DateTime.UnixEpoch);
        File.Copy(files[0], Path.Combine(samples, "copy.parquet"));

        await cli.RunAsync("validate", samples, "--include", "dataset=*/**", "--exclude", "consumption-*", "--since", "7d");

        Assert.That(
            cli.Error, Does.Contain("Skipped 1 file that matches no pattern, 1 excluded, 1 last modified before --since.\n"));
    }

    [TestCase("2w")]
    [TestCase("7d")]
    [TestCase("36h")]
    [TestCase("90m")]
    [TestCase("5000s")]
    public async Task A_duration_counts_back_from_now(string since)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        foreach (string file in Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-80));
        }

        await cli.RunAsync("validate", samples, "--since", since, "--json");

        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(3));
    }

    [TestCase("79m")]
    [TestCase("1h")]
    [TestCase("0s")]
    public async Task A_file_that_is_older_than_the_duration_is_left_out(string since)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        foreach (string file in Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-80));
        }

        int exit = await cli.RunAsync("validate", samples, "--since", since, "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("Skipped 3 files last modified before --since."));
    }

    [TestCase("--since", "yesterday", "--since is 'yesterday'; it must be a time such as 2024-01-01")]
    [TestCase("--since", "-7d", "--since is '-7d'")]
    [TestCase("--since", "7", "--since is '7'")]
    [TestCase("--since", "99999999w", "--since is '99999999w'")]
    [TestCase("--since", "1000000w", "--since is '1000000w'")]
    [TestCase("--include", "/", "--include is '/'; it begins with a slash")]
    [TestCase("--exclude", "/tmp/**", "--exclude is '/tmp/**'; it begins with a slash, but counts below the source")]
    public async Task A_wrong_value_is_wrong_usage(string option, string value, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", $"{option}={value}");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_file_that_is_named_is_loaded_whatever_the_options_say()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string file = Directory.GetFiles(samples, "generation-*.parquet", SearchOption.AllDirectories).Single();

        int exit = await cli.RunAsync("load", file, "--exclude", "**", "--since", "0s", "--json");

        Assert.That(exit, Is.Zero, cli.Error);
    }

    [Test]
    public async Task A_quoted_pattern_is_a_source()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", $"{samples}/**/month=01/*n-2024-01.parquet", "--exclude", "transmission-*", "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(576));
    }

    [Test]
    public async Task A_pattern_and_a_folder_that_overlap_load_each_file_once()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        await cli.RunAsync("load", samples, $"{samples}/*/*/*/generation-*", "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(720));
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetProperty("repeated").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_pattern_beside_others_that_nothing_matches_is_a_warning()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, $"{samples}/x*");

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Error, Does.Contain("warning: no *.parquet file matches").And.Contain("/x*."));
    }

    [Test]
    public async Task Inspect_takes_a_pattern_that_one_file_matches()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        Assert.That(await cli.RunAsync("inspect", $"{samples}/**/generation-*"), Is.Zero, cli.Error);
    }

    [TestCase("**/*.parquet", "matches several files, such as ")]
    [TestCase("**/x*", "matches no *.parquet file that is not hidden; inspect takes one file")]
    public async Task Inspect_refuses_a_pattern_of_several_files_or_none(string pattern, string message)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("inspect", $"{samples}/{pattern}");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_folder_that_cannot_be_listed_still_fails_the_run()
    {
        using var tree = new Tree();
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        tree.Shell("""mkdir "$1/$(printf 'b\377')" """, samples);

        int exit = await cli.RunAsync("load", $"{samples}/**/*.parquet", "--json");
        tree.Shell("""rmdir "$1/$(printf 'b\377')" """, samples);

        Assert.That(exit, Is.EqualTo(1));
    }
}
