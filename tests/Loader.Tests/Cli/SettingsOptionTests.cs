using System.Text.Json;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.Cli;

/// <summary>What <c>--settings</c> changes: flags count before the environment, and the environment before the file.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SettingsOptionTests
{
    [Test]
    public async Task Options_of_the_file_are_those_of_the_command()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string other = cli.PathOf("other.duckdb");

        int exit = await cli.RunAsync("load", samples, "--settings", Write(cli, new { options = new { duckdb = other, json = true } }));

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
        Assert.That(File.Exists(other), Is.True);
    }

    [Test]
    public async Task A_flag_counts_before_the_file()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string settings = Write(cli, new { options = new { duckdb = cli.PathOf("file.duckdb") } });

        await cli.RunAsync("load", samples, "--duckdb", cli.PathOf("flag.duckdb"), "--settings", settings);

        Assert.That(Directory.GetFiles(cli.Folder, "*.duckdb").Select(Path.GetFileName), Is.EqualTo(new[] { "flag.duckdb" }));
    }

    [Test]
    public async Task A_variable_counts_before_the_option_of_the_file_for_the_same_matter()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Set("MAPPING_LOCATION", cli.PathOf("environment.json"));

        await cli.RunAsync("load", samples, "--settings", Write(cli, new { options = new { mapping = cli.PathOf("file.json") } }));

        Assert.That(cli.Error, Does.Contain("environment.json"));
    }

    [Test]
    public async Task Variables_of_the_file_are_settings()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--settings", Write(cli, new { MAX_INVALID_PERCENT = 200 }));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("MAX_INVALID_PERCENT is 200"));
    }

    [Test]
    public async Task A_variable_of_the_environment_counts_before_the_file()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Set("MAX_INVALID_PERCENT", "20");

        int exit = await cli.RunAsync("load", samples, "--settings", Write(cli, new { MAX_INVALID_PERCENT = 200 }));

        Assert.That(exit, Is.Zero, cli.Error);
    }

    [Test]
    public async Task The_location_of_rejected_rows_can_come_from_the_file()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();

        int exit = await cli.RunAsync("load", samples, "--settings", Write(cli, new { REJECTED_ROWS_LOCATION = "s3://bucket" }));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("REJECTED_ROWS_LOCATION is 's3://bucket'"));
    }

    [TestCase("validate")]
    [TestCase("inspect")]
    [TestCase("mapping", "check")]
    public async Task Options_that_a_command_does_not_have_or_accept_do_not_count_for_it(params string[] command)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string settings = Write(cli, new { options = new { sink = "duckdb", duckdb = "x.duckdb", metrics = true, resume = true } });
        string file = Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories)[0];
        string mapping = Path.Combine(Support.Repository.Root, "samples", "mappings", "ons.json");

        int exit = await cli.RunAsync([.. command, command[0] == "mapping" ? mapping : file, "--settings", settings]);

        Assert.That(exit, Is.Zero, cli.Error);
    }

    [TestCase("--sink", "timestream", "--dry-run")]
    [TestCase("--sink", "influxdb", "--price-per-million-writes", "1")]
    public async Task Options_of_the_file_that_do_not_fit_the_destination_of_a_flag_do_not_count(params string[] flags)
    {
        using var cli = new CliRun();
        string settings = Write(cli, new { options = new Dictionary<string, object> { ["duckdb"] = "x.duckdb", ["metrics"] = true } });

        await cli.RunAsync(["load", "x.parquet", .. flags, "--settings", settings]);

        Assert.That(cli.Error, Does.Not.Contain("--duckdb").And.Not.Contains("--metrics"));
    }

    [Test]
    public async Task A_wrong_value_of_an_option_has_the_message_of_the_option()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", "--settings", Write(cli, new { options = new Dictionary<string, object> { ["fail-on"] = "often" } }));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("--fail-on is 'often'; it must be warning or error."));
    }

    [Test]
    public async Task A_wrong_file_is_wrong_usage_and_an_error_in_JSON()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "x", "--json", "--settings", Write(cli, new { INFLUXDB_URL = "https://evil.example" }));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("error").GetString(), Does.Contain("must also say where the token for it comes from"));
    }

    [Test]
    public async Task A_file_is_never_found_by_itself()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        foreach (string name in new[] { "settings.json", "loader.json", ".loader.json", "appsettings.json" })
        {
            File.WriteAllText(cli.PathOf(name), """{"MAX_INVALID_PERCENT":200}""");
        }

        Assert.That(await cli.RunAsync("load", samples), Is.Zero, cli.Error);
    }

    [Test]
    public async Task A_file_adds_no_options_behind_two_dashes()
    {
        using var cli = new CliRun();

        await cli.RunAsync("load", "--settings", Write(cli, new { options = new { dataset = "generation" } }), "--", "-x");

        Assert.That(cli.Error, Does.Contain("./-x does not exist").And.Not.Contains("--dataset"));
    }

    [Test]
    public async Task The_help_of_every_command_names_the_option()
    {
        using var cli = new CliRun();

        await cli.RunAsync("inspect", "--help");

        Assert.That(cli.Output, Does.Contain("--settings <FILE>").And.Contain("--quiet").And.Contain("--log-file <FILE>"));
    }

    [Test]
    public async Task A_load_uses_the_token_of_the_variable_that_the_file_names_for_its_address()
    {
        await using LocalInfluxServer influx = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = InfluxEngine.Version3 });
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        IReadOnlyDictionary<string, string> server = influx.Environment();
        cli.Set("INFLUXDB_TOKEN", "a-token-for-another-server").Set("INFLUXDB_TOKEN_HERE", server["INFLUXDB_TOKEN"]);

        int exit = await cli.RunAsync("load", samples, "--settings", Write(cli, new
        {
            INFLUXDB_URL = server["INFLUXDB_URL"],
            INFLUXDB_TOKEN_VARIABLE = "INFLUXDB_TOKEN_HERE",
            INFLUXDB_DATABASE = "energy",
            options = new { sink = "influxdb", json = true },
        }));

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
    }

    [Test]
    public async Task Check_says_which_values_come_from_the_file()
    {
        using var cli = new CliRun();
        cli.Set("MAX_INVALID_PERCENT", "20");
        string settings = Write(cli, new { MAX_INVALID_PERCENT = 30, FILES_IN_FLIGHT = 3, options = new { rejected = cli.PathOf("kept"), json = true } });

        await cli.RunAsync("check", "--settings", settings);

        string[] sources =
        [
            .. cli.Json.GetProperty("settings").EnumerateArray()
                .Select(setting => $"{setting.GetProperty("name")}={setting.GetProperty("value")} ({setting.GetProperty("source")})"),
        ];
        Assert.That(
            new[]
            {
                "MAX_INVALID_PERCENT=20 (environment)", "FILES_IN_FLIGHT=3 (settings file)", $"REJECTED_ROWS_LOCATION={cli.PathOf("kept")} (settings file)",
                "ROW_GROUPS_IN_FLIGHT=2 (default)",
            },
            Is.SubsetOf(sources));
    }

    private static string Write(CliRun cli, object content)
    {
        string path = cli.PathOf("given.json");
        File.WriteAllText(path, JsonSerializer.Serialize(content));
        return path;
    }
}
