using System.Globalization;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Tests.Parquet;

namespace Loader.Tests.Mapping;

/// <summary>
/// Loading a file with a mapping equals loading a file that DuckDB wrote with SQL that means the same, for random files and mappings.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class MappingPropertyTests
{
    [Test]
    public async Task A_mapping_means_what_its_sql_means([Range(1, 40)] int seed)
    {
        using var folder = new Folder();
        var random = new Random(seed);
        Scenario scenario = Scenario.Create(random);
        string raw = folder.Write("raw_R7_2024.parquet", scenario.RawSql, $"ROW_GROUP_SIZE 2048, COMPRESSION {scenario.Codec}");
        string rewritten = folder.Write("rewritten.parquet", scenario.RewrittenSql.Replace("$raw", raw, StringComparison.Ordinal), "ROW_GROUP_SIZE 2048");

        List<Cell> expected = await Mapped.ReadAsync(rewritten, SourceMappings.None);
        List<Cell> read = await Mapped.ReadAsync(raw, Mapped.Parse(scenario.Json));

        string message = $"seed {seed}: {scenario.Json}";
        Assert.That(Stored(read), Is.EqualTo(Stored(expected)), message);
        Assert.That(
            read.Count(cell => cell.Verdict is RejectionReason.Filtered or RejectionReason.EmptyCell),
            Is.EqualTo(read.Count - expected.Count),
            message);
    }

    [Test]
    public async Task A_resumed_read_gives_the_same_rows([Range(1, 10)] int seed)
    {
        using var folder = new Folder();
        var random = new Random(seed);
        Scenario scenario = Scenario.Create(random);
        string raw = folder.Write("raw_R7_2024.parquet", scenario.RawSql, "ROW_GROUP_SIZE 2048");
        List<Cell> all = await Mapped.ReadAsync(raw, Mapped.Parse(scenario.Json));

        List<Cell> rest = await Mapped.ReadAsync(raw, Mapped.Parse(scenario.Json), fromRowGroup: 1);

        Assert.That(rest.Select(cell => (cell.ToString(), cell.Verdict)), Is.EqualTo(all.TakeLast(rest.Count).Select(cell => (cell.ToString(), cell.Verdict))));
    }

    private static List<string> Stored(IEnumerable<Cell> cells) =>
        [.. cells.Where(cell => cell.Verdict == RejectionReason.None).Select(cell => cell.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>A raw file, its mapping, and the SQL that means the same.</summary>
    private sealed record Scenario(string RawSql, string Json, string RewrittenSql, string Codec)
    {
        public static Scenario Create(Random random)
        {
            int rows = random.Next(1, 6_000);
            var raw = new List<string>();
            var members = new List<string>();
            var rewritten = new List<string>();
            (string time, string timeSql) = CreateTime(random, raw);
            members.Add(time);
            rewritten.Add($"{timeSql} AS timestamp");

            // Codes with blanks and cases, some of them null.
            raw.Add("CASE WHEN i % 97 = 13 THEN NULL ELSE ['n', 'N  ', ' se', 'SE', 'SIN', 'S'][(hash(i) % 6)::BIGINT + 1] END AS code");
            raw.Add("['A', 'F', NULL, 'a '][(hash(i + 7) % 4)::BIGINT + 1] AS flag");
            raw.Add("(hash(i + 3) % 4)::INTEGER AS plant");
            string upper = random.Next(2) == 0 ? "upper" : "lower";
            string region = $"{upper}(trim(code))";
            string regionRule = $"\"trim\": true, \"case\": \"{upper}\"";
            string? dropped = null;
            switch (random.Next(4))
            {
                case 0:
                    members.Add($$"""
                        "region": {"column": "code", {{regionRule}}, "map": {"{{Cased("SE", upper)}}": "south-east", "{{Cased("S", upper)}}": "south"}, "else": "keep"}
                        """);
                    region = $"CASE {region} WHEN '{Cased("SE", upper)}' THEN 'south-east' WHEN '{Cased("S", upper)}' THEN 'south' ELSE {region} END";
                    break;
                case 1:
                    members.Add($$"""
                        "region": {"column": "code", {{regionRule}}, "map": {"{{Cased("SE", upper)}}": "SE", "{{Cased("N", upper)}}": "N"}, "else": "drop"}
                        """);
                    dropped = $"coalesce({region} NOT IN ('{Cased("SE", upper)}', '{Cased("N", upper)}'), false)";
                    region = $"upper({region})";
                    break;
                case 2:
                    members.Add("\"region\": {\"fileName\": \"_(?<value>R[0-9])_\"}");
                    region = "'R7'";
                    break;
                default:
                    members.Add($$"""
                        "region": {"columns": ["code", "plant"], "join": "/", {{regionRule}}}
                        """);
                    region = $"{region} || '/' || plant::VARCHAR";
                    break;
            }

            rewritten.Add($"{region} AS region");
            members.Add("\"unit\": {\"constant\": \"MW\"}, \"measurementType\": {\"constant\": \"power\"}");
            rewritten.Add("'MW' AS unit");
            rewritten.Add("'power' AS measurement_type");
            var conditions = new List<string>();
            var where = new List<string>();
            if (random.Next(2) == 0)
            {
                conditions.Add("""{"column": "flag", "trim": true, "notIn": ["F"]}""");
                where.Add("(flag IS NULL OR trim(flag) <> 'F')");
            }

            if (random.Next(3) == 0)
            {
                conditions.Add("""{"column": "plant", "in": ["0", "1", "2"]}""");
                where.Add("plant IN (0, 1, 2)");
            }

            if (random.Next(3) == 0)
            {
                conditions.Add("""{"column": "code", "notIn": [null, "SIN"]}""");
                where.Add("code IS NOT NULL AND code <> 'SIN'");
            }

            if (dropped is not null)
            {
                where.Add($"NOT {dropped}");
            }

            if (conditions.Count > 0)
            {
                members.Add($"\"where\": [{string.Join(", ", conditions)}]");
            }

            // Values: one column, or several that become rows.
            double divisor = new[] { 1.0, 1000, 3, -0.5 }[random.Next(4)];
            bool perHour = random.Next(2) == 0 && time.Contains("\"step\"", StringComparison.Ordinal);
            string scale = $"{(divisor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" / {divisor:0.0####}::DOUBLE"))}{(perHour ? " * 2.0::DOUBLE" : "")}";
            string scaleJson = $"\"divideBy\": {divisor.ToString(CultureInfo.InvariantCulture)}, \"perHour\": {(perHour ? "true" : "false")}";
            bool isText = random.Next(2) == 0;
            string Number(int salt) => $"CASE WHEN hash(i + {salt}) % 11 = 0 THEN NULL ELSE (hash(i + {salt + 1}) % 2000003)::DOUBLE / 997 - 500 END";
            string source = $"SELECT {string.Join(", ", raw)}";
            string filter = where.Count == 0 ? "" : $" WHERE {string.Join(" AND ", where)}";
            string codec = new[] { "zstd", "snappy", "uncompressed" }[random.Next(3)];
            if (random.Next(2) == 0)
            {
                string value = isText ? $"coalesce(replace(({Number(1)})::VARCHAR, '.', ','), '-')" : Number(1);
                members.Add($$"""
                    "value": {"column": "amount", "text": {"decimal": ",", "null": ["-"]}, {{scaleJson}}}
                    """);
                members.Add("\"energySource\": {\"column\": \"plant\"}");
                string parsed = isText ? "CASE WHEN amount = '-' THEN NULL ELSE replace(amount, ',', '.')::DOUBLE END" : "amount";
                return new Scenario(
                    $"{source}, {value} AS amount FROM range({rows}) t(i)",
                    ToJson(members),
                    $"SELECT {string.Join(", ", rewritten)}, ({parsed}){scale} AS value, plant::VARCHAR AS energy_source FROM '$raw'{filter}",
                    codec);
            }

            members.Add($$"""
                "value": {{{scaleJson}}}, "unpivot": {"columns": "^mw_(?<source>solar|wind)$"}, "energySource": {"match": "source"}
                """);
            return new Scenario(
                $"{source}, {Number(1)} AS mw_solar, {Number(5)} AS mw_wind, {Number(9)} AS mw_other_profile FROM range({rows}) t(i)",
                ToJson(members),
                $"SELECT {string.Join(", ", rewritten)}, v{scale} AS value, substr(s, 4) AS energy_source "
                    + $"FROM (UNPIVOT (SELECT * EXCLUDE (mw_other_profile) FROM '$raw'{filter}) ON mw_solar, mw_wind INTO NAME s VALUE v)",
                codec);
        }

        private static (string Json, string Sql) CreateTime(Random random, List<string> raw)
        {
            // In June, no zone of these changes its clocks.
            const string Time = "TIMESTAMP '2024-06-01' + INTERVAL (i * 30) MINUTE";
            switch (random.Next(5))
            {
                case 0:
                    raw.Add($"strftime({Time}, '%d.%m.%Y %H:%M') AS t");
                    return ("\"timestamp\": {\"column\": \"t\", \"format\": [\"yyyy-MM-dd\", \"dd.MM.yyyy HH:mm\"], \"zone\": \"+02:00\"}", "strptime(t, '%d.%m.%Y %H:%M') - INTERVAL 2 HOUR");
                case 1:
                    raw.Add($"{Time} AS t");
                    return (
                        "\"timestamp\": {\"column\": \"t\", \"label\": \"end\", \"step\": \"PT30M\", \"zone\": \"America/Sao_Paulo\"}",
                        "t + INTERVAL 3 HOUR - INTERVAL 30 MINUTE");
                case 2:
                    raw.Add($"CAST({Time} AS DATE) AS d");
                    raw.Add("(i % 48 + 1)::BIGINT AS p");
                    return (
                        "\"timestamp\": {\"date\": \"d\", \"period\": \"p\", \"step\": \"PT30M\", \"zone\": \"+01:00\"}",
                        "d::TIMESTAMP + INTERVAL ((p - 1) * 30) MINUTE - INTERVAL 1 HOUR");
                case 3:
                    raw.Add($"strftime({Time}, '%Y-%m-%d') AS d");
                    raw.Add($"strftime({Time}, '%I:%M %p') AS tod");
                    return (
                        "\"timestamp\": {\"date\": \"d\", \"time\": \"tod\", \"timeFormat\": \"hh:mm tt\", \"zone\": \"+00:00\"}",
                        "strptime(d || ' ' || tod, '%Y-%m-%d %I:%M %p')");
                default:
                    raw.Add($"epoch_ms(epoch_ms({Time})) AS t");
                    return ("\"timestamp\": {\"column\": \"t\"}", "t");
            }
        }

        private static string Cased(string text, string which) => which == "upper" ? text.ToUpperInvariant() : text.ToLowerInvariant();

        private static string ToJson(List<string> members) =>
            $"{{\"name\": \"m\", \"dataset\": \"generation\", \"keys\": \"raw_*.parquet\", {string.Join(", ", members)}}}";
    }
}
