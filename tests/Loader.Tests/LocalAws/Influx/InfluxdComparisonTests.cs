using System.Globalization;
using System.Text;
using System.Text.Json;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>The fake as engine 2 against a real storage engine: generated lines go to both, and both must refuse, store and overwrite the same.</summary>
[TestFixture]
internal sealed class InfluxdComparisonTests
{
    private static readonly string[] Pieces = ["a", "b", "å", "🌊", "\\", "\\\\", "\\,", "\\ ", "\\=", "\\\"", "\"", "#", "=", ",", " ", "\t", "\r", "\u0001", ".", "'"];
    private static readonly string[] Numbers = ["0", "1", "-1", ".5", "5.", "-.5", "-", ".", "1.5.5", "1e", "1e5", "1E+16", "1e-7", "1e5e5", "+5", "1e309", "-1e309", "5E-324", "-0", "1i", "-7i", "9223372036854775807i", "9223372036854775808i", "1.5i", "1ii", "i", "nan", "NaN", "inf", "0x10", "1_0", "t", "T", "true", "True", "TRUE", "tRUE", "f", "FALSE", "F", "no", "\"\"", "\"x\"", "\"a\\\"b\"", "\"a\\\\\"", "\"a\\b\"", "\"a,b = c\"", "\"a\"b\"", "\"", "\"a\nb\""];
    private static readonly string[] Times = ["1", "-1", "9223372036854775806", "9223372036854775807", "-9223372036854775806", "-9223372036854775807", "9223372036854775808", "1.5", "1e3", "x", "-", "1 ", " 1", "1 2", "1\r", "--1", "1-"];

