using System.Text;
using Loader.Application.Results;
using Loader.Infrastructure.Mapping;

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
