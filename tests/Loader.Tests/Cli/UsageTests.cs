namespace Loader.Tests.Cli;

/// <summary>What a user who mistypes is told: what is wrong, what is allowed, exit code 2, no stack trace.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class UsageTests
{
    private static readonly TestCaseData[] Mistakes =
    [
        Mistake("Required command", []),
        Mistake("Did you mean", ["laod", "x"]),
        Mistake("Required argument 'source'", ["load"]),
        Mistake("There is no option '--snik'. Is --sink meant?", ["load", "--snik", "none", "x"]),
        Mistake("There is no option '--jsn'. Is --json meant?", ["validate", "x", "--jsn"]),
        Mistake("A file of that name is written ./-quite-another", ["load", "-quite-another"]),
        Mistake("A source is empty", ["load", ""]),
        Mistake("'kafka' not recognized", ["load", "x", "--sink", "kafka"]),
        Mistake("--dataset is 'weather'; allowed are generation, consumption, transmission.", ["load", "x", "--dataset", "weather"]),
        Mistake("--version is '0'; allowed is a whole number from 1 to 4398046511103", ["load", "x", "--version", "0"]),
        Mistake("--version is '2024-01-01'", ["load", "x", "--version", "2024-01-01"]),
        Mistake("--price-per-million-writes is '-1'", ["validate", "x", "--price-per-million-writes", "-1"]),
        Mistake("--duckdb goes with --sink duckdb only", ["load", "x", "--sink", "timestream", "--duckdb", "y"]),
        Mistake("--resume has nothing to go on from", ["load", "x", "--sink", "none", "--resume"]),
        Mistake("--rows is 'many'; allowed is a whole number from 1", ["sample", "x", "--rows", "many"]),
        Mistake("--days is '0'", ["sample", "x", "--days", "0"]),
        Mistake("does not exist: there is neither a file nor a folder", ["load", "/no/such/place"]),
    ];

    [TestCaseSource(nameof(Mistakes))]
    public async Task A_mistake_is_explained(string[] arguments, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync(arguments);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message).And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_mistake_with_json_is_a_document_too()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", "--dataset", "weather", "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("--dataset is 'weather'"));
    }

    [Test]
    public async Task A_folder_without_files_is_nothing_to_load()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", cli.Folder, "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("no *.parquet file below " + cli.Folder));
    }

    [Test]
    public async Task A_folder_without_files_beside_one_with_some_is_a_warning()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string empty = Directory.CreateDirectory(cli.PathOf("empty")).FullName;

        int exit = await cli.RunAsync("validate", empty, samples);

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Error, Does.Contain("no *.parquet file below " + empty));
    }

    [Test]
    public async Task Bad_settings_are_listed_before_anything_is_read()
    {
        using CliRun cli = new CliRun().Set("MAX_BATCH_SIZE", "1000").Set("MAX_INVALID_PERCENT", "lots");

        int exit = await cli.RunAsync("load", "x.parquet", "--sink", "timestream", "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(
            cli.Json.GetProperty("error").GetString(),
            Does.Contain("MAX_BATCH_SIZE is 1000").And.Contain("MAX_INVALID_PERCENT is 'lots'").And.Contain("TIMESTREAM_DATABASE_NAME is not set"));
    }

    [Test]
    public async Task An_unusable_database_is_told_once_and_not_for_every_file()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await File.WriteAllTextAsync(cli.PathOf("energy.duckdb"), new string('x', 5_000));

        int exit = await cli.RunAsync("load", samples, "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("notStarted").GetInt32(), Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("files")[0].GetProperty("error").GetString(), Does.Contain("no DuckDB database"));
    }

    [TestCase("--help", "First steps")]
    [TestCase("load --help", "Exit codes")]
    [TestCase("validate -h", "loader validate samples")]
    [TestCase("sample -?", "same bytes")]
    public async Task Help_shows_options_and_examples(string arguments, string expected)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync(arguments.Split(' '));

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Output, Does.Contain("Options:").And.Contain(expected));
        Assert.That(cli.Error, Is.Empty);
    }

    private static TestCaseData Mistake(string message, string[] arguments) =>
        new TestCaseData<string[], string>(arguments, message).SetArgDisplayNames(string.Join(' ', arguments));
}
