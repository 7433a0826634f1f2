using System.Text.RegularExpressions;

namespace Loader.Tests.Cli;

/// <summary>What <c>--log-file</c> keeps.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LogFileTests
{
    [Test]
    public async Task Every_message_is_one_line_with_its_time_and_level()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--log-file", cli.PathOf("load.log"));

        Assert.That(exit, Is.Zero, cli.Error);
        string[] lines = await File.ReadAllLinesAsync(cli.PathOf("load.log"));
        Assert.That(lines, Is.All.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t(DEBUG|INFO|WARN|ERROR|FATAL)\t."));
        Assert.That(lines, Has.Some.Contains("\tINFO\tLoading "));
    }

    [Test]
    public async Task The_console_shows_no_more_than_without_a_log()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await cli.RunAsync("load", samples);
        string expected = cli.Error;

        await cli.RunAsync("load", samples, "--log-file", cli.PathOf("load.log"));

        Assert.That(cli.Error, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_second_run_appends()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await cli.RunAsync("validate", samples, "--log-file", cli.PathOf("load.log"));
        string[] first = await File.ReadAllLinesAsync(cli.PathOf("load.log"));

        await cli.RunAsync("validate", samples, "--log-file", cli.PathOf("load.log"));

        string[] both = await File.ReadAllLinesAsync(cli.PathOf("load.log"));
        Assert.That(both[..first.Length], Is.EqualTo(first));
        Assert.That(both, Has.Length.GreaterThan(first.Length));
    }

    [Test]
    public async Task Failures_are_logged_with_their_type_on_one_line()
    {
        using var cli = new CliRun();
        File.WriteAllText(cli.PathOf("bad.parquet"), "no Parquet");

        await cli.RunAsync("load", cli.PathOf("bad.parquet"), "--dataset", "generation", "--log-file", cli.PathOf("load.log"));

        Assert.That(await File.ReadAllLinesAsync(cli.PathOf("load.log")), Has.Some.Match(@"\tERROR\t.*bad\.parquet: SourceCorruptException: "));
    }

    [Test]
    public async Task A_command_that_cannot_start_is_logged()
    {
        using var cli = new CliRun();
        cli.Set("MAX_RETRIES", "many");

        await cli.RunAsync("load", "x", "--log-file", cli.PathOf("load.log"));

        Assert.That(await File.ReadAllTextAsync(cli.PathOf("load.log")), Does.Contain("\tERROR\tConfigurationException: ").And.Contains("MAX_RETRIES is 'many'"));
    }

    [TestCase("INFLUXDB_TOKEN")]
    [TestCase("AWS_SECRET_ACCESS_KEY")]
    [TestCase("AWS_SESSION_TOKEN")]
    public async Task A_secret_is_never_written(string variable)
    {
        using var cli = new CliRun();
        cli.Set(variable, "hunter2-hunter2");

        await cli.RunAsync("load", cli.PathOf("hunter2-hunter2.parquet"), "--dataset", "generation", "--log-file", cli.PathOf("load.log"));

        Assert.That(await File.ReadAllTextAsync(cli.PathOf("load.log")), Does.Contain("***.parquet").And.Not.Contains("hunter2"));
    }

    [TestCase("missing/load.log")]
    [TestCase("")]
    [TestCase(".")]
    public async Task A_log_that_cannot_be_written_is_wrong_usage_before_anything_runs(string name)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--log-file", name.Length == 0 ? "" : cli.PathOf(name));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("--log-file"));
        Assert.That(File.Exists(cli.PathOf("energy.duckdb")), Is.False);
    }

    [TestCase("PAR1....PAR1")]
    [TestCase("{}")]
    public async Task A_file_of_another_kind_is_not_appended_to(string content)
    {
        using var cli = new CliRun();
        await File.WriteAllTextAsync(cli.PathOf("other"), content);

        int exit = await cli.RunAsync("validate", "x", "--log-file", cli.PathOf("other"));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("is a file of another kind"));
        Assert.That(await File.ReadAllTextAsync(cli.PathOf("other")), Is.EqualTo(content));
    }

    [Test]
    public async Task A_disk_that_is_full_ends_the_log_and_not_the_load()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("There is no /dev/full.");
        }

        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--log-file", "/dev/full");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(Regex.Count(cli.Error, "The log /dev/full ends here"), Is.EqualTo(1));
    }
}
