using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Inspecting;
using Loader.Tests.Mapping;

namespace Loader.Tests.Parquet;

/// <summary>The first rows that an inspection shows are those of the file, whatever the types of its columns.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ColumnSamplerTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase("TIMESTAMP '2024-01-01 12:30:00.5'", "2024-01-01T12:30:00.5")]
    [TestCase("TIMESTAMPTZ '2024-01-01 12:30:00+00'", "2024-01-01T12:30:00Z")]
    [TestCase("TIMESTAMP_NS '1969-12-31 23:59:59.000000001'", "1969-12-31T23:59:59.000000001")]
    [TestCase("TIMESTAMP_MS '2024-01-01 12:30:00.25'", "2024-01-01T12:30:00.25")]
    [TestCase("DATE '1969-07-20'", "1969-07-20")]
    [TestCase("'2024-01-01 12:30'", "2024-01-01 12:30")]
    public async Task Times_are_shown_as_they_are(string sql, string expected)
    {
        Assert.That(await FirstAsync($"SELECT {sql} AS t, 1.0 AS v", "t"), Is.EqualTo(new[] { expected }));
    }

    [TestCase("1.5::DOUBLE", "1.5")]
    [TestCase("1.1::FLOAT", "1.1")]
    [TestCase("-7::TINYINT", "-7")]
    [TestCase("-7::BIGINT", "-7")]
    [TestCase("4294967295::UINTEGER", "4294967295")]
    [TestCase("18446744073709551615::UBIGINT", "18446744073709551615")]
    [TestCase("-12.345::DECIMAL(9, 3)", "-12.345")]
    [TestCase("12.345::DECIMAL(18, 3)", "12.345")]
    [TestCase("12.345::DECIMAL(30, 3)", "12.345")]
    [TestCase("' 1,5 '", " 1,5 ")]
    public async Task Values_are_shown_as_they_are(string sql, string expected)
    {
        Assert.That(await FirstAsync($"SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS t, {sql} AS v", "v"), Is.EqualTo(new[] { expected }));
    }

    [TestCase("")]
    [TestCase("ROW_GROUP_SIZE 2048")]
    [TestCase("DICTIONARY_SIZE_LIMIT 1, PARQUET_VERSION V2")]
    public async Task The_first_five_rows_are_shown_with_nulls(string options)
    {
        const string Query = "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) HOUR AS t, CASE WHEN i % 2 = 1 THEN 'v' || i END AS v FROM range(5000) AS x(i)";

        Assert.That(await FirstAsync(Query, "v", options), Is.EqualTo(new[] { null, "v1", null, "v3", null }));
    }

    [Test]
    public async Task A_long_text_is_cut()
    {
        string? shown = (await FirstAsync("SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS t, repeat('ç', 100000) AS v", "v")).Single();

        Assert.That(shown, Is.EqualTo(new string('ç', 200) + "…"));
    }

    [Test]
    public async Task A_file_without_rows_shows_none()
    {
        Assert.That(await FirstAsync("SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS t, 'x' AS v WHERE false", "v"), Is.Empty);
    }

    [Test]
    public async Task Int96_is_shown_as_wall_clock()
    {
        string path = Support.FieldFolder.PathOrIgnore("int96");
        string file = Directory.GetFiles(path, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

        ParquetInspection inspection = await InspectAsync(
            file, """{ "name": "m", "dataset": "consumption", "timestamp": { "column": "timestamp", "zone": "UTC" }, "consumerType": { "constant": "total" }, "region": { "constant": "SE" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" } }""");

        Assert.That(inspection.Faults, Is.Empty);
        Assert.That(inspection.FirstRows[0].Columns["timestamp"], Does.Match("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"));
    }

    private async Task<IReadOnlyList<string?>> FirstAsync(string query, string column, string options = "")
    {
        string path = options.Length == 0 ? _folder.Write("x.parquet", query) : _folder.Write("x.parquet", query, options);
        ParquetInspection inspection = await InspectAsync(
            path,
            """{ "name": "m", "dataset": "consumption", "timestamp": { "column": "t", "zone": "UTC" }, "value": { "column": "v", "text": { "decimal": "," } }, "region": { "constant": "SE" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" }, "consumerType": { "constant": "total" } }""");
        return [.. inspection.FirstRows.Select(row => row.Columns[column])];
    }

    private static Task<ParquetInspection> InspectAsync(string path, string mapping) =>
        new ParquetSource(new SourceOptions { Mappings = Mapped.Parse(mapping) }, Reading.NoS3)
            .InspectAsync(SourceFile.OnDisk(path), dataset: null, CancellationToken.None);
}
