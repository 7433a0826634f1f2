using System.Text.Json;
using Loader.LocalAws;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MappingCommandTests : IDisposable
{
    private const string Load =
        """{ "name": "load", "keys": "load_*.parquet", "dataset": "consumption", "timestamp": { "column": "t", "zone": "America/Sao_Paulo" }, "value": { "column": "v" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" }, "region": { "column": "r", "trim": true }, "consumerType": { "constant": "total" }, "where": [{ "column": "r", "trim": true, "notIn": ["SIN"] }] }""";

    private const string LoadColumns =
        """SELECT TIMESTAMP '2018-11-03 23:00:00' + INTERVAL (i) HOUR AS t, CASE i WHEN 2 THEN 'SIN' ELSE 'SE ' END AS r, CAST(1.5 + i AS VARCHAR) AS v FROM range(7) AS x(i)""";

    private readonly CliRun _cli = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Check_prints_what_a_mapping_holds()
    {
        int exit = await _cli.RunAsync("mapping", "check", Write("m.json", Load));

        Assert.That(exit, Is.Zero);
        Assert.That(
            _cli.Output,
            Does.Contain("load: consumption, for load_*.parquet").And.Contain("column 'r'").And.Contain("constant 'MW'").And.Contain("trim, not 'SIN'")
                .And.Contain("zone America/Sao_Paulo").And.Contain("1 mapping without faults."));
    }

    [Test]
    public async Task Check_prints_every_fault_on_its_own_line()
    {
        int exit = await _cli.RunAsync(
            "mapping", "check", Write("m.json", """{ "name": "x", "dataset": "generation", "region": {}, "timestamp": { "zone": "Mars" }, "foo": 1 }"""));

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(_cli.Error.Split('\n').Count(line => line.StartsWith("  - x: ", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(_cli.Output, Is.Empty);
    }

    [TestCase("not json at all")]
    [TestCase("{ \"name\": \"x\", \"dataset\": \"generation\", \"region\": { \"constant\": \"\u001b[2J\", \"a\u001b\": 1 } }")]
    public async Task Check_of_a_hostile_mapping_is_plain_text(string json)
    {
        Assert.That(await _cli.RunAsync("mapping", "check", Write("m.json", json)), Is.EqualTo(2));
        Assert.That(_cli.Error, Does.Contain("is wrong").And.Not.Contain("\u001b").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Check_with_a_file_shows_the_mapping_that_applies_and_the_types()
    {
        string other = Load.Replace("load_*", "other_*", StringComparison.Ordinal).Replace("\"load\"", "\"other\"", StringComparison.Ordinal);

        int exit = await _cli.RunAsync("mapping", "check", Write("m.json", $"[{other}, {Load}]"), _folder.Write("load_1.parquet", LoadColumns));

        Assert.That(exit, Is.Zero);
        Assert.That(_cli.Output, Does.Contain("is read with load:").And.Contain("column 'r' (BYTE_ARRAY STRING)").And.Contain("fits the columns"));
    }

    [Test]
    public async Task Check_with_a_file_tells_all_faults_against_its_columns()
    {
        string mapping = Write("m.json", Load.Replace("\"v\"", "\"vv\"", StringComparison.Ordinal).Replace("\"r\"", "\"t\"", StringComparison.Ordinal));

        int exit = await _cli.RunAsync("mapping", "check", mapping, _folder.Write("load_1.parquet", LoadColumns), "--json");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(_cli.Json.GetProperty("valid").GetBoolean(), Is.False);
        Assert.That(
            _cli.Json.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()),
            Has.Some.StartsWith("load: value.column 'vv'").And.Some.StartsWith("load: region.column 't'").And.Some.StartsWith("load: where[0].column 't'"));
    }

    [Test]
    public async Task Check_with_a_file_that_no_mapping_applies_to_fails()
    {
        Assert.That(await _cli.RunAsync("mapping", "check", Write("m.json", Load), _folder.Write("x.parquet", LoadColumns)), Is.EqualTo(1));
        Assert.That(_cli.Output, Does.Contain("No mapping applies").And.Contain("matches none of 'load_*.parquet'"));
    }

    [Test]
    public async Task Kept_rows_are_read_without_a_mapping()
    {
        string file = _folder.Write(
            "dataset=consumption/load_kept.parquet",
            """
            SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS timestamp, 1.0 AS value, 'MW' AS unit, 'power' AS measurement_type, 'SE' AS region, 'total' AS consumer_type,
              7::BIGINT AS _version, 'Refused' AS _reason, 'x' AS _source, 0 AS _row_group, 0 AS _row
            """);
        string mapping = Write("m.json", Load);

        Assert.That(await _cli.RunAsync("mapping", "check", mapping, file), Is.Zero);
        Assert.That(_cli.Output, Does.Contain("holds rows that the loader kept"));
        Assert.That(await _cli.RunAsync("inspect", file, "--mapping", mapping), Is.Zero);
        Assert.That(_cli.Output, Does.Contain("version").And.Not.Contain("Mapping load"));
        Assert.That(await _cli.RunAsync("mapping", "suggest", file), Is.EqualTo(2));
        Assert.That(_cli.Error, Does.Contain("it needs no mapping"));
    }

    [TestCase("m.json", "none.parquet")]
    [TestCase("none.json", null)]
    [TestCase("m.json", ".")]
    public async Task A_missing_file_or_a_folder_is_wrong_usage(string mapping, string? file)
    {
        Write("m.json", Load);

        int exit = await _cli.RunAsync(["mapping", "check", _cli.PathOf(mapping), .. file is null ? [] : new[] { _cli.PathOf(file) }]);

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(_cli.Error, Is.Not.Empty.And.Not.Contain("   at "));
    }

    [Test]
    public async Task Suggest_prints_a_mapping_that_check_and_load_take()
    {
        string file = _folder.Write("CURVA_CARGA_2018.parquet", "SELECT t AS din_instante, r AS id_subsistema, v AS val_cargaenergiahomwmed FROM (" + LoadColumns + " WHERE i <> 1)");

        Assert.That(await _cli.RunAsync("mapping", "suggest", file), Is.Zero);
        string mapping = Write("draft.json", _cli.Output);

        Assert.That(await _cli.RunAsync("mapping", "check", mapping, file), Is.Zero);
        Assert.That(await _cli.RunAsync("validate", file, "--mapping", mapping, "--json"), Is.Zero);
        Assert.That(_cli.Json.GetProperty("files")[0].GetProperty("filtered").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Suggest_asks_on_standard_error_and_check_refuses_the_draft()
    {
        int exit = await _cli.RunAsync("mapping", "suggest", _folder.Write("meter.parquet", "SELECT TIMESTAMP '2024-01-01' AS time, 1.0 AS usage_kwh"));
        string questions = _cli.Error;
        string draft = Write("draft.json", _cli.Output);

        Assert.That(exit, Is.Zero);
        Assert.That(questions, Does.Contain("To decide:").And.Contain("  - region: no column looks like a region; give a constant, key or fileName"));
        Assert.That(await _cli.RunAsync("mapping", "check", draft), Is.EqualTo(2));
        Assert.That(_cli.Error, Does.Contain("timestamp.zone: '?'").And.Contain("region: has 0 sources"));
    }

    [Test]
    public async Task Suggest_does_not_need_the_mapping_of_the_settings()
    {
        _cli.Set("MAPPING_LOCATION", _cli.PathOf("none.json"));

        Assert.That(await _cli.RunAsync("mapping", "suggest", _folder.Write("meter.parquet", "SELECT TIMESTAMP '2024-01-01' AS time, 1.0 AS usage_kwh")), Is.Zero);
    }

    [TestCase("torn", 1)]
    [TestCase(null, 2)]
    public async Task Suggest_of_something_else_is_explained(string? content, int expected)
    {
        if (content is not null)
        {
            Write("x.parquet", content);
        }

        Assert.That(await _cli.RunAsync("mapping", "suggest", _cli.PathOf("x.parquet")), Is.EqualTo(expected));
        Assert.That(_cli.Error, Is.Not.Empty.And.Not.Contain("   at "));
        Assert.That(_cli.Output, Is.Empty);
    }

    [Test]
    public async Task Inspect_shows_sources_and_the_first_rows_before_and_after()
    {
        int exit = await _cli.RunAsync("inspect", _folder.Write("load_1.parquet", LoadColumns), "--mapping", Write("m.json", Load));

        Assert.That(exit, Is.Zero);
        Assert.That(_cli.Output, Does.Contain("dataset consumption").And.Contain("Mapping load, SHA-256"));
        Assert.That(_cli.Output, Does.Contain("column 'v' (BYTE_ARRAY STRING)").And.Contain("dimension, condition"));
        Assert.That(_cli.Output, Does.Contain("'SE '").And.Contain("2018-11-03T23:00:00").And.Contain("2018-11-04 02:00:00"));
        Assert.That(_cli.Output, Does.Contain("filtered: where").And.Contain("invalid: NonexistentLocalTime"));
        Assert.That(_cli.Output, Does.Contain("Invalid: 1 NonexistentLocalTime.").And.Contain("Filtered: 1 Filtered."));
    }

    [Test]
    public async Task Inspect_shows_the_same_in_json()
    {
        await _cli.RunAsync("inspect", _folder.Write("load_1.parquet", LoadColumns), "--mapping", Write("m.json", Load), "--json");
        JsonElement[] rows = [.. _cli.Json.GetProperty("first_rows").EnumerateArray()];
        JsonElement[] records = [.. _cli.Json.GetProperty("first_records").EnumerateArray()];

        Assert.That(rows.Select(row => row.GetProperty("columns").GetProperty("v").GetString()), Is.EqualTo(new[] { "1.5", "2.5", "3.5", "4.5", "5.5" }));
        Assert.That(records.Select(row => row.GetProperty("reason").GetString()), Is.EqualTo(new[] { null, "NonexistentLocalTime", "Filtered", null, null }));
        Assert.That(records[0].GetProperty("value").GetDouble(), Is.EqualTo(1.5));
        Assert.That(records[0].GetProperty("time").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2018, 11, 4, 2, 0, 0, TimeSpan.Zero)));
        Assert.That(records[0].GetProperty("fields").GetProperty("region").GetString(), Is.EqualTo("SE"));
        Assert.That(_cli.Json.GetProperty("filtered_by_reason").GetProperty("Filtered").GetInt64(), Is.EqualTo(1));
        Assert.That(_cli.Json.GetProperty("series").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Inspect_takes_the_mapping_of_the_settings_and_one_offs()
    {
        string file = _folder.Write("load_1.parquet", LoadColumns);
        await _cli.Set("MAPPING_LOCATION", Write("m.json", Load)).RunAsync("inspect", file, "--json");
        string? ofSettings = _cli.Json.GetProperty("mapping").GetProperty("name").GetString();

        int exit = await _cli.RunAsync(
            "inspect", file, "--json", "--dataset", "consumption", "--column", "timestamp=t", "--column", "value=v", "--column", "region=r", "--constant", "unit=MW", "--constant", "measurement_type=power", "--constant", "consumer_type=total");

        Assert.That(ofSettings, Is.EqualTo("load"));
        Assert.That(exit, Is.Zero);
        Assert.That(_cli.Json.GetProperty("mapping").GetProperty("name").GetString(), Is.EqualTo("command line"));
    }

    [Test]
    public async Task Inspect_of_a_wide_file_shows_cells_of_each_row()
    {
        string file = _folder.Write("wide.parquet", "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) HOUR AS t, 1.0 * i AS DE, NULL::DOUBLE AS FR FROM range(3) AS x(i)");
        string mapping = Write(
            "m.json",
            """{ "name": "wide", "dataset": "consumption", "timestamp": { "column": "t" }, "unpivot": { "columns": "^(?<region>[A-Z]{2})$" }, "region": { "match": "region" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" }, "consumerType": { "constant": "total" } }""");

        await _cli.RunAsync("inspect", file, "--mapping", mapping, "--json");

        Assert.That(
            _cli.Json.GetProperty("first_records").EnumerateArray().Select(row => $"{row.GetProperty("row")} {row.GetProperty("column")} {row.GetProperty("reason")}"),
            Is.EqualTo(new[] { "0 DE ", "0 FR EmptyCell", "1 DE ", "1 FR EmptyCell", "2 DE ", "2 FR EmptyCell" }));
        Assert.That(
            _cli.Json.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("use").GetString()),
            Is.EqualTo(new[] { "time", "value", "value" }));
        Assert.That(_cli.Json.GetProperty("filtered_by_reason").GetProperty("EmptyCell").GetInt64(), Is.EqualTo(3));
    }

    [Test]
    public async Task Inspect_refuses_a_wrong_mapping_before_the_file()
    {
        Assert.That(await _cli.RunAsync("inspect", _cli.PathOf("none.parquet"), "--mapping", Write("m.json", "{}")), Is.EqualTo(2));
        Assert.That(_cli.Error, Does.Contain("m.json is wrong"));
    }

    [Test]
    public async Task Inspect_tells_that_the_mapping_is_of_another_dataset()
    {
        Assert.That(
            await _cli.RunAsync("inspect", _folder.Write("load_1.parquet", LoadColumns), "--dataset", "generation", "--mapping", Write("m.json", Load)), Is.EqualTo(1));
        Assert.That(_cli.Output, Does.Contain("is consumption by its mapping 'load'"));
    }

    [Test]
    public async Task Inspect_of_hostile_values_is_plain_text()
    {
        string file = _folder.Write("load_1.parquet", $"SELECT TIMESTAMP '2024-01-01' AS t, 'S{'\u001b'}[2J[red]' AS r, 'x{'\u001b'}]0;' AS v");

        await _cli.RunAsync("inspect", file, "--mapping", Write("m.json", Load));

        Assert.That(_cli.Output, Does.Contain("S\\u001b[2J[red]").And.Not.Contain("\u001b"));
    }

    [TestCase(80)]
    [TestCase(40)]
    public async Task Inspect_fits_the_console(int width)
    {
        _cli.Width = width;

        await _cli.RunAsync("inspect", _folder.Write("load_1.parquet", LoadColumns), "--mapping", Write("m.json", Load));

        Assert.That(_cli.Output.Split('\n').Where(line => line.TrimEnd('\r').Length > width && !line.Contains('/', StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Mapping_and_file_can_be_in_s3()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.S3.CreateBucket("lake", versioned: false);
        server.S3.Put("lake", "m.json", System.Text.Encoding.UTF8.GetBytes(Load));
        server.S3.Put("lake", "raw/load_1.parquet", await File.ReadAllBytesAsync(_folder.Write("load_1.parquet", LoadColumns)));
        using var process = LoaderProcess.Start(
            _cli.Folder, server.Environment(), "mapping", "check", "s3://lake/m.json", "s3://lake/raw/load_1.parquet", "--json");

        var end = await process.EndAsync();

        Assert.That(JsonDocument.Parse(end.Output).RootElement.GetProperty("applied").GetProperty("name").GetString(), Is.EqualTo("load"));
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_cli.PathOf(name), content);
        return _cli.PathOf(name);
    }
}
