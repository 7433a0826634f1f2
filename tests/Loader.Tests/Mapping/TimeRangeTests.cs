using System.Text.Json;
using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.Infrastructure.Parquet;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Microsoft.Extensions.DependencyInjection;
using ParquetSharp;

namespace Loader.Tests.Mapping;

/// <summary>Loads of a range of time, which read only what statistics do not show to be outside of it.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TimeRangeTests : IDisposable
{
    private const string Long = """
        "dataset": "consumption", "region": {"column": "r"}, "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}, "consumerType": {"constant": "total"}
        """;

    /// <summary>The last ones are wide files with a second unit, whose earlier cells decide on it.</summary>
    private static readonly int[] Seeds = [.. Enumerable.Range(1, 30), 298, 312, 393];

    private readonly CliRun _cli = new();
    private readonly Folder _folder = new();
    private ObservedSource? _source;

    public void Dispose()
    {
        _folder.Dispose();
        _cli.Dispose();
    }

    [Test]
    public async Task Statistics_change_nothing_but_what_is_read([ValueSource(nameof(Seeds))] int seed)
    {
        var scenario = Scenario.Create(new Random(seed));
        string with = scenario.Write(_folder.File("with/a.parquet"), hasStatistics: true);
        string without = scenario.Write(_folder.File("without/a.parquet"), hasStatistics: false);

        string read = await LoadAsync(with, scenario, "with");
        string expected = await LoadAsync(without, scenario, "without");

        Assert.That(read, Is.EqualTo(expected), $"seed {seed}: {scenario}");
    }

    [Test]
    public async Task Row_groups_outside_of_the_range_are_not_read()
    {
        string path = Hourly();
        await ObserveAsync(path);
        long all = _source!.BytesRead;

        await ObserveAsync(path, "--from", "2022-03-01", "--to", "2022-09-01");

        Assert.That(_source!.Read, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(_source.BytesRead, Is.LessThan(all * 0.6));
        Assert.That((Count("read"), Count("written"), Count("filtered")), Is.EqualTo((40_960L, 4_416L, 36_544L)));
    }

    [Test]
    public async Task The_first_time_after_the_range_is_outside_and_the_last_one_in_it_is_not()
    {
        string path = Hourly();
        DateTime third = new DateTime(2020, 1, 1).AddHours(2 * 7_200);

        await ObserveAsync(path, "--from", $"{third:yyyy-MM-ddTHH:mm:ssZ}", "--to", $"{third.AddHours(7_200):yyyy-MM-ddTHH:mm:ssZ}");

        Assert.That(_source!.Read, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task A_file_that_is_outside_as_a_whole_is_not_read_and_succeeds()
    {
        int exit = await ObserveAsync(Hourly(), "--from", "2030-01-01");

        Assert.That((exit, _source!.Read.Count, Count("filtered")), Is.EqualTo((0, 0, 40_960L)));
    }

    [Test]
    public async Task A_file_outside_of_the_range_succeeds_although_a_condition_leaves_out_some_of_its_rows()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i // 2) HOUR AS timestamp, 1.0 AS value, ['SE', 'SIN'][i % 2 + 1] AS r FROM range(10) t(i)");

        int exit = await _cli.RunAsync(
            "load", path, "--mapping", Mapping($"{{\"name\": \"m\", {Long}, \"where\": [{{\"column\": \"r\", \"notIn\": [\"SIN\"]}}]}}"), "--from", "2030-01-01", "--json");

        Assert.That((exit, Count("filtered"), Reasons("filtered_by_reason")), Is.EqualTo((0, 10L, """{"OutsideTimeRange":10}""")));
    }

    [Test]
    public async Task A_load_that_is_stopped_in_the_range_is_resumed_in_it()
    {
        string path = Hourly();
        _cli.Set("ROW_GROUPS_IN_FLIGHT", "1");
        Observe(rowGroup =>
        {
            if (rowGroup == 2)
            {
                _cli.Signals.Raise();
            }
        });
        string[] load = ["load", path, "--mapping", Mapping($"{{\"name\": \"m\", {Long}}}"), "--from", "2021-10-01", "--to", "2023-10-01", "--json"];
        int stopped = await _cli.RunAsync(load);
        (long read, long written, long filtered) = (Count("read"), Count("written"), Count("filtered"));
        Observe(_ => { });

        int resumed = await _cli.RunAsync([.. load, "--resume"]);

        Assert.That((stopped, resumed), Is.EqualTo((130, 0)));
        Assert.That((read + Count("read"), written + Count("written"), filtered + Count("filtered")), Is.EqualTo((40_960L, 17_520L, 23_440L)));
        Assert.That(_source!.Read, Is.EqualTo(new[] { 3, 4 }));
    }

    /// <summary>40,960 hours from 2020 on in row groups of 7,200.</summary>
    private string Hourly()
    {
        const int Rows = 40_960;
        long first = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return new ArrowFile(
            [
                ArrowColumn.Of<long>(
                    "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Millis),
                    [.. Enumerable.Range(0, Rows).Select(i => (long?)(first + (i * 3_600_000L)))], isRequired: false),
                ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Enumerable.Range(0, Rows).Select(i => (double?)(i * 1.1))], isRequired: true),
                ArrowColumn.OfText("r", [.. Enumerable.Repeat("SE", Rows)], isRequired: true),
            ],
            Rows)
        { RowsPerGroup = 7_200, UsesDictionary = false }.Write(_folder.File("hourly.parquet"));
    }

    private async Task<int> ObserveAsync(string path, params string[] options)
    {
        Observe(_ => { });
        return await _cli.RunAsync(["load", path, "--mapping", Mapping($"{{\"name\": \"m\", {Long}}}"), "--json", .. options]);
    }

    private void Observe(Action<int> before) => _cli.Services = services => services.AddSingleton<IParquetSource>(
        provider => _source = new ObservedSource(provider.GetRequiredService<ParquetSource>()) { Before = before });

    private string Mapping(string json)
    {
        string path = _cli.PathOf("mapping.json");
        File.WriteAllText(path, json);
        return path;
    }

    private long Count(string name) => _cli.Json.GetProperty(name).GetInt64();

    private string Reasons(string name) => JsonSerializer.Serialize(_cli.Json.GetProperty("files")[0].GetProperty(name));

    /// <summary>Loads a file and returns its ledger, the rows that are stored and those that are kept, as one text.</summary>
    private async Task<string> LoadAsync(string path, Scenario scenario, string name)
    {
        string database = _cli.PathOf(name + ".duckdb");
        _cli.Set("SOURCE_TIME_ZONE", scenario.Zone).Set("MAX_INVALID_PERCENT", "100");
        string[] mapping = scenario.Mapping is { } json ? ["--mapping", Mapping(json)] : ["--dataset", "consumption"];
        Observe(_ => { });
        int exit = await _cli.RunAsync(
            ["load", path, .. mapping, "--version", "7", "--duckdb", database, "--rejected", _cli.PathOf("kept-" + name), .. scenario.Range, "--json"]);
        TestContext.Out.WriteLine($"{name}: {_source!.Read.Count} of {(scenario.Rows + scenario.RowsPerGroup - 1) / scenario.RowsPerGroup} row groups were read");
        JsonElement file = _cli.Json.GetProperty("files")[0];
        var lines = new List<string> { $"exit {exit}" };
        foreach (string member in (string[])["read", "written", "superseded", "duplicate", "invalid", "rejected", "unsettled", "filtered", "ambiguous_times"])
        {
            lines.Add($"{member} {(file.TryGetProperty(member, out JsonElement value) ? value.ToString() : "-")}");
        }

        lines.Add(Reasons("invalid_by_reason"));
        lines.Add(Reasons("filtered_by_reason"));
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        if (File.Exists(database))
        {
            Add("SELECT * FROM d.consumption ORDER BY ALL", $"ATTACH '{database}' AS d (READ_ONLY)");
        }

        if (Directory.Exists(_cli.PathOf("kept-" + name)))
        {
            Add($"SELECT * EXCLUDE (_source) FROM '{_cli.PathOf("kept-" + name)}/**/*.parquet' ORDER BY ALL");
        }

        return string.Join('\n', lines);

        void Add(string query, string? before = null)
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = before ?? "SELECT 1";
            command.ExecuteNonQuery();
            command.CommandText = query;
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : $"{reader.GetValue(i)}")));
            }
        }
    }

    /// <summary>A random file with faults, in random row groups, and a random range.</summary>
    private sealed record Scenario(string Zone, string? Mapping, string[] Range, IReadOnlyList<ArrowColumn> Columns, int Rows, int RowsPerGroup)
    {
        public static Scenario Create(Random random)
        {
            string zone = random.GetItems(["UTC", "UTC", "America/Sao_Paulo", "Europe/Berlin", "Asia/Tokyo"], 1)[0];
            bool isMapped = random.Next(2) == 0;
            bool isEnd = isMapped && random.Next(2) == 0;
            bool isUtc = random.Next(3) == 0;
            int hours = random.Next(50, 2_500);
            int rows = hours * 2;
            DateTime start = new DateTime(2018, 1, 1).AddHours(random.Next(8_000));
            (TimeUnit unit, long perHour) = random.Next(3) switch
            {
                0 => (TimeUnit.Millis, 3_600_000L),
                1 => (TimeUnit.Micros, 3_600_000_000L),
                _ => (TimeUnit.Nanos, 3_600_000_000_000L),
            };
            long first = (start.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerHour;
            int[] order = [.. Enumerable.Range(0, rows)];
            if (random.Next(4) == 0)
            {
                random.Shuffle(order);
            }

            int nulls = random.Next(3) == 0 ? random.Next(1, 5) : 0;
            var missing = Enumerable.Range(0, nulls).Select(_ => random.Next(rows)).ToHashSet();
            bool hasSecondUnit = random.Next(3) == 0;
            bool isText = isMapped && random.Next(2) == 0;
            bool isWide = isMapped && random.Next(3) == 0;
            string[] regions = ["SE", "SIN", "S", "N"];
            ArrowColumn[] columns =
            [
                ArrowColumn.Of<long>(
                    "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isUtc, unit),
                    [.. order.Select((at, row) => missing.Contains(row) ? (long?)null : (first + (at / 2)) * perHour)], isRequired: nulls == 0 && random.Next(2) == 0),
                isText
                    ? ArrowColumn.OfText("value", [.. order.Select(at => at % 97 == 5 ? "x" : $"{at}.5")], isRequired: true)
                    : ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. order.Select(at => at % 97 == 5 ? (double?)null : at)], isRequired: false),
                ArrowColumn.Of<double>("other", PhysicalType.Double, LogicalType.None(), [.. order.Select(at => at % 5 == 2 ? (double?)null : -at)], isRequired: false),
                ArrowColumn.OfText("region", [.. order.Select(at => at % 89 == 3 ? null : regions[(at % 2) + (at % 7 == 0 ? 2 : 0)])], isRequired: false),
                ArrowColumn.OfText("unit", [.. order.Select(at => hasSecondUnit && at < rows / 3 ? "kW" : "MW")], isRequired: true),
                ArrowColumn.OfText("measurement_type", [.. order.Select(_ => "power")], isRequired: true),
                ArrowColumn.OfText("consumer_type", [.. order.Select(at => isMapped && at % 101 == 7 ? "new" : "total")], isRequired: true),
            ];
            int fromHour = random.Next(-100, hours);
            string from = $"{start.AddHours(fromHour):yyyy-MM-ddTHH:mm:ssZ}";
            string to = $"{start.AddHours(random.Next(fromHour + 1, hours + 100)).AddMinutes(random.Next(2) * 30):yyyy-MM-ddTHH:mm:ssZ}";
            string[] range = random.Next(3) switch { 0 => ["--from", from], 1 => ["--to", to], _ => ["--from", from, "--to", to] };
            string label = isEnd ? ", \"label\": \"end\", \"step\": \"PT1H\"" : "";
            string where = random.Next(2) == 0 ? ", \"where\": [{\"column\": \"region\", \"notIn\": [\"SIN\"]}]" : "";
            string unpivot = isWide ? ", \"unpivot\": {\"columns\": {\"value\": {\"f\": \"a\"}, \"other\": {\"f\": \"b\"}}}, \"qualityFlag\": {\"match\": \"f\"}" : "";
            string json = $$"""
                {"name": "m", "dataset": "consumption", "duplicates": "last", "allowEmpty": true, "timestamp": {"column": "timestamp"{{label}}},
                 "consumerType": {"column": "consumer_type", "map": {"total": "total"} }{{where}}{{unpivot}} }
                """;
            return new Scenario(zone, isMapped ? json : null, range, columns, rows, random.Next(20, 800));
        }

        public string Write(string path, bool hasStatistics) =>
            new ArrowFile(Columns, Rows) { RowsPerGroup = RowsPerGroup, HasStatistics = hasStatistics }.Write(path);

        public override string ToString() => $"{Zone} {string.Join(' ', Range)} {Rows}/{RowsPerGroup} {Mapping}";
    }
}
