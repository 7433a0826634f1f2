using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet;

namespace Loader.Tests.Parquet;

/// <summary>The cost of text columns, counted and not timed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TextCostTests
{
    private const int RowGroups = 4;
    private const int RowsPerGroup = 20_480;

    [Test]
    public async Task A_distinct_text_becomes_one_object_for_the_whole_file()
    {
        using var folder = new Folder();

        List<Row> rows = await Reading.RowsAsync(Write(folder));

        Assert.That(rows, Has.Count.EqualTo(RowGroups * RowsPerGroup));
        Assert.That(rows.Select(r => r.Key.Subject).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(240));
        Assert.That(rows.Select(r => r.Key.Unit).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_row_group_whose_series_are_known_allocates_less_than_a_byte_a_row()
    {
        using var folder = new Folder();
        byte[] bytes = await File.ReadAllBytesAsync(Write(folder));
        var source = new ParquetSource(new SourceOptions(), Reading.NoS3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.OnDisk("in-memory.parquet"), DatasetType.Consumption, new MemoryFile(bytes), CancellationToken.None);
        var allocated = new List<long>();
        long before = GC.GetAllocatedBytesForCurrentThread();

        // In memory, so that all is done by this thread.
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            before = GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.That(allocated, Has.Count.EqualTo(RowGroups));
        Assert.That(allocated.Min(), Is.LessThan(RowsPerGroup), string.Join(", ", allocated));
    }

    private static string Write(Folder folder) => folder.Write(
        "texts.parquet",
        $"""
        SELECT make_timestamp(i) AS timestamp, i::DOUBLE AS value, 'R' || (i % 24) AS region, 'MW' AS unit, 'consumer type ' || (hash(i) % 240) AS consumer_type,
            'demand' AS measurement_type FROM range({RowGroups * RowsPerGroup}) t(i)
        """,
        $"ROW_GROUP_SIZE {RowsPerGroup}");
}
