using System.Text.Json;
using DuckDB.NET.Data;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Mapping;

/// <summary>Loads with a mapping, by the command line, into DuckDB.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MappedLoadTests : IDisposable
{
    private const string Fields =
        "\"unit\": {\"constant\": \"MW\"}, \"measurementType\": {\"constant\": \"power\"}, \"consumerType\": {\"constant\": \"total\"}, \"timestamp\": {\"column\": \"t\"}, \"region\": {\"column\": \"r\"}";

    private readonly CliRun _cli = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _cli.Dispose();
    }

    [Test]
    public async Task Filtered_rows_have_an_outcome_of_their_own()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, i::DOUBLE AS value, ['SE', 'SIN'][i % 2 + 1] AS r FROM range(10) t(i)");

        int exit = await LoadAsync(path, "\"where\": [{\"column\": \"r\", \"notIn\": [\"SIN\"]}]");

        Assert.That(
            (exit, Count("read"), Count("written"), Count("filtered"), File.GetProperty("filtered_by_reason").GetProperty("Filtered").GetInt64()),
            Is.EqualTo((0, 10L, 5L, 5L, 5L)));
    }

    [Test]
    public async Task The_console_shows_filtered_rows_only_if_there_are_some()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, i::DOUBLE AS value, ['SE', 'SIN'][i % 2 + 1] AS r FROM range(10) t(i)");
        string mapping = WriteMapping("\"where\": [{\"column\": \"r\", \"notIn\": [\"SIN\"]}]");

        await _cli.RunAsync("load", path, "--mapping", mapping);

        Assert.That(_cli.Output, Does.Contain("Filtered: 5 Filtered."));
    }

    [Test]
    public async Task A_load_that_leaves_out_every_row_fails()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1.0 AS value, 'SE' AS r");

        int exit = await LoadAsync(path, "\"where\": [{\"column\": \"r\", \"in\": [\"XX\"]}]");

        Assert.That((exit, File.GetProperty("error_type").GetString()), Is.EqualTo((1, "EverythingFilteredException")));
    }

    [Test]
    public async Task A_load_may_leave_out_every_row_if_the_mapping_says_so()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1.0 AS value, 'SE' AS r");

        int exit = await LoadAsync(path, "\"where\": [{\"column\": \"r\", \"in\": [\"XX\"]}], \"allowEmpty\": true");

        Assert.That((exit, Count("filtered")), Is.EqualTo((0, 1L)));
    }

    [Test]
    public async Task Filtered_rows_do_not_count_for_the_share_of_invalid_ones()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, CASE WHEN i < 2 THEN NULL ELSE 1.0 END AS value, CASE WHEN i < 10 THEN 'SE' ELSE 'SIN' END AS r FROM range(100) t(i)");

        int exit = await LoadAsync(path, "\"where\": [{\"column\": \"r\", \"notIn\": [\"SIN\"]}]");

        Assert.That((exit, Count("invalid")), Is.EqualTo((4, 2L)));
    }

    [Test]
    public async Task Rows_of_several_plants_fail_a_load_and_nothing_is_stored()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, i::DOUBLE AS value, 'SE' AS r FROM range(3) t(i)");

        int exit = await LoadAsync(path, "");

        Assert.That((exit, File.GetProperty("error_type").GetString(), Count("written")), Is.EqualTo((1, "ConflictingRowsException", 0L)));
        Assert.That(File.GetProperty("error").GetString(), Does.Contain("region=SE").And.Contain("\"duplicates\": \"last\""));
    }

    [Test]
    public async Task The_last_of_several_rows_is_stored_if_the_mapping_says_so()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, i::DOUBLE AS value, 'SE' AS r FROM range(3) t(i)");

        await LoadAsync(path, "\"duplicates\": \"last\"");

        Assert.That((Count("written"), Count("duplicate"), File.GetProperty("conflicting_duplicates").GetInt64()), Is.EqualTo((1L, 2L, 2L)));
        Assert.That(Sum(), Is.EqualTo(2));
    }

    [Test]
    public async Task Equal_rows_do_not_conflict()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1.0 AS value, 'SE' AS r FROM range(3) t(i)");

        int exit = await LoadAsync(path, "");

        Assert.That((exit, Count("duplicate"), File.GetProperty("conflicting_duplicates").GetInt64()), Is.EqualTo((0, 2L, 0L)));
    }

    [Test]
    public async Task The_report_names_the_mapping_and_its_hash()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1.0 AS value, 'SE' AS r");

        await LoadAsync(path, "");

        Assert.That(
            (File.GetProperty("mapping").GetString(), File.GetProperty("mapping_sha256").GetString()!.Length), Is.EqualTo(("m", 64)));
    }

    [Test]
    public async Task Kept_cells_of_a_wide_file_say_their_row_and_column_and_load_without_the_mapping()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, 1.0 AS a, CASE WHEN i = 2 THEN 'oops' ELSE '2' END AS b, 'SE' AS r FROM range(30) t(i)");
        string mapping = WriteMapping("\"unpivot\": {\"columns\": {\"a\": {\"k\": \"x\"}, \"b\": {\"k\": \"y\"}}}, \"qualityFlag\": {\"match\": \"k\"}");
        await _cli.RunAsync("load", path, "--mapping", mapping, "--rejected", _cli.PathOf("kept"), "--json");
        string kept = Directory.EnumerateFiles(_cli.PathOf("kept"), "*.parquet", SearchOption.AllDirectories).Single();

        object?[] row = _folder.Query($"SELECT _row, _column, _reason, _detail, region, quality_flag FROM '{kept}'").Single();
        await _cli.RunAsync("replay", _cli.PathOf("kept"), "--json");

        Assert.That(row, Is.EqualTo(new object?[] { 2, "b", "UnreadableValue", "'oops' is not a number.", "SE", "y" }));
        Assert.That(File.GetProperty("invalid_by_reason").GetProperty("MissingValue").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_mappings_of_one_file_keep_their_rows_apart()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, CASE WHEN i = 2 THEN NULL ELSE 1.0 END AS a, CASE WHEN i = 3 THEN NULL ELSE 1.0 END AS b, 'SE' AS r FROM range(30) t(i)");

        await LoadAsync(path, "\"value\": {\"column\": \"a\"}", "--rejected", _cli.PathOf("kept"));
        await LoadAsync(path, "\"value\": {\"column\": \"b\"}, \"qualityFlag\": {\"constant\": \"b\"}", "--rejected", _cli.PathOf("kept"));

        Assert.That(
            _folder.Query($"SELECT _row FROM '{_cli.PathOf("kept")}/**/*.parquet' ORDER BY _row").Select(row => row[0]), Is.EqualTo(new object[] { 2, 3 }));
    }

    [Test]
    public async Task A_range_of_time_filters_rows_without_a_mapping()
    {
        string samples = await _cli.SampleAsync();

        var first = (DateTime)_folder.Query($"SELECT min(timestamp)::TIMESTAMP FROM '{samples}/**/*.parquet'")[0][0]!;
        string from = $"{first.AddHours(6):yyyy-MM-ddTHH:mm:ssZ}";
        string to = $"{first.AddHours(12):yyyy-MM-ddTHH:mm:ss}-00:00";

        await _cli.RunAsync("load", samples, "--from", from, "--to", to, "--json");

        Assert.That((Count("written"), Count("filtered"), Count("read")), Is.EqualTo((180L, 540L, 720L)));
    }

    [Test]
    public async Task A_file_outside_of_the_range_succeeds()
    {
        string samples = await _cli.SampleAsync();

        int exit = await _cli.RunAsync("load", samples, "--from", "2030-01-01", "--json");

        Assert.That((exit, Count("filtered")), Is.EqualTo((0, 720L)));
    }

    [Test]
    public async Task One_column_can_be_renamed_on_the_command_line()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS din_instante, 1.5 AS value, 'SE' AS region, 'power' AS measurement_type, 'total' AS consumer_type");

        int exit = await _cli.RunAsync("load", path, "--dataset", "consumption", "--column", "timestamp=din_instante", "--constant", "unit=MW", "--json");

        Assert.That((exit, Count("written")), Is.EqualTo((0, 1L)));
    }

    [TestCase("--column", "timestamp", "it must be FIELD=COLUMN")]
    [TestCase("--column", "time=x", "it must be one of timestamp, value, region")]
    [TestCase("--constant", "value=1", "it must be one of region, unit")]
    [TestCase("--from", "yesterday", "it must be a time")]
    [TestCase("--mapping", "", "--mapping is empty")]
    [TestCase("--mapping", "missing.json", "missing.json")]
    [TestCase("--version", "soon", "or now")]
    public async Task Wrong_options_are_refused(string option, string value, string message)
    {
        int exit = await _cli.RunAsync("load", _cli.PathOf("x"), "--dataset", "consumption", option, value);

        Assert.That((exit, _cli.Error + _cli.Output), Is.EqualTo((2, _cli.Error + _cli.Output)));
        Assert.That(_cli.Error + _cli.Output, Does.Contain(message));
    }

    [Test]
    public async Task A_changed_mapping_conflicts_until_the_version_is_newer()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1000.0 AS value, 'SE' AS r");
        await LoadAsync(path, "");

        await LoadAsync(path, "\"value\": {\"divideBy\": 1000}");
        long rejected = Count("rejected");
        await LoadAsync(path, "\"value\": {\"divideBy\": 1000}", "--version", "now");

        Assert.That((rejected, Count("written"), Sum()), Is.EqualTo((1L, 1L, 1.0)));
    }

    [Test]
    public async Task Another_mapping_does_not_resume()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS t, 1.0 AS value, 'SE' AS r");
        await LoadAsync(path, "");

        await LoadAsync(path, "\"allowEmpty\": true", "--resume");
        long again = Count("read");
        await LoadAsync(path, "\"allowEmpty\": true", "--resume");

        Assert.That((again, Count("skipped_done")), Is.EqualTo((1L, 1L)));
    }

    [TestCase("2017", 35_040L, 35_036L, 549_072_918.7620312)]
    [TestCase("2022", 35_040L, 35_040L, 602_666_149.3459991)]
    public async Task Ons_load_is_stored_and_changes_nothing_the_second_time(string year, long read, long written, double sum)
    {
        string path = RawFolder.PathOrIgnore($"ons/CURVA_CARGA_{year}.parquet");
        string mapping = Path.Combine(Repository.Root, "samples", "mappings", "ons.json");
        await _cli.RunAsync("load", path, "--mapping", mapping, "--json");
        (long, long) first = (Count("read"), Count("written"));

        await _cli.RunAsync("load", path, "--mapping", mapping, "--json");

        Assert.That(first, Is.EqualTo((read, written)));
        Assert.That(_cli.Json.GetProperty("tables")[0].GetProperty("inserted").GetInt64() + _cli.Json.GetProperty("tables")[0].GetProperty("updated").GetInt64(), Is.Zero);
        Assert.That(Sum(), Is.EqualTo(sum).Within(1e-4));
    }

    private JsonElement File => _cli.Json.GetProperty("files")[0];

    private long Count(string name) => _cli.Json.GetProperty(name).GetInt64();

    private Task<int> LoadAsync(string path, string members, params string[] options) =>
        _cli.RunAsync(["load", path, "--mapping", WriteMapping(members), "--json", .. options]);

    private string WriteMapping(string members)
    {
        string mapping = _cli.PathOf("mapping.json");
        System.IO.File.WriteAllText(mapping, $"{{\"name\": \"m\", \"dataset\": \"consumption\", {Fields}{(members.Length == 0 ? "" : ", " + members)}}}");
        return mapping;
    }

    private double Sum()
    {
        using var connection = new DuckDBConnection($"DataSource={_cli.PathOf("energy.duckdb")};ACCESS_MODE=READ_ONLY");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT fsum(value ORDER BY value) FROM consumption";
        return (double)command.ExecuteScalar()!;
    }
}
