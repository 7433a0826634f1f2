using System.Text;
using Loader.Application.Results;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Text;

namespace Loader.Tests.Mapping;

[Parallelizable(ParallelScope.All)]
public sealed class MappingFaultsTests
{
    [TestCase("""{"name": "m"}""", "m: dataset: missing; it is one of generation, consumption, transmission")]
    [TestCase("""{"dataset": "consumption"}""", "mappings[0]: name: missing")]
    [TestCase("""{"name": "m", "dataset": "load"}""", "m: dataset: 'load' is none of generation, consumption, transmission")]
    [TestCase("""{"name": "m", "dataset": "consumption", "regoin": {}}""", "m: regoin: unknown; nearest: 'region'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "energySource": {"constant": "x"}}""", "m: energySource: unknown")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"colunm": "x"}}""", "m: region.colunm: unknown; nearest: 'column'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": "x"}""", "m: region: expected an object, found the text 'x'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": 7}}""", "m: region.column: expected a text, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "constant": "b"}}""", "m: region: has 2 sources")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"trim": true}}""", "m: region: has 0 sources")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "columns": ["b", "c"]}}""", "m: region: has both column and columns")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "join": "-"}}""", "m: region.join: needs two columns")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "else": "keep"}}""", "m: region.else: needs a map")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "case": "UPPER"}}""", "m: region.case: 'UPPER' is none of keep, upper, lower")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "map": {"x": 1}}}""", "m: region.map.x: expected a text, found the number 1")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"constant": ""}}""", "m: region.constant: must not be empty")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"fileName": "(a"}}""", "m: region.fileName: is not a regular expression")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"fileName": "a"}}""", "m: region.fileName: has no group 'value'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"fileName": "(?<value>a)(?=b)"}}""", "m: region.fileName: uses lookarounds")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"match": "r"}}""", "m: region.match: needs unpivot")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": "(?<r>a)"}, "region": {"match": "x"}}""", "m: region.match: unpivot has no group 'x'; it has r")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": {"a": {"r": "1"}, "b": {}}}}""", "m: unpivot.columns.b: has no r")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {}}""", "m: unpivot.columns: missing")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": "a"}, "value": {"column": "v"}}""", "m: value.column: the columns of unpivot are the values")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"zone": "Sao Paulo"}}""", "m: timestamp.zone: 'Sao Paulo' is neither a time zone")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"zone": "+25:00"}}""", "m: timestamp.zone: '+25:00'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"ignoreUtcFlag": true}}""", "m: timestamp.ignoreUtcFlag: needs a zone")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"label": "end"}}""", "m: timestamp.step: missing; label end needs it")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"step": "30"}}""", "m: timestamp.step: '30' is not a duration")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"step": "P2D"}}""", "m: timestamp.step: 'P2D' is not a duration")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"format": "x"}}""", "m: timestamp.format: 'x' is not a format of times")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"column": "a", "date": "b"}}""", "m: timestamp: needs either column, or date")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"time": "b"}}""", "m: timestamp: time and period need a date")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"date": "a", "time": "b", "period": "c", "step": "PT1H"}}""", "m: timestamp: needs either time or period")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"date": "a", "period": "c"}}""", "m: timestamp.step: missing; period needs it")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"divideBy": 0}}""", "m: value.divideBy: must be a number other than 0")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"perHour": true}}""", "m: timestamp.step: missing; perHour needs it")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"text": {"decimal": ",,"}}}""", "m: value.text.decimal: ',,' is not one character")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"text": {"decimal": "5"}}}""", "m: value.text.decimal: '5' is not a sign")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"text": {"thousands": "."}}}""", "m: value.text.thousands: '.'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"column": "a"}]}""", "m: where[0]: needs exactly one of in and notIn")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"in": ["a"]}]}""", "m: where[0].column: missing")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"column": "a", "in": []}]}""", "m: where[0]: names no text")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": {}}""", "m: where: expected a list of conditions, found an object")]
    [TestCase("""{"name": "m", "dataset": "consumption", "duplicates": "first"}""", "m: duplicates: 'first' is none of fail, last")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": []}""", "m: quality: expected an object, found a list")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"chekcs": {}}}""", "m: quality.chekcs: unknown; nearest: 'checks'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": []}}""", "m: quality.checks: expected an object, found a list")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"spikes": "off"}}}""", "m: quality.checks.spikes: unknown; nearest: 'spike'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"x": "off"}}}""", "m: quality.checks.x: unknown; known are gap, low-coverage-day")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"gap": "fatal"}}}""", "m: quality.checks.gap: 'fatal' is none of off, info, warning, error")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"gap": false}}}""", "m: quality.checks.gap: expected a text")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"step": "15 min"}}""", "m: quality.step: '15 min' is not a duration")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"step": "PT90S"}}""", "m: quality.step: must be a whole number of minutes")]
    [TestCase("""{"name": "m", "dataset": "consumption", "name": "n"}""", "not valid JSON")]
    [TestCase("""{"name": """, "not valid JSON")]
    [TestCase("7", "expected an object, found the number 7")]
    [TestCase("""{"mappings": {}}""", "mappings: expected a list, found an object")]
    [TestCase("""{"mappings": [], "mapping": 1}""", "mapping: unknown; nearest: 'mappings'")]
    [TestCase("""[[]]""", "mappings[0]: expected an object, found a list")]
    [TestCase("""{"name": 7, "dataset": "consumption"}""", "mappings[0]: name: expected a text, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "zzz": 1}""", "m: zzz: unknown; known are $schema, name, dataset")]
    [TestCase("""{"name": "m", "dataset": "consumption", "keys": 7}""", "m: keys: expected a list of texts, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "keys": ["a", true]}""", "m: keys[1]: expected a text, found true")]
    [TestCase("""{"name": "m", "dataset": "consumption", "allowEmpty": "yes"}""", "m: allowEmpty: expected true or false, found the text 'yes'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": "t"}""", "m: timestamp: expected an object, found the text 't'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"column": "?"}}""", "m: timestamp.column: '?' stands for a decision that is still open")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"label": "mid"}}""", "m: timestamp.label: 'mid' is none of start, end")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"column": "t", "timeFormat": "HH:mm"}}""", "m: timestamp.timeFormat: needs time")]
    [TestCase("""{"name": "m", "dataset": "consumption", "timestamp": {"date": "t", "time": "u", "timeFormat": "x"}}""", "m: timestamp.timeFormat: 'x' is not a format of times")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"column": "?"}}""", "m: value.column: '?' stands for a decision that is still open")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"divideBy": "2"}}""", "m: value.divideBy: expected a number, found the text '2'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"divideBy": 1e999}}""", "m: value.divideBy: must be a number other than 0")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"divideBy": 1e-999}}""", "m: value.divideBy: must be a number other than 0")]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"text": {"null": [null]}}}""", "m: value.text.null[0]: expected a text, found null")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "map": ["x"]}}""", "m: region.map: expected an object, found a list")]
    [TestCase("""{"name": "m", "dataset": "consumption", "region": {"column": "a", "map": {}, "else": "skip"}}""", "m: region.else: 'skip' is none of invalid, keep, null, drop")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": 7}}""", "m: unpivot.columns: expected an object, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": {}}}""", "m: unpivot.columns: names no column")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": {"a": 7}}}""", "m: unpivot.columns.a: expected an object, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": {"a": {"r": 1}}}}""", "m: unpivot.columns.a.r: expected a text, found the number 1")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": "(a"}}""", "m: unpivot.columns: is not a regular expression")]
    [TestCase("""{"name": "m", "dataset": "consumption", "unpivot": {"columns": "a", "nulls": "keep"}}""", "m: unpivot.nulls: 'keep' is none of skip, invalid")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [7]}""", "m: where[0]: expected an object, found the number 7")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"column": "a", "in": ["b"], "notIn": ["c"]}]}""", "m: where[0]: needs exactly one of in and notIn")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"column": "a", "in": "b"}]}""", "m: where[0].in: expected a list of texts, found the text 'b'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "where": [{"column": "a", "in": [1]}]}""", "m: where[0].in[0]: expected a text or null, found the number 1")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"step": "PT30S"}}""", "m: quality.step: must be a whole number of minutes")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"stuk": "off"}}}""", "m: quality.checks.stuk: unknown; nearest: 'stuck'")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"zzz": "off"}}}""", "m: quality.checks.zzz: unknown; known are gap")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"stuck": 1}}}""", "m: quality.checks.stuck: expected a text, found the number 1")]
    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"checks": {"stuck": "fatal"}}}""", "m: quality.checks.stuck: 'fatal' is none of off")]
    public void A_wrong_mapping_says_what_is_wrong(string json, string fault)
    {
        Assert.That(() => Mapped.Parse(json), Throws.TypeOf<ConfigurationException>().With.Message.Contains(fault));
    }

    [TestCase("""{"name": "m", "dataset": "consumption", "quality": {"step": "PT15M", "checks": {"gap": "off"}}}""", true)]
    [TestCase("""{"name": "m", "dataset": "consumption", "value": {"divideBy": 2}}""", false)]
    public void What_a_mapping_says_about_checks_does_not_change_its_hash(string json, bool isSame)
    {
        string plain = SourceMappings.HashOf(Mapped.Parse("""{"name": "m", "dataset": "consumption"}""").All[0]);

        Assert.That(SourceMappings.HashOf(Mapped.Parse(json).All[0]) == plain, Is.EqualTo(isSame));
    }

    [Test]
    public void All_faults_come_at_once()
    {
        const string Json = """
            [{"name": "a", "dataset": "x", "regoin": {}, "timestamp": {"label": "end"}}, {"name": "b", "dataset": "consumption", "value": {"divideBy": 0}}]
            """;

        Assert.That(
            () => Mapped.Parse(Json),
            Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains("a: dataset").And.Message.Contains("a: regoin").And.Message.Contains("a: timestamp.step").And.Message.Contains("b: value.divideBy"));
    }

    [TestCase("(a+)+$")]
    [TestCase("(?<value>(x{1,1000}){1,1000})")]
    [TestCase("(?<value>((((((x{100}){100}){100}){100}){100}){100}))")]
    [TestCase("(?<value>(a|b|ab)*c)")]
    public void A_hostile_expression_neither_hangs_nor_exhausts_memory(string pattern)
    {
        string json = """{"name": "m", "dataset": "consumption", "region": {"fileName": "PATTERN"}}""".Replace("PATTERN", pattern, StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();

        try
        {
            SourceMappings mappings = Mapped.Parse(json);
            string name = new string('a', 100_000) + "!";
            MappingRegex.TryCreate(mappings.All[0].Region!.FileName!, out _)!.IsMatch(name);
        }
        catch (ConfigurationException)
        {
            // A refusal is an answer too.
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20));
    }

    [Test]
    public void An_expression_says_why_it_is_refused([Values(1_001, 999)] int repetitions)
    {
        string pattern = repetitions > 1_000 ? new string('a', repetitions) : $"(?<value>(a{{{repetitions}}}){{2}})";

        Assert.That(
            () => Mapped.Parse($$"""{"name": "m", "dataset": "consumption", "region": {"fileName": "{{pattern}}"} }"""),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(
                repetitions > 1_000 ? "m: region.fileName: has 1001 characters; allowed are 1000" : "m: region.fileName: demands more than 1000 repetitions"));
    }

    [Test]
    public void A_mapping_in_code_needs_columns_to_unpivot()
    {
        var mapping = new SourceMapping { Name = "m", Dataset = Loader.Domain.DatasetType.Consumption, Unpivot = new UnpivotSource() };

        Assert.That(
            () => new SourceMappings(mapping),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("m: unpivot.columns: needs either a regular expression or columns"));
    }

    [TestCase("\"keys\": [ITEMS]", "\"k\"", "has 200000 keys in all mappings; allowed are 1000")]
    [TestCase("\"keys\": \"ITEMS\"", "*a", "m: keys[0]: has 800000 characters; allowed are 1000")]
    [TestCase("\"timestamp\": {\"format\": [ITEMS]}", "\"yyyy\"", "m: timestamp.format: has 120000 entries; allowed are 20")]
    [TestCase("\"value\": {\"text\": {\"null\": [ITEMS]}}", "\"-\"", "m: value.text.null: has 200000 entries; allowed are 100")]
    [TestCase("\"region\": {\"columns\": [ITEMS]}", "\"c\"", "m: region.columns: has 200000 entries; allowed are 20")]
    [TestCase("\"where\": [ITEMS]", "{\"column\":\"c\",\"in\":[\"x\"]}", "m: where: has 30000 entries; allowed are 100")]
    [TestCase("\"unpivot\": {\"columns\": {ITEMS}}", "\"cNUMBER\":{\"gNUMBER\":\"\"}", "m: unpivot.columns: has 30000 groups; allowed are 20")]
    [TestCase("\"unpivot\": {\"columns\": {ITEMS}}", "\"cNUMBER\":{\"g\":\"\"}", "m: unpivot.columns: has 40000 entries; allowed are 10000")]
    [TestCase("ITEMS", "\"xNUMBER\":0", "more faults")]
    [TestCase("\"region\": {\"column\": \"c\", \"map\": {ITEMS}}", "\"NUMBER\":\"\"", null)]
    [TestCase("\"where\": [{\"column\": \"c\", \"in\": [ITEMS]}]", "\"NUMBER\"", null)]
    [TestCase("\"value\": {\"divideBy\": ITEMS}", "9", "must be a number other than 0")]
    public void An_enormous_list_neither_hangs_nor_exhausts_memory(string members, string item, string? fault)
    {
        string text = Enormous(members, item);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Exception? failure = Assert.Catch(() =>
        {
            Mapped.Parse(text);
            throw new OperationCanceledException();
        });

        Assert.That(failure, fault is null ? Is.TypeOf<OperationCanceledException>() : Is.TypeOf<ConfigurationException>().With.Message.Contains(fault));
        Assert.That(failure!.Message, Has.Length.LessThan(100_000));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(256 << 20));
    }

    [Test]
    public void Many_mappings_are_refused()
    {
        string json = $"[{string.Join(',', Enumerable.Repeat("""{"name": "m", "dataset": "consumption"}""", 20_000))}]";

        Assert.That(() => Mapped.Parse(json), Throws.TypeOf<ConfigurationException>().With.Message.Contains("has 20000 mappings; allowed are 1000"));
    }

    /// <summary>Fills a mapping with items up to about 800 kB, which may hold their number.</summary>
    private static string Enormous(string members, string item)
    {
        int count = item switch { "*a" => 400_000, "9" => 800_000, "\"yyyy\"" => 120_000, _ when item.Length < 5 => 200_000, _ when item.Length > 20 => 30_000, _ => 40_000 };
        string separator = item is "*a" or "9" ? "" : ",";
        string items = string.Join(separator, Enumerable.Range(0, count).Select(i => item.Replace("NUMBER", $"{i}", StringComparison.Ordinal)));
        return $"{{\"name\": \"m\", \"dataset\": \"consumption\", {members.Replace("ITEMS", items, StringComparison.Ordinal)}}}";
    }

    [Test]
    public void Deep_nesting_is_refused()
    {
        string json = string.Concat(Enumerable.Repeat("""{"mappings":[""", 100_000));

        Assert.That(() => Mapped.Parse(json), Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public void A_mapping_of_more_than_a_mebibyte_is_refused()
    {
        byte[] json = Encoding.UTF8.GetBytes(new string(' ', SourceMappings.MaxBytes) + "{}");

        Assert.That(() => SourceMappings.Parse(json, "m.json"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("more than 1048576 bytes"));
    }

    [Test]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed()
    {
        SourceMappings mappings = Mapped.Parse("\uFEFF" + """
            // ONS
            {"$schema": "x", "name": "m", "dataset": "consumption", }
            """);

        Assert.That(mappings.All.Single().Name, Is.EqualTo("m"));
    }

    [TestCase("a/*.parquet", "a/b.parquet", ExpectedResult = true)]
    [TestCase("a/*.parquet", "x/a/b.parquet", ExpectedResult = true)]
    [TestCase("a/*.parquet", "xa/b.parquet", ExpectedResult = false)]
    [TestCase("a/*.parquet", "a/b/c.parquet", ExpectedResult = false)]
    [TestCase("a/**/*.parquet", "a/c.parquet", ExpectedResult = true)]
    [TestCase("a/**/*.parquet", "a/b/b/c.parquet", ExpectedResult = true)]
    [TestCase("**/*.parquet", "c.parquet", ExpectedResult = true)]
    [TestCase("LOAD_?.parquet", "LOAD_1.parquet", ExpectedResult = true)]
    [TestCase("LOAD_?.parquet", "load_1.parquet", ExpectedResult = false)]
    [TestCase("a+b(1).parquet", "a+b(1).parquet", ExpectedResult = true)]
    [TestCase("b.parquet", "a\\b.parquet", ExpectedResult = true)]
    [TestCase("*.parquet", "a\nb.parquet", ExpectedResult = true)]
    public bool A_pattern_matches_keys(string pattern, string key) => new KeyPattern(pattern).Matches(key);

    [TestCase("""{"dataset":"consumption", "name":"other", "keys":"*.x"}""", true, TestName = "Name, keys and the order of members do not change the hash")]
    [TestCase("""{"name":"m","dataset":"consumption","value":{"divideBy":1},"where":[]}""", true, TestName = "Defaults do not change the hash")]
    [TestCase("""{"name":"m","dataset":"consumption","value":{"divideBy":2}}""", false, TestName = "A divisor changes the hash")]
    [TestCase("""{"name":"m","dataset":"generation"}""", false, TestName = "The dataset changes the hash")]
    [TestCase("""{"name":"m","dataset":"consumption","timestamp":{"zone":"UTC"}}""", false, TestName = "A zone changes the hash")]
    [TestCase("""{"name":"m","dataset":"consumption","duplicates":"last"}""", false, TestName = "A rule changes the hash")]
    public void The_hash_stands_for_what_is_done(string json, bool isSame)
    {
        string hash = SourceMappings.HashOf(Mapped.Parse("""{"name":"m","dataset":"consumption"}""").All[0]);

        Assert.That(SourceMappings.HashOf(Mapped.Parse(json).All[0]) == hash, Is.EqualTo(isSame));
    }

    [TestCaseSource(nameof(ReadyMappings))]
    public void A_ready_mapping_is_written_as_it_was_read(string file)
    {
        SourceMappings mappings = SourceMappings.Parse(File.ReadAllBytes(file), file);

        Assert.That(
            mappings.All.Select(mapping => SourceMappings.HashOf(SourceMappings.Parse(MappingWriter.ToIndentedUtf8(mapping), "again").All[0])),
            Is.EqualTo(mappings.All.Select(SourceMappings.HashOf)));
    }

    private static IEnumerable<string> ReadyMappings() =>
        Directory.EnumerateFiles(Path.Combine(Support.Repository.Root, "samples", "mappings"), "*.json").Order(StringComparer.Ordinal);
}
