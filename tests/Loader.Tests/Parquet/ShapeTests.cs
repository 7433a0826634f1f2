using Loader.Application.Ports;
using Loader.Domain;
using ParquetSharp;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class ShapeTests
{
    private const string Good =
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS timestamp, i::DOUBLE AS value, 'R' || (i % 4) AS region, 'MW' AS unit, 'all' AS consumer_type,
            'demand' AS measurement_type
        """;

    [Test]
    public async Task A_file_without_rows_gives_no_batch()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"{Good} FROM range(0) t(i)");

        await using IParquetFile file = await Reading.OpenAsync(path);

        Assert.That(await Reading.RowsAsync(path), Is.Empty);
        Assert.That(file.RowGroups.Sum(g => g.Rows), Is.Zero);
    }

    [Test]
    public async Task A_file_without_row_groups_gives_no_batch()
    {
        using var folder = new Folder();
        string path = new ArrowFile(Columns(0), 0).Write(folder.File("a.parquet"));

        await using IParquetFile file = await Reading.OpenAsync(path);

        Assert.That(file.RowGroups, Is.Empty);
        Assert.That(await Reading.RowsAsync(path), Is.Empty);
    }

    [Test]
    public async Task Empty_row_groups_are_skipped_and_counted()
    {
        using var folder = new Folder();
        string path = new ArrowFile(Columns(30), 30) { RowsPerGroup = 10, HasEmptyGroup = true }.Write(folder.File("a.parquet"));

        await using IParquetFile file = await Reading.OpenAsync(path);
        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(file.RowGroups.Select(g => g.Rows), Is.EqualTo(new long[] { 10, 0, 10, 0, 10, 0 }));
        Assert.That(rows.Select(r => r.RowGroup).Distinct(), Is.EqualTo(new[] { 0, 2, 4 }));
        Assert.That(rows.Select(r => r.RowInFile), Is.EqualTo(Enumerable.Range(0, 30)));
        Assert.That(rows.Select(r => r.Version), Is.EqualTo(rows.Select(r => Reading.Version.ForRowGroup(r.RowGroup))));
    }

    [Test]
    public async Task A_row_group_of_a_million_rows_is_read_whole_within_its_estimate()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"{Good} FROM range(1048576) t(i)", "ROW_GROUP_SIZE 1048576");
        await using IParquetFile file = await Reading.OpenAsync(path);
        await using IAsyncEnumerator<MeasurementBatch> batches = file.ReadAsync(0, Reading.Version, CancellationToken.None).GetAsyncEnumerator();

        await batches.MoveNextAsync();
        using MeasurementBatch batch = batches.Current;

        Assert.That(file.RowGroups, Has.Count.EqualTo(1));
        Assert.That(file.RowGroups[0].MemoryBytes, Is.InRange(1_048_576 * 21, 300L << 20));
        Assert.That(batch.Count, Is.EqualTo(1_048_576));
        Assert.That(batch.Values[^1], Is.EqualTo(1_048_575));
        Assert.That(batch.SeriesById.Length, Is.EqualTo(4));
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.SeriesIds[i] != i % 4)
            {
                Assert.That(batch.SeriesIds[i], Is.EqualTo(i % 4), $"row {i}");
            }
        }
    }

    [Test]
    public async Task The_first_unit_in_the_file_is_valid_wherever_reading_begins()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT * REPLACE (CASE WHEN i < 3000 THEN 'MW' ELSE 'kW' END AS unit) FROM (SELECT i, * FROM ({Good}, i FROM range(6144) t(i)))", "ROW_GROUP_SIZE 2048");

        List<Row> all = await Reading.RowsAsync(path);
        List<Row> resumed = await Reading.RowsAsync(path, fromRowGroup: 2);

        Assert.That(all[^1].SeriesFault, Is.EqualTo(RejectionReason.SecondUnit));
        Assert.That(resumed, Is.EqualTo(all[4096..]));
    }

    [Test]
    public async Task Earlier_row_groups_are_not_fetched_if_the_unit_never_varies()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT *, md5(i::VARCHAR) AS ignored FROM ({Good}, i FROM range(200000) t(i))", "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await Reading.OpenAsync(path);
        await using IParquetFile whole = await Reading.OpenAsync(path);

        await ReadAsync(file, file.RowGroups.Count - 1);
        await ReadAsync(whole, 0);

        Assert.That(file.BytesRead, Is.LessThan(whole.BytesRead / 3));
    }

    [Test]
    public async Task Rows_of_a_file_of_rejected_rows_keep_their_versions()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT *, CASE WHEN i = 1 THEN NULL ELSE 5000 + i END::BIGINT AS _version, 'MissingValue' AS _reason FROM ({Good}, i FROM range(3) t(i))");

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Version), Is.EqualTo(new[] { 5000, Reading.Version.ForRowGroup(0), 5002 }));
    }

    [Test]
    public async Task The_order_of_rows_does_not_change_series()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, i::DOUBLE AS value, 'R' || (hash(i) % 7) AS region, 'U' || (hash(i, 1) % 2) AS unit,
                CASE WHEN hash(i, 2) % 5 = 0 THEN NULL ELSE 'C' || (hash(i, 2) % 5) END AS consumer_type, 'M' || (hash(i, 3) % 3) AS measurement_type,
                CASE WHEN hash(i, 4) % 4 = 0 THEN '' ELSE 'Q' || (hash(i, 4) % 4) END AS quality_flag FROM range(20000) t(i)
            """,
            "ROW_GROUP_SIZE 4096");

        List<Row> rows = await Comparison.AssertSameAsync(folder, path, DatasetType.Consumption, "epoch_ns(timestamp)");

        Assert.That(rows.Select(r => r.Key).Distinct().Count(), Is.GreaterThan(400));
    }

    private static ArrowColumn[] Columns(int rows) =>
    [
        ArrowColumn.Of<long>("timestamp", PhysicalType.Int64, LogicalType.Timestamp(true, ParquetSharp.TimeUnit.Millis), [.. Enumerable.Range(0, rows).Select(i => (long?)i)], isRequired: true),
        ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Enumerable.Range(0, rows).Select(i => (double?)i)], isRequired: true),
        .. new[] { "region", "unit", "consumer_type", "measurement_type" }.Select(n => ArrowColumn.OfText(n, [.. Enumerable.Repeat("x", rows)], isRequired: true)),
    ];

    private static async Task ReadAsync(IParquetFile file, int fromRowGroup)
    {
        await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
        }
    }
}
