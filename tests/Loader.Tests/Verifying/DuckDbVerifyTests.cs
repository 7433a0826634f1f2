using System.Security.Cryptography;
using System.Text.Json;
using DuckDB.NET.Data;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;

namespace Loader.Tests.Verifying;

/// <summary><c>loader verify</c> against a DuckDB file that was loaded from the same files and changed since.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbVerifyTests
{
    [Test]
    public async Task Everything_that_was_loaded_is_stored()
    {
        using Loaded loaded = await Loaded.CreateAsync();

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
    }

    [Test]
    public async Task Verifying_does_not_change_the_database()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("UPDATE generation SET \"value\" = 1 WHERE region = 'SE'");
        byte[] before = SHA256.HashData(await File.ReadAllBytesAsync(loaded.Database));

        await loaded.VerifyAsync();

        Assert.That(SHA256.HashData(await File.ReadAllBytesAsync(loaded.Database)), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(loaded.Cli.Folder, "*.wal"), Is.Empty);
    }

    [Test]
    public async Task The_log_that_a_killed_process_left_is_read_and_not_changed()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        string copy = loaded.Cli.PathOf("copy.duckdb");
        using (var connection = new DuckDBConnection("Data Source=" + loaded.Database))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA disable_checkpoint_on_shutdown; SET wal_autocheckpoint = '1TB'; DELETE FROM generation WHERE \"value\" = 0.5";
            command.ExecuteNonQuery();
            File.Copy(loaded.Database, copy);
            File.Copy(loaded.Database + ".wal", copy + ".wal");
        }

        byte[] before = await File.ReadAllBytesAsync(copy + ".wal");

        await loaded.VerifyAsync("--duckdb", copy);

        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, missing 1"));
        Assert.That(await File.ReadAllBytesAsync(copy + ".wal"), Is.EqualTo(before));
    }

    [Test]
    public async Task A_file_of_kept_rows_is_skipped_in_a_folder_and_verified_by_its_own_versions_if_it_is_named()
    {
        using Loaded loaded = await Loaded.CreateAsync("IF(i = 1, NULL, i)");
        await loaded.Cli.RunAsync("load", loaded.Path, "--version", "7");
        string kept = Directory.GetFiles(loaded.Cli.PathOf("rejected"), "*.parquet", SearchOption.AllDirectories)[0];

        await loaded.Cli.RunAsync("verify", loaded.Cli.PathOf("rejected"), "--json");
        JsonElement folder = loaded.Cli.Json.GetProperty("skipped_by_reason").Clone();
        int exit = await loaded.Cli.RunAsync("verify", kept, "--json");

        Assert.That(folder.GetProperty("kept_rows").GetInt32(), Is.GreaterThan(0));
        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 2, invalid 2"));
    }

    [Test]
    public async Task A_row_of_a_wide_file_is_named_with_its_column()
    {
        using var files = new Folder();
        using var cli = new CliRun();
        string path = files.Write(
            "wide.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, i::DOUBLE AS hydro, -i::DOUBLE AS wind FROM range(4) AS t(i)");
        string mapping = files.File("mapping.json");
        await File.WriteAllTextAsync(
            mapping,
            """
            { "name": "wide", "dataset": "generation", "unpivot": { "columns": { "hydro": { "source": "hydro" }, "wind": { "source": "wind" } } },
              "energySource": { "match": "source" }, "region": { "constant": "SE" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" } }
            """);
        await cli.RunAsync("load", path, "--mapping", mapping);
        DuckDbVerifyTests.Execute(cli.PathOf("energy.duckdb"), "DELETE FROM generation WHERE \"value\" = -2");

        int exit = await cli.RunAsync("verify", path, "--mapping", mapping, "--json");

        JsonElement difference = cli.Json.GetProperty("files")[0].GetProperty("differences")[0];
        Assert.That(exit, Is.EqualTo(1), cli.Error);
        Assert.That((difference.GetProperty("row").GetInt32(), difference.GetProperty("column").GetString()), Is.EqualTo((2, "wind")));
    }

    [Test]
    public async Task A_missing_row_is_found()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DELETE FROM generation WHERE region = 'NE' AND \"value\" = 103.5");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, missing 1"));
        Assert.That(
            loaded.Difference.ToString(),
            Is.EqualTo(loaded.Text(
                "missing", "NE", "2024-01-01T03:00:00+00:00", row: "7", fileValue: "103.5", storedValue: "null", storedVersion: "null")));
    }

    [Test]
    public async Task A_changed_value_is_found()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("UPDATE generation SET \"value\" = -1 WHERE region = 'SE' AND \"value\" = 4.5");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1"));
        Assert.That(loaded.Difference.GetProperty("file_value").GetDouble(), Is.EqualTo(4.5));
        Assert.That(loaded.Difference.GetProperty("stored_value").GetDouble(), Is.EqualTo(-1));
        Assert.That(
            loaded.Difference.GetProperty("stored_version").GetInt64(), Is.EqualTo(loaded.Difference.GetProperty("file_version").GetInt64()));
    }

    [Test]
    public async Task A_changed_value_with_an_older_version_is_different()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("UPDATE generation SET \"value\" = -1, version = 1 WHERE region = 'SE' AND \"value\" = 4.5");

        await loaded.VerifyAsync();

        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1"));
    }

    [Test]
    public async Task Another_unit_is_a_difference()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("UPDATE generation SET unit = 'kW' WHERE region = 'SE' AND \"value\" = 4.5");

        await loaded.VerifyAsync();

        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 19, different 1"));
        Assert.That(loaded.Difference.GetProperty("other_unit").GetBoolean(), Is.True);
    }

    [Test]
    public async Task A_newer_version_supersedes_and_is_no_difference()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        using var newer = new Folder();
        string correction = VerifyFile.Write(newer, hours: 3, change: "-i - 1");
        Assert.That(await loaded.Cli.RunAsync("load", correction, "--version", "2100-01-01T00:00:00Z"), Is.Zero);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 14, superseded 6"));
        Assert.That(loaded.File.GetProperty("differences")[0].GetProperty("kind").GetString(), Is.EqualTo("superseded"));
    }

    [Test]
    public async Task The_same_value_with_an_older_version_is_stored_and_noted()
    {
        using Loaded loaded = await Loaded.CreateAsync();

        int exit = await loaded.VerifyAsync("--version", "2100-01-01T00:00:00Z");

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20, stored_by_older_version 20"));
    }

    [Test]
    public async Task A_foreign_record_in_the_range_and_series_of_the_file_is_found()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute(
            """
            INSERT INTO generation SELECT "time" + INTERVAL 30 MINUTE, region, energy_source, measurement_type, quality_flag, unit, 7, version
            FROM generation WHERE "value" = 5.5
            """);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 20, foreign 1"));
        Assert.That(loaded.Difference.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(VerifyFile.Begin.AddHours(5.5)));
        Assert.That(loaded.Difference.GetProperty("row").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Foreign_records_that_are_allowed_are_counted_and_no_difference()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        using var correction = new Folder();
        string path = correction.Write(
            "dataset=generation/correction.parquet", $"SELECT * REPLACE (value + 1 AS value) FROM '{loaded.Path}' WHERE hour(timestamp) IN (2, 5)");
        await loaded.Cli.RunAsync("load", path);

        int exit = await loaded.Cli.RunAsync("verify", path, "--json", "--allow-foreign");

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 4, stored 4, foreign 4"));
    }

    [Test]
    public async Task A_second_record_of_a_series_and_time_is_foreign()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("INSERT INTO generation SELECT * FROM generation WHERE \"value\" = 5.5");

        await loaded.VerifyAsync();

        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, stored 20, foreign 1"));
    }

    [Test]
    public async Task Records_of_other_series_and_other_times_are_not_foreign()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute(
            """
            INSERT INTO generation SELECT "time" + INTERVAL 30 MINUTE, 'S', energy_source, measurement_type, quality_flag, unit, 7, version
                FROM generation;
            INSERT INTO generation SELECT "time" - INTERVAL 10 DAY, region, energy_source, measurement_type, quality_flag, unit, 7, version
                FROM generation;
            INSERT INTO generation SELECT "time", region, energy_source, measurement_type, 'estimated', unit, 7, version FROM generation
            """);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 20"));
    }

    [Test]
    public async Task In_an_empty_table_every_row_is_missing()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DELETE FROM generation");

        int exit = await loaded.VerifyAsync("--samples", "2");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(loaded.File.GetProperty("differences").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_missing_table_is_named_and_every_row_is_missing()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DROP TABLE generation");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").GetString(), Does.EndWith("energy.duckdb has no table generation."));
    }

    [Test]
    public async Task A_missing_database_is_named_and_not_created()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        string other = loaded.Cli.PathOf("other.duckdb");

        int exit = await loaded.VerifyAsync("--duckdb", other);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(loaded.Counts, Is.EqualTo("differs: read 20, missing 20"));
        Assert.That(loaded.File.GetProperty("table_missing").GetString(), Does.EndWith("other.duckdb does not exist."));
        Assert.That(File.Exists(other), Is.False);
    }

    [Test]
    public async Task A_missing_database_is_reported_without_a_list_of_its_rows()
    {
        using Loaded loaded = await Loaded.CreateAsync();

        await loaded.Cli.RunAsync("verify", loaded.Path, "--duckdb", loaded.Cli.PathOf("other.duckdb"));

        Assert.That(loaded.Cli.Output, Does.Contain("other.duckdb does not exist. All rows are missing.").And.Not.Contain("row group 0"));
    }

    [Test]
    public async Task A_file_that_is_no_database_is_wrong_usage()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        string other = loaded.Cli.PathOf("other.duckdb");
        await File.WriteAllTextAsync(other, new string('x', 20_000));

        int exit = await loaded.VerifyAsync("--duckdb", other);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(loaded.Cli.Error, Does.Contain("is not a DuckDB database"));
    }

    [Test]
    public async Task A_table_of_somebody_else_is_wrong_usage()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DROP TABLE generation; CREATE TABLE generation (a INTEGER)");

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(loaded.Cli.Error, Does.Contain("'generation' in").And.Contain("it lacks time TIMESTAMP_NS"));
    }

    [Test]
    public async Task A_range_of_time_filters_the_file_and_what_is_foreign()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DELETE FROM generation WHERE \"value\" = 8.5");

        int exit = await loaded.VerifyAsync("--from", "2024-01-01T02:00:00Z", "--to", "2024-01-01T05:00:00Z");

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 20, stored 6, filtered 14"));
    }

    [Test]
    public async Task Invalid_rows_are_not_looked_for_and_of_duplicates_the_last_counts()
    {
        using Loaded loaded = await Loaded.CreateAsync(
            "CASE WHEN i = 1 THEN NULL ELSE i END", twice: true);

        int exit = await loaded.VerifyAsync();

        Assert.That(exit, Is.Zero);
        Assert.That(loaded.Counts, Is.EqualTo("verified: read 40, stored 18, duplicate 18, invalid 4"));
    }

    [Test]
    public async Task The_failure_of_one_file_does_not_stop_the_others()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        await File.WriteAllTextAsync(loaded.Files.File("dataset=generation/a-bad-one.parquet"), "no Parquet");

        int exit = await loaded.Cli.RunAsync("verify", loaded.Files.Path, "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(
            loaded.Cli.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("status").GetString()),
            Is.EquivalentTo(new[] { "failed", "verified" }));
        Assert.That(loaded.Cli.Error, Does.Contain("a-bad-one.parquet").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_source_that_does_not_exist_is_wrong_usage()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("verify", cli.PathOf("nothing.parquet"), "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("nothing.parquet"));
    }

    [Test]
    public async Task A_signal_ends_the_run_and_what_was_verified_is_reported()
    {
        using var cli = new CliRun();
        var source = new MemoryParquetSource
        {
            BeforeRowGroup = (path, rowGroup) =>
            {
                if (path.EndsWith("b.parquet", StringComparison.Ordinal) && rowGroup == 1)
                {
                    cli.Signals.Raise();
                }
            },
        };
        foreach (string name in new[] { "a.parquet", "b.parquet", "c.parquet" })
        {
            File.WriteAllText(cli.PathOf(name), "");
            source.Add(cli.PathOf(name), rowGroups: [5, 5]);
        }

        cli.Services = services => services.Replace(source);

        int exit = await cli.RunAsync("verify", cli.Folder, "--dataset", "generation", "--json");

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(cli.Json.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
        Assert.That(cli.Json.GetProperty("not_started").GetInt64(), Is.EqualTo(1));
        Assert.That(
            cli.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("status").GetString()),
            Is.EqualTo(new[] { "differs", "incomplete" }));
    }

    [Test]
    public async Task The_differences_are_printed_with_their_rows()
    {
        using Loaded loaded = await Loaded.CreateAsync();
        loaded.Execute("DELETE FROM generation WHERE \"value\" = 0.5");

        await loaded.Cli.RunAsync("verify", loaded.Path);

        Assert.That(loaded.Cli.Output, Does.Contain("1 of 2 series differ:"));
        Assert.That(
            loaded.Cli.Output,
            Does.Contain("row group 0, row 0: region=SE, energy_source=hydro, measurement_type=power at 2024-01-01T00:00:00Z, file 0.5"));
        Assert.That(loaded.Cli.Output, Does.Contain("Nothing was written."));
    }

    [TestCase("--wait", "5", "--wait can only be used with --sink timestream")]
    [TestCase("--samples", "1001", "--samples is '1001'; it must be a whole number from 0 to 1,000.")]
    [TestCase("--samples", "-1", "--samples is '-1'")]
    [TestCase("--duckdb", " ", "--duckdb is empty")]
    [TestCase("--version", "zero", "--version is 'zero'")]
    [TestCase("--sink", "none", "'none'")]
    public async Task A_wrong_option_is_wrong_usage(string option, string value, string message)
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("verify", "x.parquet", $"{option}={value}");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(message));
    }

    private static void Execute(string database, string statements)
    {
        using var connection = new DuckDBConnection("Data Source=" + database);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    /// <summary>A file that was loaded into a database.</summary>
    private sealed class Loaded : IDisposable
    {
        public CliRun Cli { get; } = new();

        public Folder Files { get; } = new();

        public string Path { get; private init; } = "";

        public string Database => Cli.PathOf("energy.duckdb");

        public JsonElement File => Cli.Json.GetProperty("files")[0];

        public JsonElement Difference => File.GetProperty("differences").EnumerateArray().Single();

        /// <summary>Gets the status of the file and its counts that are not 0.</summary>
        public string Counts => VerifyText.Counts(File);

        public static async Task<Loaded> CreateAsync(string? change = null, bool twice = false)
        {
            var files = new Folder();
            string path = change is null ? VerifyFile.Write(files) : VerifyFile.Write(files, change: change);
            if (twice)
            {
                path = files.Write(
                    "dataset=generation/twice.parquet", $"SELECT * FROM '{path}' UNION ALL SELECT * REPLACE (-value AS value) FROM '{path}'");
            }

            var loaded = new Loaded(files) { Path = path };
            await loaded.Cli.RunAsync("load", path);
            return loaded;
        }

        private Loaded(Folder files)
        {
            Files.Dispose();
            Files = files;
        }

        public Task<int> VerifyAsync(params string[] options) => Cli.RunAsync(["verify", Path, "--json", .. options]);

        public void Execute(string statements) => DuckDbVerifyTests.Execute(Database, statements);

        public string Text(
            string kind, string region, string time, string row, string fileValue, string storedValue, string storedVersion)
        {
            string version = Difference.GetProperty("file_version").ToString();
            return $$"""
                {"kind":"{{kind}}","series":{"region":"{{region}}","dataset_type":"generation","energy_source":"hydro","measurement_type":"power"},
                """ + $$"""
                "time":"{{time}}","row_group":0,"row":{{row}},"column":null,"file_value":{{fileValue}},"file_version":{{version}},
                """ + $$"""
                "stored_value":{{storedValue}},"stored_version":{{storedVersion}},"other_unit":false}
                """;
        }

        public void Dispose()
        {
            Cli.Dispose();
            Files.Dispose();
        }
    }
}
