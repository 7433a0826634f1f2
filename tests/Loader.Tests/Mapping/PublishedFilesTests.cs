using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Loader.Tests.Support;
using static Loader.Tests.Mapping.PublishedFile;

namespace Loader.Tests.Mapping;

/// <summary>
/// Files of publishers, made Parquet by the lines of docs/mapping.md where they are text, loaded with the ready mappings into DuckDB, and
/// compared row by row with what plain C# reads from the same text.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PublishedFilesTests : IDisposable
{
    private const string SaoPaulo = "America/Sao_Paulo";
    private const string Berlin = "Europe/Berlin";

    private static readonly Regex LineOfDocumentation = new(
        @"\| `duckdb -c ""(?<sql>COPY \(FROM read_csv\('(?<file>[^']+)'.*\)\) TO '(?<name>[^']+)\.parquet')""` \|", RegexOptions.NonBacktracking);

    private readonly CliRun _cli = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _cli.Dispose();
    }

    [Test]
    public async Task Aemo() => await CheckAsync(
        "aemo_PRICE_AND_DEMAND_202501_SA1_head.csv", "PRICE_AND_DEMAND_202501_SA1", "aemo.json", "consumption", "",
        file => Read(file, ',').Rows.Select(row => Row(
            Time(row("SETTLEMENTDATE"), "yyyy/MM/dd HH:mm:ss").AddHours(-10).AddMinutes(-5), row("REGION"), "total", "power", row("TOTALDEMAND"), "MW")));

    [Test]
    public async Task Elexon() => await CheckAsync(
        "elexon_fuelinst_agpt.csv", "AGPT", "elexon.json", "generation", "",
        file => Read(file, ',').Rows.Select(row => Row(
            Time(row("StartTime"), "yyyy-MM-ddTHH:mm:ssZ").ToUniversalTime(), "GB", row("PsrType").ToLowerInvariant(), "power", row("Quantity"), "MW")));

    [Test]
    public async Task Green_Button() => await CheckAsync(
        "greenbutton_peco_interval.csv", "interval", "green-button.json", "consumption", "",
        file => Read(file, ',').Rows.Select(row => Row(
            Time(row("DATE") + row("START TIME"), "yyyy-MM-ddHH:mm").AddHours(5), "PECO", "metered", "energy", row("USAGE (kWh)"), "kWh")));

    [Test]
    public async Task Neso() => await CheckAsync(
        "neso_demanddata_head.csv", "demanddataupdate", "neso.json", "consumption", "Filtered 2",
        file => Read(file, ',').Rows.Where(row => row("FORECAST_ACTUAL_INDICATOR") == "A").SelectMany(row =>
        {
            DateTime utc = Time(row("SETTLEMENT_DATE"), "yyyy-MM-dd").AddHours(-1).AddMinutes(30 * (Number(row("SETTLEMENT_PERIOD")) - 1));
            return new[]
            {
                Row(utc, "GB", "total", "national_demand", row("ND"), "MW"),
                Row(utc, "GB", "total", "transmission_system_demand", row("TSD"), "MW"),
            };
        }));

    [Test]
    public async Task Smard() => await CheckAsync(
        "smard_installed_pv.csv", "Installierte_Erzeugungsleistung_202201010000_202401010000_Jahr", "smard.json", "generation", "",
        file => Read(file, ';').Rows.Select(row => Row(
            Utc(Time(row("Datum von"), "dd.MM.yyyy"), Berlin), "DE", "solar", "capacity",
            row("Photovoltaik [MW] Originalauflösungen").Replace(".", "", StringComparison.Ordinal).Replace(',', '.'), "MW")));

    [Test]
    public async Task Uci() => await CheckAsync(
        "uci_household_power_head.txt", "household_power_consumption", "uci.json", "consumption", "",
        file => Read(file, ';').Rows.SelectMany(row =>
        {
            DateTime? utc = Utc(Time(row("Date") + row("Time"), "dd/MM/yyyyHH:mm:ss"), "Europe/Paris");
            return new[]
            {
                Row(utc, "Sceaux", "total", "power", row("Global_active_power"), "kW"),
                Row(utc, "Sceaux", "kitchen", "energy", row("Sub_metering_1"), "Wh"),
                Row(utc, "Sceaux", "laundry", "energy", row("Sub_metering_2"), "Wh"),
                Row(utc, "Sceaux", "water_heater_and_air_conditioner", "energy", row("Sub_metering_3"), "Wh"),
            };
        }));

    [TestCase("opsd_time_series_60min_germany_2015-01-01.csv")]
    [TestCase("replica_opsd_time_series_60min_singleindex.parquet")]
    public async Task Opsd_generation(string source) => await CheckAsync(
        source, "time_series_60min_singleindex", "opsd.json", "generation", "EmptyCell 7", _ => Opsd(
            ("DE_solar_generation_actual", "solar"), ("DE_wind_generation_actual", "wind"),
            ("DE_wind_offshore_generation_actual", "wind_offshore"), ("DE_wind_onshore_generation_actual", "wind_onshore")));

    [TestCase("opsd_time_series_60min_germany_2015-01-01.csv")]
    [TestCase("replica_opsd_time_series_60min_singleindex.parquet")]
    public async Task Opsd_load(string source) => await CheckAsync(
        source, "time_series_60min_singleindex", "opsd-load.json", "consumption", "",
        _ => Opsd(("DE_load_actual_entsoe_transparency", "total")));

    [Test]
    public async Task Opsd_daily_generation() => await CheckAsync(
        "opsd_germany_daily_head800.csv", "opsd_germany_daily", "opsd.json", "generation", "EmptyCell 1598",
        file => Read(file, ',').Rows.SelectMany(row => new[] { "Wind", "Solar" }.Select(source => Row(
            Utc(Time(row("Date"), "yyyy-MM-dd"), Berlin), "DE", source.ToLowerInvariant(), "energy", row(source), "GWh"))),
        isAllFiltered: true);

    [Test]
    public async Task Opsd_daily_load() => await CheckAsync(
        "opsd_germany_daily_head800.csv", "opsd_germany_daily", "opsd-load.json", "consumption", "",
        file => Read(file, ',').Rows.Select(row => Row(
            Utc(Time(row("Date"), "yyyy-MM-dd"), Berlin), "DE", "total", "energy", row("Consumption"), "GWh")));

    [TestCase("ons_balanco_energia_subsistema_2018_dst_gap.csv", "Filtered 8, NonexistentLocalTime 16")]
    [TestCase("ons_balanco_energia_subsistema_2026_head.csv", "Filtered 8")]
    [TestCase("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet", "Filtered 8")]
    public async Task Ons_balance_generation(string source, string reasons) => await CheckAsync(
        source, "BALANCO_ENERGIA_SUBSISTEMA_2018", "ons.json", "generation", reasons, _ => Balance(source,
            ("val_gerhidraulica", "hydro"), ("val_gertermica", "thermal"), ("val_gereolica", "wind"), ("val_gersolar", "solar")));

    [TestCase("ons_balanco_energia_subsistema_2018_dst_gap.csv", "Filtered 2, NonexistentLocalTime 4")]
    [TestCase("ons_balanco_energia_subsistema_2026_head.csv", "Filtered 2")]
    [TestCase("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet", "Filtered 2")]
    public async Task Ons_balance_load(string source, string reasons) => await CheckAsync(
        source, "BALANCO_ENERGIA_SUBSISTEMA_2018", "ons-balanco-load.json", "consumption", reasons, _ => Balance(source, ("val_carga", "total")));

    [Test]
    public async Task Ons_load_of_2014() => await CheckAsync(
        "ons_curva_carga_2014_empty_value.csv", "CURVA_CARGA_2014", "ons.json", "consumption", "NonexistentLocalTime 1",
        file => Read(file, ';').Rows.Select(row => Row(
            Utc(Time(row("din_instante")), SaoPaulo), row("id_subsistema"), "total", "power", row("val_cargaenergiahomwmed"), "MW")));

    [TestCase("ons/CURVA_CARGA_2017.parquet", "NonexistentLocalTime 4")]
    [TestCase("ons/CURVA_CARGA_2022.parquet", "")]
    [TestCase("replica_ons_CURVA_CARGA_2018_text_values.parquet", "NonexistentLocalTime 4")]
    public async Task Ons_load(string source, string reasons) => await CheckAsync(
        source, "CURVA_CARGA_2014", "ons.json", "consumption", reasons,
        file => _folder.Query($"SELECT din_instante::VARCHAR, trim(id_subsistema), val_cargaenergiahomwmed::VARCHAR FROM '{file}'").Select(row => Row(
            Utc(Time((string)row[0]!), SaoPaulo), (string)row[1]!, "total", "power", (string?)row[2] ?? "", "MW")));

    [Test]
    public async Task Ons_interchange() => await CheckAsync(
        "ons_intercambio_nacional_2026_head.csv", "INTERCAMBIO_NACIONAL_2026", "ons.json", "transmission", "",
        file => Read(file, ';').Rows.Select(row => Row(
            Utc(Time(row("din_instante")), SaoPaulo), row("id_subsistema_origem"), $"{row("id_subsistema_origem")}-{row("id_subsistema_destino")}",
            "power", row("val_intercambiomwmed"), "MW")));

    [TestCase("entsoe_AggregatedGenerationPerType_16.1.B_C_r3.tsv")]
    [TestCase("replica_entsoe_AggregatedGenerationPerType.parquet")]
    public async Task Entsoe_generation(string source) => await CheckAsync(
        source, "AggregatedGenerationPerType_16.1.B_C_r3", "entsoe.json", "generation", "",
        _ => Read(RawFolder.PathOrIgnore("entsoe_AggregatedGenerationPerType_16.1.B_C_r3.tsv"), '\t').Rows.SelectMany(row => new[]
        {
            Row(Time(row("DateTime(UTC)")), row("AreaMapCode"), "biomass", "generation", row("ActualGenerationOutput[MW]"), "MW"),
            Row(Time(row("DateTime(UTC)")), row("AreaMapCode"), "biomass", "consumption", row("ActualConsumption[MW]"), "MW"),
        }));

    [Test]
    public async Task Entsoe_load() => await CheckAsync(
        "entsoe_ActualTotalLoad_6.1.A_r3.tsv", "ActualTotalLoad_6.1.A_r3", "entsoe.json", "consumption", "",
        file => Read(file, '\t').Rows.Select(row => Row(
            Time(row("DateTime(UTC)")), row("AreaMapCode"), "total", "power", row("TotalLoad[MW]"), "MW")));

    [Test]
    public async Task Entsoe_flows() => await CheckAsync(
        "entsoe_PhysicalFlows_12.1.G_r3.tsv", "PhysicalFlows_12.1.G_r3", "entsoe.json", "transmission", "",
        file => Read(file, '\t').Rows.Select(row => Row(
            Time(row("DateTime(UTC)")), row("OutAreaMapCode"), $"{row("OutAreaMapCode")}-{row("InAreaMapCode")}", "power", row("Flow[MW]"), "MW")));

    [Test]
    public void Every_documented_line_has_a_test()
    {
        string tests = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Loader.Tests", "Mapping", "PublishedFilesTests.cs"));

        Assert.That(DocumentedLines().Keys.Where(name => !tests.Contains($"\"{name}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_ready_mapping_is_in_the_documentation()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "mapping.md"));
        IEnumerable<string> names = Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "mappings")).Select(path => Path.GetFileName(path));

        Assert.That(names.Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string?> Opsd(params (string Column, string Subject)[] columns) =>
        Read(RawFolder.PathOrIgnore("opsd_time_series_60min_germany_2015-01-01.csv"), ',').Rows.SelectMany(row => columns.Select(column => Row(
            Time(row("utc_timestamp"), "yyyy-MM-ddTHH:mm:ssZ").ToUniversalTime(), "DE", column.Subject, "power", row(column.Column), "MW")));

    private static IEnumerable<string?> Balance(string source, params (string Column, string Subject)[] columns)
    {
        string csv = source.EndsWith(".csv", StringComparison.Ordinal) ? source : "ons_balanco_energia_subsistema_2026_head.csv";
        return Read(RawFolder.PathOrIgnore(csv), ';').Rows.Where(row => row("id_subsistema") != "SIN").SelectMany(row => columns.Select(column => Row(
            Utc(Time(row("din_instante")), SaoPaulo), row("id_subsistema").Trim(), column.Subject, "power", row(column.Column), "MW")));
    }

    /// <summary>Loads a file and compares what is stored, and why other rows are not.</summary>
    /// <param name="source">The file in the folder of raw files.</param>
    /// <param name="name">The name that the documentation gives such a file, without its extension.</param>
    /// <param name="mapping">The mapping.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="reasons">The reasons why rows are not stored, and how many.</param>
    /// <param name="expected">Reads the expected rows from the file; <see langword="null"/> for one that is not stored.</param>
    /// <param name="isAllFiltered">Whether every row is filtered, which fails a load.</param>
    private async Task CheckAsync(
        string source, string name, string mapping, string dataset, string reasons, Func<string, IEnumerable<string?>> expected, bool isAllFiltered = false)
    {
        string raw = RawFolder.PathOrIgnore(source);
        string path = raw;
        if (!source.EndsWith(".parquet", StringComparison.Ordinal))
        {
            path = _folder.File(name + ".parquet");
            (string file, string sql) = DocumentedLines()[name];
            _folder.Execute(sql.Replace($"'{file}'", $"'{raw}'", StringComparison.Ordinal).Replace($"'{name}.parquet'", $"'{path}'", StringComparison.Ordinal));
        }

        int exit = await _cli.RunAsync("load", path, "--mapping", Path.Combine(Repository.Root, "samples", "mappings", mapping), "--json");

        List<string> rows = [.. expected(raw).OfType<string>().Order(StringComparer.Ordinal)];
        string[] found = [.. new[] { "filtered_by_reason", "invalid_by_reason" }.SelectMany(
            member => _cli.Json.GetProperty("files")[0].GetProperty(member).EnumerateObject().Select(reason => $"{reason.Name} {reason.Value}"))];
        Assert.That(string.Join(", ", found), Is.EqualTo(reasons), _cli.Output);
        Assert.That(exit, Is.EqualTo(isAllFiltered ? 1 : reasons.Contains("Nonexistent", StringComparison.Ordinal) && rows.Count < 100 ? 4 : 0), _cli.Output);
        Assert.That(isAllFiltered ? [] : Stored(dataset), Is.EqualTo(rows));
    }

    private List<string> Stored(string dataset)
    {
        using var connection = new DuckDBConnection($"DataSource={_cli.PathOf("energy.duckdb")};ACCESS_MODE=READ_ONLY");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        string subject = dataset == "generation" ? "energy_source" : dataset == "consumption" ? "consumer_type" : "line_id";
        command.CommandText = $"SELECT \"time\"::TIMESTAMP, region, {subject}, measurement_type, \"value\", unit, coalesce(quality_flag, '-') FROM {dataset}";
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Row(
                reader.GetDateTime(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetDouble(4), reader.GetString(5), reader.GetString(6)));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>Reads the lines of DuckDB from the documentation, by the name of the file that they make.</summary>
    private static Dictionary<string, (string File, string Sql)> DocumentedLines() =>
        LineOfDocumentation.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "mapping.md"))).ToDictionary(
            match => match.Groups["name"].Value, match => (match.Groups["file"].Value, match.Groups["sql"].Value));
}
