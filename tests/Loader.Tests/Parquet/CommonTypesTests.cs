using Loader.Domain;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class CommonTypesTests
{
    private const string Query =
        """
        SELECT {0} AS timestamp, CASE WHEN i % 7 = 0 THEN NULL ELSE i * 0.25 END AS value, 'R' || (i % 5) AS region, 'MW' AS unit,
            'residential' AS consumer_type, 'demand' AS measurement_type, CASE WHEN i % 11 = 0 THEN NULL ELSE 'good' END AS quality_flag
        FROM range(5000) t(i)
        """;

    [TestCase("TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE", TimeUnit.Microseconds)]
    [TestCase("(TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE)::TIMESTAMP_MS", TimeUnit.Milliseconds)]
    [TestCase("(TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE)::TIMESTAMP_NS", TimeUnit.Nanoseconds)]
    [TestCase("(TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) MINUTE)", TimeUnit.Microseconds)]
    public async Task Rows_are_read_as_they_were_written(string time, TimeUnit unit)
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", Query.Replace("{0}", time, StringComparison.Ordinal), "ROW_GROUP_SIZE 2048");

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows, Has.Count.EqualTo(5000));
        Assert.That(rows.Select(r => r.Unit).Distinct(), Is.EqualTo(new[] { unit }));
        for (int i = 0; i < rows.Count; i++)
        {
            Row row = rows[i];
            Assert.That(row.RowInFile, Is.EqualTo(i));
            Assert.That(row.Nanoseconds, Is.EqualTo((Int128)(1_704_067_200 + (i * 60L)) * 1_000_000_000));
            Assert.That(row.Value, Is.EqualTo(i % 7 == 0 ? double.NaN : i * 0.25));
            Assert.That(row.Key, Is.EqualTo(new SeriesKey($"R{i % 5}", "residential", "demand", i % 11 == 0 ? null : "good", "MW")));
            Assert.That(row.Version, Is.EqualTo(Reading.Version.ForRowGroup(row.RowGroup)));
        }
    }
}