    private Influxd _influxd = null!;
    private LocalInfluxServer _fake = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _influxd = await Influxd.StartAsync();
        _fake = await LocalInfluxServer.StartAsync(new() { Engine = InfluxEngine.Version2, Buckets = [], KeepRequests = false });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        // The set-up ends early where influxd is not installed.
        if (_fake is not null)
        {
            await _fake.DisposeAsync();
            await _influxd.DisposeAsync();
        }
    }

    [Test]
    public async Task Names_and_tags_of_any_characters_are_refused_or_read_back_alike()
    {
        var random = new Random(20261126);
        string Text(int most) => string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        IEnumerable<string> lines = Enumerable.Range(0, 3_000).Select(time =>
        {
            string tags = string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => $",{Text(3)}={Text(5)}"));
            return string.Create(CultureInfo.InvariantCulture, $"{Text(3)}{tags} {Text(3)}=1 {time}");
        });

        await CompareAsync("names", [.. lines.Where(IsReadable)]);
    }

    /// <summary>
    /// influxd accepts \= and \" in a measurement, and a backslash before an escaped comma or space, and does not find the points under that name again, because it
    /// unescapes names at several places in different ways. Names of tables that the loader accepts must have none of these.
    /// </summary>
    private static bool IsReadable(string line) => LineProtocol2.Parse(line).All(result =>
        result.Content is not { } content
        || (!content.Measurement.Contains("\\,", StringComparison.Ordinal)
            && !content.Measurement.Contains("\\ ", StringComparison.Ordinal)
            && !(content.Measurement.Contains('=', StringComparison.Ordinal) && line.Contains("\\=", StringComparison.Ordinal))
            && !(content.Measurement.Contains('"', StringComparison.Ordinal) && line.Contains("\\\"", StringComparison.Ordinal))));

    [Test]
    public async Task Values_of_any_form_are_refused_or_read_back_alike() =>
        await CompareAsync("forms", [.. Numbers.Select((number, i) => string.Create(CultureInfo.InvariantCulture, $"m{i} v={number} 1")), .. Numbers.Select((number, i) => string.Create(CultureInfo.InvariantCulture, $"n{i} v={number},w=1 1"))], hasLongIntegers: true);

    [Test]
    public async Task Floats_are_read_back_bit_by_bit()
    {
        var random = new Random(7);
        IEnumerable<string> lines = Enumerable.Range(0, 3_000).Select(time =>
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            return string.Create(CultureInfo.InvariantCulture, $"m v={(double.IsFinite(value) ? value : time)} {time}");
        });

        await CompareAsync("floats", [.. lines]);
    }

    [Test]
    public async Task Times_of_any_form_are_refused_or_read_back_alike() =>
        await CompareAsync("times", [.. Times.Select((time, i) => string.Create(CultureInfo.InvariantCulture, $"m{i} v=1 {time}"))]);

    [Test]
    public async Task Of_a_point_written_many_times_the_last_arrival_of_each_field_is_read()
    {
        var random = new Random(11);
        IEnumerable<string> bodies = Enumerable.Range(0, 300).Select(_ => string.Join('\n', Enumerable.Range(0, random.Next(1, 20)).Select(_ =>
        {
            string fields = random.Next(3) switch { 0 => "v", 1 => "w", _ => "v=7,w" };
            return string.Create(CultureInfo.InvariantCulture, $"m,t={random.Next(3)} {fields}={random.Next(1000)} {random.Next(30)}");
        })));

        await CompareAsync("overwrites", [.. bodies]);
    }

    [TestCase("""SELECT "v" FROM "m" WHERE "v" > 5 AND time >= 2 AND time < 8 GROUP BY *""")]
    [TestCase("""SELECT count("v") FROM "m" WHERE "v" > 5 AND time >= 2""")]
    [TestCase("""SELECT count("v") FROM "m" WHERE "t" = '1' AND time >= '1970-01-01T00:00:00Z'""")]
    [TestCase("""SELECT v, t FROM m LIMIT 4""")]
    [TestCase("""SELECT v FROM m WHERE v > 5000""")]
    [TestCase("""SHOW FIELD KEYS FROM "m" """)]
    [TestCase("""SHOW TAG KEYS FROM "m" """)]
    [TestCase("""SHOW MEASUREMENTS""")]
    public async Task The_queries_that_the_fake_knows_are_answered_alike(string query)
    {
        const string Name = "queries";
        string lines = string.Join('\n', Enumerable.Range(0, 10).Select(i => string.Create(CultureInfo.InvariantCulture, $"m,t={i % 2} v={i * 1.5} {i}")));
        _ = _fake.FindBucket(Name) ?? _fake.AddBucket(new(Name));
        await _influxd.CreateDatabaseAsync(Name);
        await _influxd.WriteAsync(Name, lines);
        await WriteFakeAsync(Name, lines);

        var fake = await _fake.SendAsync(HttpMethod.Get, $"query?db={Name}&epoch=ns&q={Uri.EscapeDataString(query)}");

        Assert.That(fake.Text, Is.EqualTo((await _influxd.QueryAsync(Name, query)).Trim()));
    }


    /// <summary>Writes each body to both; the answers and what is read in the end must be the same.</summary>
    private async Task CompareAsync(string name, IReadOnlyList<string> bodies, bool hasLongIntegers = false)
    {
        var bucket = _fake.AddBucket(new(name));
        await _influxd.CreateDatabaseAsync(name);
        var differences = new List<string>();
        int accepted = 0;
        foreach (string body in bodies)
        {
            var (status, error) = await _influxd.WriteAsync(name, body);
            var fake = await WriteFakeAsync(name, body);
            accepted += status == 204 ? 1 : 0;
            if ((status == 204) != (fake.Status == 204) || (error is not null && fake.Status == 400 && !error.Contains(fake.Message!, StringComparison.Ordinal)))
            {
                differences.Add($"{JsonSerializer.Serialize(body)}: influxd {status} {error}, fake {fake.Status} {fake.Text}");
            }
        }

        // One query over measurements of several types would read only one of the types, so simple names are asked one by one.
        bool isSimple = bucket.Tables.All(table => table.Name.All(char.IsAsciiLetterOrDigit));
        List<string> expected = isSimple ? [] : await ReadAsync(name, "/(?s).*/", hasLongIntegers);
        foreach (string table in isSimple ? bucket.Tables.Select(table => table.Name) : [])
        {
            expected.AddRange(await ReadAsync(name, $"\"{table}\"", hasLongIntegers));
        }

        List<string> actual = [.. bucket.Tables.SelectMany(table => table.Points)
            .SelectMany(point => point.Fields.Select(field => Row(point.Table, point.Tags, point.TimeNanoseconds, field.Key, Value(field.Value)))).Order(StringComparer.Ordinal)];
        TestContext.Out.WriteLine($"{bodies.Count} bodies, {accepted} accepted, {actual.Count} values read back.");
        Assert.Multiple(() =>
        {
            Assert.That(differences.Take(20), Is.Empty);
            Assert.That(actual.Except(expected).Take(20), Is.Empty, "only in the fake");
            Assert.That(expected.Except(actual).Take(20), Is.Empty, "only in influxd");
            Assert.That(actual, Has.Count.EqualTo(expected.Count));
            Assert.That(accepted, Is.GreaterThan(5));
        });
    }

    private Task<InfluxAnswer> WriteFakeAsync(string name, string body) =>
        _fake.SendAsync(HttpMethod.Post, $"api/v2/write?org=energy-org&precision=ns&bucket={name}", Encoding.UTF8.GetBytes(body));

    private async Task<List<string>> ReadAsync(string name, string from, bool hasLongIntegers)
    {
        using var json = JsonDocument.Parse(await _influxd.QueryAsync(name, $"SELECT * FROM {from} GROUP BY *"));
        var rows = new List<string>();
        if (!json.RootElement.GetProperty("results")[0].TryGetProperty("series", out JsonElement all))
        {
            return rows;
        }

        foreach (JsonElement series in all.EnumerateArray())
        {
            List<InfluxTag> tags = series.TryGetProperty("tags", out JsonElement members)
                ? [.. members.EnumerateObject().Where(tag => tag.Value.GetString() is not "").Select(tag => new InfluxTag(tag.Name, tag.Value.GetString()!)).OrderBy(tag => tag.Key, StringComparer.Ordinal)]
                : [];
            string[] columns = [.. series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            foreach (JsonElement row in series.GetProperty("values").EnumerateArray())
            {
                for (int i = 1; i < columns.Length; i++)
                {
                    // InfluxQL calls a field without a name val0.
                    if (row[i].ValueKind != JsonValueKind.Null)
                    {
                        rows.Add(Row(series.GetProperty("name").GetString()!, tags, row[0].GetInt64(), columns[i] is "val0" ? string.Empty : columns[i], Value(row[i], hasLongIntegers)));
                    }
                }
            }
        }

        return rows;
    }

    private static string Row(string table, IEnumerable<InfluxTag> tags, long time, string field, string value) =>
        JsonSerializer.Serialize(new { table, tags = tags.Select(tag => new[] { tag.Key, tag.Value }), time, field, value });

    private static string Value(JsonElement value, bool isInteger) => value.ValueKind switch
    {
        JsonValueKind.String => $"text {value.GetString()}",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => isInteger && value.TryGetInt64(out long integer) && IsLong(integer) ? integer.ToString(CultureInfo.InvariantCulture) : Number(value.GetDouble()),
    };

    private static string Value(InfluxValue value) => value.Type switch
    {
        InfluxType.Text => $"text {value.Text}",
        InfluxType.Boolean => value.Boolean ? "true" : "false",
        InfluxType.Integer => IsLong(value.Integer) ? value.Integer.ToString(CultureInfo.InvariantCulture) : Number(value.Integer),
        _ => Number(value.Float),
    };

    // A double does not hold it exactly. Round numbers are floats, which InfluxQL writes without an exponent.
    private static bool IsLong(long value) => Math.Abs((decimal)value) > 1L << 53 && value % 1000 != 0;

    private static string Number(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}
