namespace Loader.Tests.Cli;

/// <summary>The messages for wrong usage: what is wrong and what is allowed, with exit code 2 and without a stack trace.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class UsageTests
{
    private static readonly TestCaseData[] Mistakes =
    [
        Mistake("Required command", []),
        Mistake("Did you mean", ["laod", "x"]),
        Mistake("Required argument 'source'", ["load"]),
        Mistake("Unknown option '--snik'. Did you mean --sink?", ["load", "--snik", "none", "x"]),
        Mistake("Unknown option '--jsn'. Did you mean --json?", ["validate", "x", "--jsn"]),
        Mistake("If it is a file, write ./-quite-another", ["load", "-quite-another"]),
        Mistake("A source is empty", ["load", ""]),
        Mistake("'kafka' not recognized", ["load", "x", "--sink", "kafka"]),
        Mistake("--dataset is 'weather'; it must be one of generation, consumption, transmission.", ["load", "x", "--dataset", "weather"]),
        Mistake("--version is '0'; it must be a whole number from 1 to 4398046511103", ["load", "x", "--version", "0"]),
        Mistake("--version is '2024-01-01'", ["load", "x", "--version", "2024-01-01"]),
        Mistake("--price-per-million-writes is '-1'", ["validate", "x", "--price-per-million-writes", "-1"]),
        Mistake("--duckdb can only be used with --sink duckdb", ["load", "x", "--sink", "timestream", "--duckdb", "y"]),
        Mistake("--metrics can only be used with --sink timestream or influxdb", ["load", "x", "--metrics"]),
        Mistake("--metrics can only be used with --sink timestream or influxdb", ["load", "x", "--sink", "none", "--metrics"]),
        Mistake("--metrics can only be used with --sink timestream or influxdb", ["replay", "x", "--metrics"]),
        Mistake("--metrics cannot be used with --dry-run", ["load", "x", "--sink", "timestream", "--dry-run", "--metrics"]),
        Mistake("--metrics cannot be used with --dry-run", ["replay", "x", "--sink", "timestream", "--dry-run", "--metrics"]),
        Mistake("--metrics cannot be used with --dry-run", ["load", "x", "--sink", "influxdb", "--dry-run", "--metrics"]),
        Mistake("--duckdb can only be used with --sink duckdb", ["load", "x", "--sink", "influxdb", "--duckdb", "y"]),
        Mistake("'duckdb' not recognized", ["validate", "x", "--sink", "duckdb"]),
        Mistake("--price-per-million-writes cannot be used with --sink influxdb", ["validate", "x", "--sink", "influxdb", "--price-per-million-writes", "1"]),
        Mistake("--price-per-million-writes cannot be used with --sink influxdb", ["load", "x", "--sink", "influxdb", "--price-per-million-writes", "1"]),
        Mistake("Unknown option '--metrics'", ["validate", "x", "--metrics"]),
        Mistake("--resume cannot be used with --sink none", ["load", "x", "--sink", "none", "--resume"]),
        Mistake("--rows is 'many'; it must be a whole number from 1", ["sample", "x", "--rows", "many"]),
        Mistake("--days is '0'", ["sample", "x", "--days", "0"]),
        Mistake("does not exist: there is no file or folder", ["load", "/no/such/place"]),
    ];

    [TestCaseSource(nameof(Mistakes))]
    public async Task Wrong_usage_is_explained(string[] arguments, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync(arguments);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message).And.Not.Contain("   at "));
    }

    [Test]
    public async Task An_option_without_its_value_is_explained([Values("load", "validate", "inspect", "sample")] string command)
    {
        using var cli = new CliRun();
        await cli.RunAsync(command, "--help");
        string[] options = [.. cli.Output.Split(' ', '\n').Zip(cli.Output.Split(' ', '\n').Skip(1))
            .Where(pair => pair.First.StartsWith("--", StringComparison.Ordinal) && pair.Second.StartsWith('<'))
            .Select(pair => pair.First).Distinct()];

        Assert.That(options, Is.Not.Empty);
        foreach (string option in options)
        {
            Assert.That(await cli.RunAsync(command, "x", option), Is.EqualTo(2), option);
            Assert.That(cli.Error, Does.Contain(option).And.Not.Contain("   at "), option);
        }
    }

    [Test]
    public async Task Wrong_usage_with_json_prints_a_document()
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
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("no *.parquet files in " + cli.Folder));
    }

    [Test]
    public async Task An_empty_folder_among_others_is_a_warning()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string empty = Directory.CreateDirectory(cli.PathOf("empty")).FullName;

        int exit = await cli.RunAsync("validate", empty, samples);

        Assert.That(exit, Is.Zero);
        Assert.That(cli.Error, Does.Contain("no *.parquet files in " + empty));
    }

    [Test]
    public async Task Wrong_settings_are_reported_before_a_file_is_read()
    {
        using CliRun cli = new CliRun().Set("MAX_BATCH_SIZE", "1000").Set("MAX_INVALID_PERCENT", "lots");

        int exit = await cli.RunAsync("load", "x.parquet", "--sink", "timestream", "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(
            cli.Json.GetProperty("error").GetString(),
            Does.Contain("MAX_BATCH_SIZE is 1000").And.Contain("MAX_INVALID_PERCENT is 'lots'").And.Contain("TIMESTREAM_DATABASE_NAME is not set"));
    }

    [Test]
    public async Task An_unusable_database_is_reported_once_and_not_for_every_file()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        await File.WriteAllTextAsync(cli.PathOf("energy.duckdb"), new string('x', 5_000));

        int exit = await cli.RunAsync("load", samples, "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(1));
        Assert.That(cli.Json.GetProperty("not_started").GetInt32(), Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("files")[0].GetProperty("error").GetString(), Does.Contain("not a DuckDB database"));
    }

    [TestCase("--help", "First steps")]
    [TestCase("load --help", "Exit codes")]
    [TestCase("load --help", "--sink influxdb")]
    [TestCase("load --help", "whatever SINK says")]
    [TestCase("validate -h", "loader validate samples")]
    [TestCase("validate -h", "INFLUXDB_LAYOUT")]
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
