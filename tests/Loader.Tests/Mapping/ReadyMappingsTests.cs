using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Mapping;

/// <summary>The mappings in <c>samples/mappings</c>, each on real input or on input as its publisher lays it out.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadyMappingsTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase("2017", 35_036, 549_072_918.7620312)]
    [TestCase("2022", 35_040, 602_666_149.3459991)]
    public async Task Ons_load_is_read_to_its_last_row(string year, int count, double sum)
    {
        List<Cell> rows = await ReadAsync("ons.json", RawFolder.PathOrIgnore($"ons/CURVA_CARGA_{year}.parquet"));

        List<Cell> stored = [.. rows.Where(row => row.Verdict == RejectionReason.None)];
        Assert.That(
            (rows.Count, stored.Count, rows.Count(row => row.Verdict == RejectionReason.NonexistentLocalTime), stored.Sum(row => row.Value)),
            Is.EqualTo((35_040, count, 35_040 - count, sum)));
    }

    [Test]
    public async Task Ons_load_agrees_with_DuckDB_row_by_row()
    {
        string path = RawFolder.PathOrIgnore("ons/CURVA_CARGA_2017.parquet");
        List<object?[]> expected = _folder.Query(
            $"SELECT trim(id_subsistema), CAST(val_cargaenergiahomwmed AS DOUBLE) FROM '{path}' WHERE val_cargaenergiahomwmed <> ''");

        List<Cell> rows = await ReadAsync("ons.json", path);

        Assert.That(
            rows.Where(row => row.Verdict == RejectionReason.None).Select(row => (row.Key.Region, row.Value)),
            Is.EqualTo(expected.Select(row => ((string?)row[0], (double)row[1]!))));
    }

    [Test]
    public async Task Ons_load_without_a_number_is_told_by_its_time_first()
    {
        List<Cell> rows = await ReadAsync("ons.json", RawFolder.PathOrIgnore("replica_ons_CURVA_CARGA_2018_text_values.parquet"));

        Assert.That(
            rows.GroupBy(row => row.Verdict).ToDictionary(group => group.Key, group => group.Count()),
            Is.EquivalentTo(new Dictionary<RejectionReason, int> { [RejectionReason.None] = 284, [RejectionReason.NonexistentLocalTime] = 4 }));
    }

    [Test]
    public async Task Ons_balance_has_trimmed_regions_and_no_total()
    {
        string path = RawFolder.PathOrIgnore("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet");
        List<object?[]> expected = _folder.Query(
            $"""
            SELECT trim(id_subsistema), s, v FROM (UNPIVOT '{path}' ON val_gerhidraulica, val_gertermica, val_gereolica, val_gersolar INTO NAME s VALUE v)
            WHERE trim(id_subsistema) <> 'SIN' ORDER BY ALL
            """);
        var sources = new Dictionary<string, string>
        {
            ["hydro"] = "val_gerhidraulica",
            ["thermal"] = "val_gertermica",
            ["wind"] = "val_gereolica",
            ["solar"] = "val_gersolar",
        };

        List<Cell> rows = await ReadAsync("ons.json", path);

        Assert.That(
            rows.Where(row => row.Verdict == RejectionReason.None)
                .Select(row => (row.Key.Region!, sources[row.Key.Subject!], row.Value)).Order(),
            Is.EqualTo(expected.Select(row => ((string)row[0]!, (string)row[1]!, (double)row[2]!)).Order()));
        Assert.That(rows.Count(row => row.Verdict == RejectionReason.Filtered), Is.EqualTo(rows.Count - expected.Count));
    }

    [Test]
    public async Task Ons_balance_gives_the_load_too()
    {
        string path = RawFolder.PathOrIgnore("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet");
        List<object?[]> expected = _folder.Query($"SELECT trim(id_subsistema), val_carga FROM '{path}' WHERE trim(id_subsistema) <> 'SIN'");

        List<Cell> rows = await ReadAsync("ons-balanco-load.json", path);

        Assert.That(
            rows.Where(row => row.Verdict == RejectionReason.None).Select(row => (row.Key.Region, row.Value)),
            Is.EqualTo(expected.Select(row => ((string?)row[0], (double)row[1]!))));
    }

    [Test]
    public async Task Ons_interchange_gives_lines()
    {
        string csv = RawFolder.PathOrIgnore("ons_intercambio_nacional_2026_head.csv");
        string path = _folder.Write("INTERCAMBIO_NACIONAL_2026.parquet", $"SELECT * FROM read_csv('{csv}', delim = ';', header = true, all_varchar = true)");
        List<object?[]> expected = _folder.Query(
            $"SELECT trim(id_subsistema_origem) || '-' || trim(id_subsistema_destino), CAST(val_intercambiomwmed AS DOUBLE) FROM '{path}'");

        List<Cell> rows = await ReadAsync("ons.json", path);

        Assert.That(
            rows.Where(row => row.Verdict == RejectionReason.None).Select(row => (row.Key.Subject, row.Value)),
            Is.EqualTo(expected.Select(row => ((string?)row[0], (double)row[1]!))));
    }

    [TestCase("opsd.json", "solar_generation_actual|wind_generation_actual|wind_offshore_generation_actual|wind_onshore_generation_actual")]
    [TestCase("opsd-load.json", "load_actual_entsoe_transparency")]
    public async Task Opsd_cells_become_rows_and_empty_ones_are_left_out(string mapping, string columns)
    {
        string path = RawFolder.PathOrIgnore("replica_opsd_time_series_60min_singleindex.parquet");
        string[] names = [.. columns.Split('|').Select(name => "DE_" + name)];
        List<object?[]> expected = _folder.Query(
            $"SELECT c, v FROM (UNPIVOT (SELECT {string.Join(", ", names)} FROM '{path}') ON {string.Join(", ", names)} INTO NAME c VALUE v)");
        long rowsInFile = (long)_folder.Query($"SELECT count(*) FROM '{path}'")[0][0]!;

        List<Cell> rows = await ReadAsync(mapping, path);

        List<Cell> stored = [.. rows.Where(row => row.Verdict == RejectionReason.None)];
        Assert.That(
            stored.Select(row => (row.Column!, row.Value)).Order(), Is.EqualTo(expected.Select(row => ((string)row[0]!, (double)row[1]!)).Order()));
        Assert.That(rows.Count - stored.Count, Is.EqualTo(rows.Count(row => row.Verdict == RejectionReason.EmptyCell)));
        Assert.That(rows, Has.Count.EqualTo(rowsInFile * names.Length));
    }

    [Test]
    public async Task Entsoe_generation_per_type_gives_generation_and_consumption()
    {
        string path = RawFolder.PathOrIgnore("replica_entsoe_AggregatedGenerationPerType.parquet");
        long cells = (long)_folder.Query(
            $"""SELECT count("ActualGenerationOutput[MW]") + count("ActualConsumption[MW]") FROM '{path}' WHERE AreaTypeCode LIKE 'BZN%'""")[0][0]!;

        List<Cell> rows = await ReadAsync("entsoe.json", path);

        Assert.That(rows.Count(row => row.Verdict == RejectionReason.None), Is.EqualTo(cells));
        Assert.That(rows.Where(row => !row.Verdict.IsFiltered()).Select(row => row.Verdict).Distinct(), Is.EqualTo(new[] { RejectionReason.None }));
    }

    [TestCase("entsoe_ActualTotalLoad_6.1.A_r3.tsv", "2025-11-01T00:00:00Z AL total power - 470 MW")]
    [TestCase("entsoe_PhysicalFlows_12.1.G_r3.tsv", "2025-10-01T00:00:00Z AL AL-GR power - 61 MW")]
    public async Task Entsoe_files_of_text_are_read(string name, string first)
    {
        string tsv = RawFolder.PathOrIgnore(name);
        string path = _folder.Write(
            Path.ChangeExtension(name, "parquet"), $"SELECT * FROM read_csv('{tsv}', delim = '\t', header = true, all_varchar = true)");

        List<Cell> rows = await ReadAsync("entsoe.json", path);

        Assert.That(rows.First(row => row.Verdict == RejectionReason.None).ToString(), Is.EqualTo(first));
    }

    [Test]
    public async Task A_saved_frame_of_entsoe_py_load_has_its_area_from_the_name()
    {
        string path = _folder.Write(
            "load_DE_LU_2024.parquet",
            """SELECT 51000.0 AS "Actual Load", TIMESTAMPTZ '2023-12-31 23:00:00+00' AS "__index_level_0__" """);

        List<Cell> rows = await ReadAsync("entsoe.json", path);

        Assert.That(rows.Single().ToString(), Is.EqualTo("2023-12-31T23:00:00Z DE_LU total power - 51000 MW"));
    }

    [Test]
    public async Task A_saved_frame_of_entsoe_py_generation_is_unpivoted()
    {
        string path = _folder.Write(
            "generation_FR_2024.parquet",
            """SELECT 10.0 AS "('Solar', 'Actual Aggregated')", 2.0 AS "('Hydro Pumped Storage', 'Actual Consumption')", TIMESTAMPTZ '2024-01-01 00:00:00+00' AS "__index_level_0__" """);

        List<Cell> rows = await ReadAsync("entsoe.json", path);

        Assert.That(
            rows.Select(row => row.ToString()),
            Is.EqualTo(new[] { "2024-01-01T00:00:00Z FR Solar generation - 10 MW", "2024-01-01T00:00:00Z FR Hydro Pumped Storage consumption - 2 MW" }));
    }

    [TestCase(
        "core_eia930__hourly_net_generation_by_energy_source.parquet",
        "TIMESTAMP '2024-01-01 06:00:00' AS datetime_utc, 'CISO' AS balancing_authority_code_eia, 'solar' AS generation_energy_source, -12.0 AS net_generation_reported_mwh, NULL::DOUBLE AS net_generation_adjusted_mwh",
        "2024-01-01T05:00:00Z CISO solar energy - -12 MWh")]
    [TestCase(
        "core_eia930__hourly_operations.parquet",
        "TIMESTAMP '2024-01-01 06:00:00' AS datetime_utc, 'CISO' AS balancing_authority_code_eia, 24000.0 AS demand_reported_mwh, NULL::DOUBLE AS demand_imputed_eia_mwh",
        "2024-01-01T05:00:00Z CISO total reported - 24000 MWh")]
    public async Task Eia_930_of_Pudl_is_labelled_at_the_end_of_the_hour(string name, string columns, string expected)
    {
        string path = _folder.Write(name, $"SELECT {columns}");

        List<Cell> rows = await ReadAsync("eia930.json", path);

        Assert.That(rows.Where(row => row.Verdict == RejectionReason.None).Select(row => row.ToString()), Is.EqualTo(new[] { expected }));
    }

    [TestCase("aemo.json", "PRICE_AND_DEMAND_202109_NSW1", "'NSW1' AS REGION, '2021/09/30 12:00:00' AS SETTLEMENTDATE, '7000.5' AS TOTALDEMAND, 'TRADE' AS PERIODTYPE",
        "2021-09-30T01:30:00Z NSW1 total power - 7000.5 MW", TestName = "AEMO before five-minute settlement")]
    [TestCase("aemo.json", "PRICE_AND_DEMAND_202110_NSW1", "'NSW1' AS REGION, '2021/10/01 00:05:00' AS SETTLEMENTDATE, '7000.5' AS TOTALDEMAND, 'TRADE' AS PERIODTYPE",
        "2021-09-30T14:00:00Z NSW1 total power - 7000.5 MW", TestName = "AEMO from five-minute settlement on")]
    [TestCase("neso.json", "demanddata_2024", "'01-JUL-2024' AS SETTLEMENT_DATE, 2 AS SETTLEMENT_PERIOD, 20000 AS ND, 21000 AS TSD",
        "2024-06-30T23:30:00Z GB total national_demand - 20000 MW", TestName = "NESO's file of a year, whose months are words")]
    [TestCase("green-button.json", "pge_interval", "'Electric usage' AS TYPE, '2024-07-01' AS DATE, '00:30' AS \"START TIME\", '0.25' AS \"USAGE (kWh)\", '* This data was estimated' AS NOTES",
        "2024-07-01T04:30:00Z PECO metered energy estimated 0.25 kWh", TestName = "An estimated value of Green Button")]
    [TestCase("smard.json", "Realisierte_Erzeugung_202410270000_202410280000_Viertelstunde", "'27.10.2024 12:00' AS \"Datum von\", '1.234,5' AS \"Wind Onshore [MWh] Originalauflösungen\", '-' AS \"Kernenergie [MWh] Originalauflösungen\"",
        "2024-10-27T11:00:00Z DE wind_onshore power - 4938 MW", TestName = "SMARD's energy of a quarter of an hour")]
    [TestCase("uci.json", "household_power_consumption", "'1/2/2007' AS Date, '00:01:00' AS Time, '?' AS Global_active_power, '?' AS Sub_metering_1, '2.000' AS Sub_metering_2, '?' AS Sub_metering_3",
        "2007-01-31T23:01:00Z Sceaux laundry energy - 2 Wh", TestName = "A minute of UCI with missing values")]
    [TestCase("opsd.json", "opsd_germany_daily", "'2017-07-01' AS Date, '1000.5' AS Consumption, '100.25' AS Wind, NULL::VARCHAR AS Solar, NULL::VARCHAR AS \"Wind+Solar\"",
        "2017-06-30T22:00:00Z DE wind energy - 100.25 GWh", TestName = "A day of Germany's generation")]
    public async Task A_row_as_its_publisher_lays_it_out(string mapping, string name, string columns, string first)
    {
        string path = _folder.Write(name + ".parquet", $"SELECT {columns}");

        List<Cell> rows = await ReadAsync(mapping, path);

        Assert.That(rows.First(row => row.Verdict == RejectionReason.None).ToString(), Is.EqualTo(first));
        Assert.That(rows.Where(row => row.Verdict is not (RejectionReason.None or RejectionReason.EmptyCell)), Is.Empty);
    }

    private static async Task<List<Cell>> ReadAsync(string mapping, string path)
    {
        string file = Path.Combine(Repository.Root, "samples", "mappings", mapping);
        return await Mapped.ReadAsync(path, SourceMappings.Parse(await File.ReadAllBytesAsync(file), file));
    }
}
