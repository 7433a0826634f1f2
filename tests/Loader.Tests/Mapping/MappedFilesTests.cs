using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Tests.Parquet;

namespace Loader.Tests.Mapping;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MappedFilesTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Columns_constants_and_own_columns_make_a_row()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01 00:00:00' AS t, 5.5 AS v, 'SE' AS region, 'good' AS quality_flag");

        List<string> rows = await Mapped.StoredAsync(path, Long("""
            "timestamp": {"column": "t"}, "value": {"column": "v"}
            """));

        Assert.That(rows, Is.EqualTo(new[] { "2024-01-01T00:00:00Z SE total power good 5.5 MW" }));
    }

    [Test]
    public async Task A_field_comes_from_the_key_or_from_the_file_name()
    {
        string path = _folder.Write(
            "area=SE/load_2024_mw.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value");

        List<string> rows = await Mapped.StoredAsync(path, """
            {"name": "m", "dataset": "consumption", "region": {"key": "area"}, "unit": {"fileName": "_(?<value>[a-z]+)\\.parquet$", "case": "upper"},
             "measurementType": {"constant": "power"}, "consumerType": {"fileName": "(?<value>^load)"}}
            """);

        Assert.That(rows, Is.EqualTo(new[] { "2024-01-01T00:00:00Z SE load power - 1 MW" }));
    }

    [TestCase("'31.660,5'", """{"decimal": ",", "thousands": "."}""", ExpectedResult = 31660.5)]
    [TestCase("' 0E-8'", "{}", ExpectedResult = 0)]
    [TestCase("'-1e3 '", "{}", ExpectedResult = -1000)]
    [TestCase("'1,234,567.25'", """{"thousands": ","}""", ExpectedResult = 1234567.25)]
    [TestCase("'0.1'", "{}", ExpectedResult = 0.1)]
    public async Task<double> Numbers_in_text_are_read(string literal, string text)
    {
        string path = _folder.Write("a.parquet", $"SELECT TIMESTAMP '2024-01-01' AS timestamp, {literal} AS value, 'SE' AS region");

        return (await Mapped.ReadAsync(path, Mapped.Parse(Long($$"""
            "value": {"text": {{text}}}
            """)))).Single().Value;
    }

    [TestCase("'n/e'", RejectionReason.MissingValue)]
    [TestCase("''", RejectionReason.UnreadableValue)]
    [TestCase("NULL::VARCHAR", RejectionReason.MissingValue)]
    [TestCase("'12a'", RejectionReason.UnreadableValue)]
    [TestCase("'1,5'", RejectionReason.UnreadableValue)]
    [TestCase("'Infinity'", RejectionReason.UnreadableValue)]
    [TestCase("'NaN'", RejectionReason.UnreadableValue)]
    public async Task Text_without_a_number_is_missing_or_unreadable(string literal, RejectionReason expected)
    {
        string path = _folder.Write("a.parquet", $"SELECT TIMESTAMP '2024-01-01' AS timestamp, {literal} AS value, 'SE' AS region");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "value": {"text": {"null": ["n/e", "-"]}}
            """)));

        Assert.That(rows.Single().Verdict, Is.EqualTo(expected));
    }

    [TestCase("DICTIONARY")]
    [TestCase("PLAIN")]
    public async Task An_unreadable_number_says_its_text_and_its_row(string encoding)
    {
        string text = encoding == "PLAIN" ? "i::VARCHAR || '.5'" : "(i % 3)::VARCHAR";
        string path = _folder.Write(
            "a.parquet",
            $"SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i = 700 THEN 'x7' WHEN i % 5 = 0 THEN NULL ELSE {text} END AS value, 'SE' AS region FROM range(1000) t(i)");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("")));

        Assert.That(
            rows.Where(row => row.Verdict == RejectionReason.UnreadableValue).Select(row => (row.Row, row.Detail)),
            Is.EqualTo(new[] { (700, "'x7' is not a number.") }));
    }

    [Test]
    public async Task Values_are_divided_and_energy_becomes_power()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i * 15) MINUTE AS timestamp, i::DOUBLE AS value, 'SE' AS region FROM range(100001) t(i)");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "timestamp": {"step": "PT15M"}, "value": {"divideBy": 1000, "perHour": true}
            """)));

        Assert.That(rows.Where(row => row.Value != row.Row / 1000.0 * 4).Select(row => row.Row), Is.Empty);
    }

    [TestCase("keep", "XX", RejectionReason.None)]
    [TestCase("null", null, RejectionReason.MissingDimension)]
    [TestCase("drop", null, RejectionReason.Filtered)]
    [TestCase("invalid", null, RejectionReason.UnknownCode)]
    public async Task An_unknown_code_becomes_what_else_says(string otherwise, string? region, RejectionReason verdict)
    {
        string path = _folder.Write(
            "a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, unnest(['1', 'XX']) AS code");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long($$"""
            "region": {"column": "code", "map": {"1": "SE"}, "else": "{{otherwise}}"}
            """)));

        Assert.That((rows[0].Key.Region, rows[1].Key.Region, rows[1].Verdict), Is.EqualTo(("SE", region, verdict)));
    }

    [Test]
    public async Task An_unknown_code_is_named()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, 'XX' AS code");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "region": {"column": "code", "map": {"1": "SE"}}
            """)));

        Assert.That(rows.Single().Detail, Is.EqualTo("code 'XX' is not in the map of the mapping."));
    }

    [Test]
    public async Task Padded_codes_give_one_series_and_joined_columns_one_text()
    {
        string path = _folder.Write(
            "a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, unnest(['N  ', 'N', ' n']) AS a, 7 AS b");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "region": {"columns": ["a", "b"], "join": "-", "trim": true, "case": "upper"}
            """)));

        Assert.That(rows.Select(row => row.Key.Region).Distinct(), Is.EqualTo(new[] { "N-7" }));
    }

    [TestCase("""{"column": "code", "in": ["A", null]}""", "A,null")]
    [TestCase("""{"column": "code", "notIn": ["A"]}""", " A,B,null")]
    [TestCase("""{"column": "code", "trim": true, "in": ["A"]}""", " A,A")]
    [TestCase("""{"column": "n", "notIn": ["2"]}""", "A,B,null")]
    public async Task Conditions_leave_rows_out(string condition, string kept)
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' AS timestamp, n::DOUBLE AS value, code, n, 'SE' AS region FROM (VALUES ('A', 1), (' A', 2), ('B', 3), (NULL, 4)) t(code, n) ORDER BY n");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long($$"""
            "where": [{{condition}}]
            """)));

        string[] codes = ["A", " A", "B", "null"];
        Assert.That(
            string.Join(',', rows.Where(row => row.Verdict == RejectionReason.None).Select(row => codes[row.Row]).Order(StringComparer.Ordinal)),
            Is.EqualTo(kept));
    }

    [Test]
    public async Task A_row_that_is_left_out_is_not_judged()
    {
        string path = _folder.Write(
            "a.parquet", "SELECT NULL::TIMESTAMP AS timestamp, 'no number' AS value, 'SIN' AS region");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "where": [{"column": "region", "notIn": ["SIN"]}]
            """)));

        Assert.That(rows.Single().Verdict, Is.EqualTo(RejectionReason.Filtered));
    }

    [Test]
    public async Task A_row_that_is_left_out_does_not_decide_the_unit()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (n) HOUR AS timestamp, 1.0 AS value, 'SE' AS region, unit, unit AS u, 'power' AS measurement_type, 'total' AS consumer_type FROM (VALUES ('kW', 1), ('MW', 2)) t(unit, n) ORDER BY n");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse("""
            {"name": "m", "dataset": "consumption", "where": [{"column": "u", "in": ["MW"]}]}
            """));

        Assert.That(rows.Select(row => row.Verdict), Is.EqualTo(new[] { RejectionReason.Filtered, RejectionReason.None }));
    }

    [TestCase("'01.02.2024 13:30'", """ "format": ["yyyy-MM-dd HH:mm", "dd.MM.yyyy HH:mm"] """, "2024-02-01T13:30:00Z")]
    [TestCase("'01/02/2024 1:30:00 PM'", """ "format": "MM/dd/yyyy h:mm:ss tt" """, "2024-01-02T13:30:00Z")]
    [TestCase("'2024-02-01 13:30 +02:00'", """ "format": "yyyy-MM-dd HH:mm zzz" """, "2024-02-01T11:30:00Z")]
    [TestCase("'2024-02-01 13:30'", """ "zone": "+10:00" """, "2024-02-01T03:30:00Z")]
    [TestCase("TIMESTAMP '2024-07-01 12:00'", """ "zone": "Europe/Berlin" """, "2024-07-01T10:00:00Z")]
    [TestCase("TIMESTAMPTZ '2024-07-01 12:00'", """ "zone": "Europe/Berlin", "ignoreUtcFlag": true """, "2024-07-01T10:00:00Z")]
    [TestCase("TIMESTAMP '2024-07-01 00:00'", """ "label": "end", "step": "PT30M" """, "2024-06-30T23:30:00Z")]
    [TestCase("TIMESTAMP '2024-03-31 03:00'", """ "zone": "Europe/Berlin", "label": "end", "step": "PT1H" """, "2024-03-31T00:00:00Z")]
    public async Task Times_are_read_as_the_mapping_says(string literal, string time, string expected)
    {
        string path = _folder.Write("a.parquet", $"SELECT {literal} AS t, 1.0 AS value, 'SE' AS region");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long($$"""
            "timestamp": {"column": "t", {{time}}}
            """)));

        Assert.That($"{rows.Single().Time:yyyy-MM-ddTHH:mm:ssZ}", Is.EqualTo(expected));
    }

    [TestCase("2024-03-31", 1, "2024-03-31T00:00:00Z")]
    [TestCase("2024-03-31", 46, "2024-03-31T22:30:00Z")]
    [TestCase("2024-03-31", 47, null)]
    [TestCase("2024-10-27", 1, "2024-10-26T23:00:00Z")]
    [TestCase("2024-10-27", 50, "2024-10-27T23:30:00Z")]
    [TestCase("2024-10-27", 51, null)]
    [TestCase("2024-01-15", 0, null)]
    public async Task A_period_counts_intervals_since_local_midnight(string date, int period, string? expected)
    {
        string path = _folder.Write("a.parquet", $"SELECT '{date}' AS d, {period} AS p, 1.0 AS value, 'GB' AS region");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "timestamp": {"date": "d", "format": "yyyy-MM-dd", "period": "p", "step": "PT30M", "zone": "Europe/London"}
            """)));

        Assert.That(rows.Single().Time is { } time ? $"{time:yyyy-MM-ddTHH:mm:ssZ}" : null, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_date_and_a_time_of_day_make_a_time()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT d, t, 1.0 AS value, 'X' AS region FROM (VALUES (DATE '2024-12-17', '18:00'), (DATE '2024-12-17', '00:30:15'), (DATE '2024-12-17', 'noon')) v(d, t)");

        List<Cell> rows = await Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "timestamp": {"date": "d", "time": "t", "zone": "America/New_York"}
            """)));

        Assert.That(
            rows.Select(row => row.Time is { } time ? $"{time:yyyy-MM-ddTHH:mm:ssZ}" : row.Verdict.ToString()),
            Is.EqualTo(new[] { "2024-12-17T23:00:00Z", "2024-12-17T05:30:15Z", "UnreadableTime" }));
    }

    [Test]
    public async Task Columns_become_rows_and_empty_cells_are_left_out()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i = 1 THEN NULL ELSE i::DOUBLE END AS DE_solar, 10.0 + i AS DE_50hertz_wind, 'x' AS other FROM range(3) t(i)");

        List<Cell> cells = await Mapped.ReadAsync(path, Mapped.Parse("""
            {"name": "m", "dataset": "generation", "unpivot": {"columns": "^(?<r>[A-Z]{2}(_[A-Za-z0-9]+)?)_(?<s>solar|wind)$"},
             "region": {"match": "r"}, "energySource": {"match": "s"}, "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}}
            """));

        Assert.That(
            cells.Select(cell => $"{cell.Row} {cell.Column} {cell.Key.Region} {cell.Key.Subject} {cell.Value} {cell.Verdict}"),
            Is.EqualTo(new[]
            {
                "0 DE_solar DE solar 0 None",
                "1 DE_solar   NaN EmptyCell",
                "2 DE_solar DE solar 2 None",
                "0 DE_50hertz_wind DE_50hertz wind 10 None",
                "1 DE_50hertz_wind DE_50hertz wind 11 None",
                "2 DE_50hertz_wind DE_50hertz wind 12 None",
            }));
    }

    [Test]
    public async Task A_wide_file_reports_its_cells_as_rows()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, 1.0 AS a, 2.0 AS b, 'SE' AS region FROM range(7) t(i)");

        await using Loader.Application.Ports.IParquetFile file = await Mapped.OpenAsync(path, Mapped.Parse("""
            {"name": "m", "dataset": "generation", "unpivot": {"columns": {"a": {"s": "solar"}, "b": {"s": "wind"}}},
             "energySource": {"match": "s"}, "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}}
            """));

        Assert.That(file.RowGroups.Single().Rows, Is.EqualTo(14));
    }

    [Test]
    public async Task Only_mapped_columns_are_read()
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, 1.0 AS value, 'SE' AS region, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS ballast FROM range(100000) t(i)");

        await using Loader.Application.Ports.IParquetFile file = await Mapped.OpenAsync(path, Mapped.Parse(Long("")));
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
        }

        Assert.That(file.BytesRead, Is.LessThan(new FileInfo(path).Length / 3));
    }

    [Test]
    public void All_faults_come_at_once_with_the_nearest_column()
    {
        string path = _folder.Write("CURVA_CARGA_2024.parquet", "SELECT TIMESTAMPTZ '2024-01-01' AS din_instante, 'x' AS val_cargaenergiahomwmed, BLOB 'x' AS region");

        SchemaMismatchException? failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Mapped.ReadAsync(path, Mapped.Parse(Long("""
            "timestamp": {"column": "din_instante", "zone": "America/Sao_Paulo"}, "value": {"column": "val_cargaenergiahomwmd"},
            "where": [{"column": "id_subsistema", "in": ["N"]}]
            """))));

        Assert.That(failure!.Message, Does.Contain("m: value.column 'val_cargaenergiahomwmd' is not in CURVA_CARGA_2024.parquet; nearest: 'val_cargaenergiahomwmed' (optional"
            ).Or.Contain("nearest: 'val_cargaenergiahomwmed' (BYTE_ARRAY STRING)"));
        Assert.That(failure.Message, Does.Contain("timestamp.zone: 'din_instante'"));
        Assert.That(failure.Message, Does.Contain("where[0].column 'id_subsistema' is not in"));
    }

    [Test]
    public void Columns_that_give_the_same_series_are_refused()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS a_MW, 2.0 AS a_GW, 'SE' AS region");

        Assert.That(
            () => Mapped.ReadAsync(path, Mapped.Parse("""
                {"name": "m", "dataset": "generation", "unpivot": {"columns": "^(?<s>a)_(?<u>[MG]W)$"}, "energySource": {"match": "s"}, "unit": {"match": "u"}, "measurementType": {"constant": "power"}}
                """)),
            Throws.TypeOf<SchemaMismatchException>().With.Message.Contains("'a_MW' and 'a_GW' give the same series"));
    }

    [TestCase("\"timestamp\": {\"column\": \"zzzzzz\"}", "m: timestamp.column 'zzzzzz' is not in a.parquet; it has 'timestamp', 'value', 'region'")]
    [TestCase("\"timestamp\": {\"column\": \"flag\"}", "m: timestamp.column 'flag': expected")]
    [TestCase("\"timestamp\": {\"date\": \"timestamp\", \"time\": \"n\"}", "m: timestamp.time 'n': expected text, found INT32")]
    [TestCase("\"timestamp\": {\"date\": \"timestamp\", \"period\": \"value\", \"step\": \"PT1H\"}", "m: timestamp.period 'value': expected an integer or text")]
    [TestCase("\"timestamp\": {\"column\": \"utc\", \"zone\": \"Europe/Berlin\"}", "m: timestamp.zone: 'utc' is")]
    [TestCase("\"value\": {\"column\": \"flag\"}", "m: value.column 'flag': expected a number or text")]
    [TestCase("\"region\": {\"column\": \"value\"}", "m: region.column 'value': expected")]
    [TestCase("\"region\": {\"key\": \"area\"}", "m: region.key: the key of a.parquet has no segment 'area='")]
    [TestCase("\"region\": {\"fileName\": \"^(?<value>[0-9]+)\"}", "m: region.fileName: the name a.parquet does not match")]
    [TestCase("\"region\": {\"constant\": \"x\", \"map\": {\"y\": \"z\"}}", "m: region.map: does not hold 'x'")]
    [TestCase("\"region\": {\"constant\": \"x\", \"map\": {\"y\": \"z\"}, \"else\": \"drop\"}", "m: region.map: 'x' would leave out the whole file")]
    [TestCase("\"where\": [{\"column\": \"value\", \"in\": [\"1\"]}]", "m: where[0].column 'value': expected")]
    [TestCase("\"unpivot\": {\"columns\": \"^q$\"}", "m: unpivot.columns: '^q$' matches no column of a.parquet, which has")]
    [TestCase("\"unpivot\": {\"columns\": {\"qqqqqq\": {}}}", "m: unpivot.columns 'qqqqqq' is not in a.parquet")]
    [TestCase("\"unpivot\": {\"columns\": \"^(?<r>value)$\"}, \"region\": {\"match\": \"r\", \"map\": {\"y\": \"z\"}}", "m: region.map: does not hold 'value', which column 'value' gives")]
    public void A_mapping_that_does_not_fit_a_file_says_why(string members, string fault)
    {
        string path = _folder.Write(
            "a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, true AS flag, 1 AS n, TIMESTAMPTZ '2024-01-01' AS utc");

        Assert.That(() => Mapped.ReadAsync(path, Mapped.Parse(Long(members))), Throws.TypeOf<SchemaMismatchException>().With.Message.Contains(fault));
    }

    [Test]
    public void A_field_that_neither_mapping_nor_file_has_is_told()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value");

        Assert.That(
            () => Mapped.ReadAsync(path, Mapped.Parse(Long(""))),
            Throws.TypeOf<SchemaMismatchException>().With.Message.Contains("m: region: missing, and a.parquet has no column 'region'"));
    }

    [Test]
    public void Thousands_of_missing_columns_are_told_in_a_short_message()
    {
        string path = _folder.Write("a.parquet", $"SELECT TIMESTAMP '2024-01-01' AS timestamp, 'SE' AS region, {string.Join(", ", Enumerable.Range(0, 500).Select(i => $"1.0 AS column_{i}"))}");
        string columns = string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $$"""
            "missing_{{i}}": {"s": "{{i}}"}
            """));

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Mapped.ReadAsync(path, Mapped.Parse(
            Long($$"""
            "unpivot": {"columns": {{{columns}}} }, "qualityFlag": {"match": "s"}
            """))))!;

        Assert.That(failure.Message, Has.Length.InRange(1_000, 200_000));
    }

    [Test]
    public void Another_dataset_than_that_of_the_mapping_is_refused()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, 'SE' AS region");
        var source = new Loader.Infrastructure.Parquet.ParquetSource(
            new Loader.Infrastructure.Parquet.SourceOptions { Mappings = Mapped.Parse(Long("")) }, Reading.NoS3);

        Assert.That(
            () => source.OpenAsync(SourceFile.OnDisk(path), DatasetType.Generation, CancellationToken.None),
            Throws.TypeOf<SchemaMismatchException>().With.Message.Contains("is consumption by its mapping 'm'"));
    }

    [Test]
    public async Task A_file_that_no_key_matches_is_read_as_it_is()
    {
        string path = _folder.Write("a.parquet", "SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0 AS value, 'SE' AS region, 'MW' AS unit, 'p' AS measurement_type, 't' AS energy_source");

        await using Loader.Application.Ports.IParquetFile file = await Mapped.OpenAsync(path, Mapped.Parse(Long("""
            "keys": "b.parquet"
            """)));

        Assert.That(file.Mapping, Is.Null);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Row_groups_from_the_middle_give_the_same_rows(int fromRowGroup)
    {
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2018-02-17 12:00' + INTERVAL (i // 2) HOUR AS t, i::DOUBLE AS value, ['SE', 'S'][i % 2 + 1] AS region FROM range(6000) t(i)",
            "ROW_GROUP_SIZE 2048");
        string json = Long("""
            "timestamp": {"column": "t", "zone": "America/Sao_Paulo"}, "where": [{"column": "region", "in": ["SE"]}]
            """);
        List<Cell> all = await Mapped.ReadAsync(path, Mapped.Parse(json));

        List<Cell> some = await Mapped.ReadAsync(path, Mapped.Parse(json), fromRowGroup: fromRowGroup);

        Assert.That(some, Is.EqualTo(all.Skip(all.Count - some.Count)));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task The_first_unit_of_a_wide_series_counts_in_row_groups_from_the_middle(int fromRowGroup)
    {
        // The first cells of b are empty and give no unit.
        string path = _folder.Write(
            "a.parquet",
            "SELECT TIMESTAMP '2018-01-01' + INTERVAL (i) HOUR AS timestamp, 1.0 AS a, CASE WHEN i < 100 THEN NULL ELSE 2.0 END AS b, 'SE' AS region, CASE WHEN i < 100 THEN 'GW' WHEN i < 5000 THEN 'kW' ELSE 'MW' END AS unit FROM range(6000) t(i)",
            "ROW_GROUP_SIZE 2048");
        SourceMappings mapping = Mapped.Parse("""
            {"name": "m", "dataset": "generation", "unpivot": {"columns": {"a": {"s": "solar"}, "b": {"s": "wind"}}},
             "energySource": {"match": "s"}, "measurementType": {"constant": "power"}}
            """);
        List<Cell> all = await Mapped.ReadAsync(path, mapping);

        List<Cell> some = await Mapped.ReadAsync(path, mapping, fromRowGroup: fromRowGroup);

        Assert.That(some, Is.EqualTo(all.Skip(all.Count - some.Count)));
        Assert.That(some.Count(cell => cell is { Column: "b", Verdict: RejectionReason.SecondUnit }), Is.EqualTo(1_000));
    }

    /// <summary>A mapping for a file with one column of values, whose other fields are given unless <paramref name="members"/> has them.</summary>
    private static string Long(string members) => $$"""
        {"name": "m", "dataset": "consumption", "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}, "consumerType": {"constant": "total"}{{(members.Trim().Length == 0 ? "" : ", " + members)}}}
        """;
}
