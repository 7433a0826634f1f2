using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Suggesting;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Mapping;

/// <summary>Drafts of mappings: complete for publishers that are known, and never wrong where something is left open.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MappingSuggestionTests : IDisposable
{
    private const string AnyTime = "TIMESTAMPTZ '2024-01-01 00:00:00+00' AS ts_utc";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase("ons/CURVA_CARGA_2017.parquet", null, "ons.json")]
    [TestCase("ons/CURVA_CARGA_2022.parquet", null, "ons.json")]
    [TestCase("replica_ons_CURVA_CARGA_2018_text_values.parquet", null, "ons.json")]
    [TestCase("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet", null, "ons.json")]
    [TestCase("replica_ons_BALANCO_ENERGIA_SUBSISTEMA_2026.parquet", "consumption", "ons-balanco-load.json")]
    [TestCase("replica_opsd_time_series_60min_singleindex.parquet", null, "opsd.json")]
    [TestCase("replica_opsd_time_series_60min_singleindex.parquet", "consumption", "opsd-load.json")]
    [TestCase("replica_entsoe_AggregatedGenerationPerType.parquet", null, "entsoe.json")]
    public async Task A_published_file_gets_a_draft_that_reads_what_the_ready_mapping_reads(string name, string? dataset, string ready)
    {
        await AssertEqualsReadyAsync(RawFolder.PathOrIgnore(name), dataset, ready);
    }

    [TestCase("ons_intercambio_nacional_2026_head.csv", ';', "INTERCAMBIO_NACIONAL_2026.parquet", "ons.json")]
    [TestCase("entsoe_ActualTotalLoad_6.1.A_r3.tsv", '\t', "2025_11_ActualTotalLoad_6.1.A_r3.parquet", "entsoe.json")]
    [TestCase("entsoe_PhysicalFlows_12.1.G_r3.tsv", '\t', "2025_10_PhysicalFlows_12.1.G_r3.parquet", "entsoe.json")]
    [TestCase("entsoe_AggregatedGenerationPerType_16.1.B_C_r3.tsv", '\t', "2025_10_AggregatedGenerationPerType_16.1.B_C_r3.parquet", "entsoe.json")]
    public async Task A_published_file_of_text_gets_a_draft_that_reads_what_the_ready_mapping_reads(string csv, char delimiter, string name, string ready)
    {
        string path = _folder.Write(
            name, $"SELECT * FROM read_csv('{RawFolder.PathOrIgnore(csv)}', delim = '{delimiter}', header = true, all_varchar = true)");

        await AssertEqualsReadyAsync(path, dataset: null, ready);
    }

    [TestCase(
        "load_DE_LU_2024.parquet",
        """51000.0 AS "Actual Load", TIMESTAMPTZ '2023-12-31 23:00:00+00' AS "__index_level_0__" """,
        "entsoe.json")]
    [TestCase(
        "generation_FR_2024.parquet",
        """10.0 AS "('Solar', 'Actual Aggregated')", 2.0 AS "('Hydro Pumped Storage', 'Actual Consumption')", TIMESTAMPTZ '2024-01-01 00:00:00+00' AS "__index_level_0__" """,
        "entsoe.json")]
    [TestCase(
        "core_eia930__hourly_net_generation_by_energy_source.parquet",
        "TIMESTAMP '2024-01-01 06:00:00' AS datetime_utc, 'CISO' AS balancing_authority_code_eia, 'solar' AS generation_energy_source, -12.0 AS net_generation_reported_mwh, NULL::DOUBLE AS net_generation_adjusted_mwh",
        "eia930.json")]
    [TestCase(
        "core_eia930__hourly_operations.parquet",
        "TIMESTAMP '2024-01-01 06:00:00' AS datetime_utc, 'CISO' AS balancing_authority_code_eia, 24000.0 AS demand_reported_mwh, NULL::DOUBLE AS demand_imputed_eia_mwh",
        "eia930.json")]
    public async Task A_frame_gets_a_draft_that_reads_what_the_ready_mapping_reads(string name, string columns, string ready)
    {
        await AssertEqualsReadyAsync(_folder.Write(name, $"SELECT {columns}"), dataset: null, ready);
    }

    [Test]
    public async Task Eia_text_with_thousands_commas_is_read()
    {
        string path = _folder.Write(
            "EIA930_BALANCE_2024_Jan_Jun.parquet",
            """
            SELECT 'CISO' AS "Balancing Authority", '01/01/2024' AS "Data Date", '1' AS "Hour Number", '01/01/2024 1:00:00 AM' AS "Local Time at End of Hour",
              '01/13/2024 9:00:00 AM' AS "UTC Time at End of Hour", '21,312' AS "Demand (MW)", '987' AS "Net Generation (MW) from Solar"
            UNION ALL SELECT 'CISO', '01/01/2024', '2', '01/01/2024 2:00:00 AM', '01/13/2024 10:00:00 AM', '1,021,312', '1,987'
            """);

        MappingSuggestion draft = await SuggestAsync(path);

        Assert.That(draft.Questions, Is.Empty);
        Assert.That(
            await Mapped.StoredAsync(path, Text(draft)),
            Is.EqualTo(new[] { "2024-01-13T08:00:00Z CISO total power - 21312 MW", "2024-01-13T09:00:00Z CISO total power - 1021312 MW" }));
    }

    [TestCase(
        "meter_2024.parquet",
        """'16/12/2006' AS "Date", '17:24:00' AS "Time", '4.216' AS "Global_active_power", '?' AS "Sub_metering_1" """,
        "timestamp.zone,unit,measurementType,region")]
    [TestCase(
        "usage.parquet",
        """'2024-12-17' AS "DATE", '18:00' AS "START TIME", '18:59' AS "END TIME", '0.46' AS "USAGE (kWh)" """,
        "timestamp.zone,region")]
    [TestCase(
        "PRICE_AND_DEMAND_202501_SA1.parquet",
        "'SA1' AS REGION, '2025/01/01 00:05:00' AS SETTLEMENTDATE, '1379.47' AS TOTALDEMAND, '141.48' AS RRP, 'TRADE' AS PERIODTYPE",
        "unit,measurementType")]
    [TestCase(
        "demanddataupdate.parquet",
        "'2026-08-01' AS SETTLEMENT_DATE, '1' AS SETTLEMENT_PERIOD, '21548' AS ND, 'A' AS FORECAST_ACTUAL_INDICATOR, '24451' AS TSD",
        "unit,measurementType,region")]
    [TestCase(
        "solar_2024.parquet",
        """'01.01.2024 00:00' AS "Start date", '01.01.2024 00:15' AS "End date", '1.234,5' AS "Photovoltaik [MWh] Originalauflösungen" """,
        "timestamp.zone,region")]
    [TestCase("load.parquet", "TIMESTAMPTZ '2024-01-01 00:00:00+00' AS utc, 1.0 AS load_mw, 'SE' AS area", "")]
    [TestCase("load.parquet", "TIMESTAMP '2024-01-01 00:00:00' AS time, 1.0 AS load_mw, 'SE' AS area", "timestamp.zone")]
    [TestCase("load.parquet", "'03/04/2024 00:00' AS time_utc, 1.0 AS load_mw, 'SE' AS area", "timestamp.format")]
    [TestCase("load.parquet", "'1,234' AS load_mw, 'SE' AS area, " + AnyTime, "value.column")]
    [TestCase("load.parquet", "1.0 AS meter_a, 2.0 AS meter_b, 'SE' AS area, " + AnyTime, "value.column,unit,measurementType")]
    [TestCase("load.parquet", "1.0 AS load_kwh, " + AnyTime, "region")]
    [TestCase("load.parquet", "1.0 AS load_kwh, 'SE' AS area", "timestamp")]
    [TestCase("flows.parquet", "1.0 AS flow_mw, 'SE' AS area, " + AnyTime, "lineId")]
    [TestCase("generation.parquet", "1.0 AS generation_mwh, 'SE' AS area, " + AnyTime, "energySource")]
    [TestCase("caiso.parquet", """1.0 AS "Solar", 2.0 AS "Wind", 3.0 AS "Large Hydro", """ + AnyTime, "unit,measurementType,region")]
    [TestCase("actual_load.parquet", """1.0 AS "DE_LU", 2.0 AS "FR", """ + AnyTime, "unit,measurementType")]
    [TestCase(
        "GERACAO_USINA-2_2024_01.parquet",
        "TIMESTAMP '2024-01-01' AS din_instante, 'N' AS id_subsistema, 'GAS' AS nom_tipocombustivel, 'A' AS nom_usina, 1.0 AS val_geracao",
        "energySource")]
    [TestCase(
        "frame.parquet", """51000.0 AS "Actual Load", TIMESTAMPTZ '2023-12-31 23:00:00+00' AS "__index_level_0__" """, "region")]
    public async Task A_question_is_asked_for_everything_that_the_file_does_not_say(string name, string columns, string members)
    {
        MappingSuggestion draft = await SuggestAsync(_folder.Write(name, $"SELECT {columns}"));

        Assert.That(string.Join(',', draft.Questions.Select(question => question[..question.IndexOf(':', StringComparison.Ordinal)])), Is.EqualTo(members));
    }

    [TestCase("'03/04/2024 00:00' AS time_utc, 1.0 AS load_mw, 'SE' AS area", "timestamp.format")]
    [TestCase("TIMESTAMP '2024-01-01 00:00:00' AS time, 1.0 AS load_mw, 'SE' AS area", "timestamp.zone")]
    [TestCase("1.0 AS load_mw, 'SE' AS area", "timestamp.column")]
    [TestCase("'1,234' AS load_mw, 'SE' AS area, " + AnyTime, "value.column")]
    [TestCase("1.0 AS load_mw, " + AnyTime, "region")]
    [TestCase("1.0 AS load, 'SE' AS area, " + AnyTime, "unit")]
    [TestCase("1.0 AS load, 'SE' AS area, " + AnyTime, "measurementType")]
    public async Task A_draft_with_an_open_decision_cannot_be_used(string columns, string member)
    {
        MappingSuggestion draft = await SuggestAsync(_folder.Write("load.parquet", $"SELECT {columns}"));

        Assert.That(
            Assert.Throws<ConfigurationException>(() => SourceMappings.Parse(draft.Json, "draft.json"))!.Faults,
            Has.Some.StartsWith($"load: {member}:"));
    }

    [TestCase("load.parquet", "TIMESTAMPTZ '2024-01-01 00:00:00+00' AS utc, 1.0 AS load_mw, 'SE ' AS area", "2024-01-01T00:00:00Z SE total power - 1 MW")]
    [TestCase("load.parquet", "'2024-01-01T01:00:00+01:00' AS start_time, '1.234,5' AS load_kwh, 'SE' AS country", "2024-01-01T00:00:00Z SE total energy - 1234.5 kWh")]
    [TestCase("load.parquet", "'13/12/2024 01:30' AS \"Time (UTC)\", '12,5' AS load_kwh, 7 AS zone", "2024-12-13T01:30:00Z 7 total energy - 12.5 kWh")]
    [TestCase("load.parquet", "TIMESTAMPTZ '2024-01-01 00:00:00+00' AS timestamp, 1.0 AS value, 'MW' AS unit, 'power' AS measurement_type, 'SE' AS region, 'home' AS consumer_type, 'good' AS quality_flag", "2024-01-01T00:00:00Z SE home power good 1 MW")]
    public async Task A_complete_draft_reads_the_file(string name, string columns, string expected)
    {
        string path = _folder.Write(name, $"SELECT {columns}");
        MappingSuggestion draft = await SuggestAsync(path);

        Assert.That(draft.Questions, Is.Empty);
        Assert.That(await Mapped.StoredAsync(path, Text(draft)), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public async Task Words_for_null_are_found_in_the_values()
    {
        string path = _folder.Write(
            "load.parquet", $"SELECT v AS load_mw, 'SE' AS area, {AnyTime} FROM (VALUES ('1.5'), ('n/e'), ('-'), (NULL)) AS t(v)");

        Assert.That(Text(await SuggestAsync(path)), Does.Contain("\"n/e\"").And.Contain("\"-\""));
    }

    [TestCase("'2025/01/01 00:05:00'", "PT5M")]
    [TestCase("'2020/01/01 00:30:00'", "PT30M")]
    public async Task Times_of_Aemo_are_ends_in_a_fixed_offset(string time, string step)
    {
        string path = _folder.Write("PRICE_AND_DEMAND_202501_SA1.parquet", $"SELECT 'SA1' AS REGION, {time} AS SETTLEMENTDATE, '1379.47' AS TOTALDEMAND");

        Assert.That(
            Text(await SuggestAsync(path)), Does.Contain("\"zone\": \"+10:00\"").And.Contain("\"label\": \"end\"").And.Contain($"\"step\": \"{step}\""));
    }

    [Test]
    public async Task Codes_that_are_not_read_are_told()
    {
        string path = _folder.Write("load.parquet", $"SELECT 1.0 AS load_mw, 'SE' AS area, 'feeder ' || i AS feeder, {AnyTime} FROM range(3) AS x(i)");

        Assert.That((await SuggestAsync(path)).Notes, Has.Some.Contains("'feeder'"));
    }

    [Test]
    public async Task The_dataset_is_taken_from_the_key()
    {
        string path = _folder.Write("dataset=transmission/x.parquet", $"SELECT 1.0 AS mw, 'L1' AS circuit, 'SE' AS area, {AnyTime}");

        Assert.That(Text(await SuggestAsync(path)), Does.Contain("\"dataset\": \"transmission\"").And.Contain("\"lineId\""));
    }

    [Test]
    public void A_file_that_says_nothing_needs_a_dataset()
    {
        string path = _folder.Write("x.parquet", $"SELECT 1.0 AS a, {AnyTime}");

        Assert.That(async () => await SuggestAsync(path), Throws.TypeOf<ConfigurationException>().With.Message.Contains("--dataset"));
    }

    [Test]
    public async Task Names_of_a_hostile_file_are_escaped_in_questions_and_quoted_in_json()
    {
        string path = _folder.Write("load.parquet", $"""SELECT 1.0 AS "a{'\u001b'}[2J", 2.0 AS "b"", ""x", 'SE' AS area, {AnyTime}""");

        MappingSuggestion draft = await SuggestAsync(path);

        Assert.That(draft.Questions[0], Does.Contain("a\\u001b[2J").And.Not.Contain("\u001b"));
        Assert.That(() => System.Text.Json.JsonDocument.Parse(draft.Json), Throws.Nothing);
    }

    [Test]
    public async Task An_empty_file_is_drafted_from_its_names()
    {
        string path = _folder.Write("CURVA_CARGA_2024.parquet", "SELECT TIMESTAMP '2024-01-01' AS din_instante, 'N' AS id_subsistema, 1.0 AS val_cargaenergiahomwmed WHERE false");

        Assert.That((await SuggestAsync(path)).Questions, Is.Empty);
    }

    private static async Task AssertEqualsReadyAsync(string path, string? dataset, string ready)
    {
        string mapping = Path.Combine(Repository.Root, "samples", "mappings", ready);
        List<Cell> expected = await Mapped.ReadAsync(path, SourceMappings.Parse(await File.ReadAllBytesAsync(mapping), mapping));

        MappingSuggestion draft = await SuggestAsync(path, dataset);

        List<Cell> rows = await Mapped.ReadAsync(path, SourceMappings.Parse(draft.Json, "draft.json"));
        Assert.That(draft.Questions, Is.Empty);
        Assert.That(Stored(rows), Is.EqualTo(Stored(expected)).And.Not.Empty);
        Assert.That(Counts(rows), Is.EquivalentTo(Counts(expected)));
    }

    /// <summary>The ready mappings also give codes of ENTSO-E other names, which a draft does not know to be wanted.</summary>
    private static IEnumerable<string> Stored(List<Cell> rows) =>
        rows.Where(row => row.Verdict == RejectionReason.None)
            .Select(row => FormattableString.Invariant($"{row.Row} {row.Column} {row.Time:u} {row.Key.Region} {row.Key.MeasurementType} {row.Value:R} {row.Key.Unit}"))
            .Order(StringComparer.Ordinal);

    private static Dictionary<RejectionReason, int> Counts(List<Cell> rows) =>
        rows.GroupBy(row => row.Verdict).ToDictionary(group => group.Key, group => group.Count());

    private static string Text(MappingSuggestion draft) => Encoding.UTF8.GetString(draft.Json.Span);

    private static async Task<MappingSuggestion> SuggestAsync(string path, string? dataset = null)
    {
        DatasetType? known = DatasetType.TryParse(dataset, out DatasetType? parsed) ? parsed : null;
        return await new ParquetSource(new SourceOptions(), Reading.NoS3).SuggestMappingAsync(SourceFile.OnDisk(path), known, CancellationToken.None);
    }
}
