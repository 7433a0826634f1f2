using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Tests.Support;

namespace Loader.Tests.DuckDb;

/// <summary>The rules of identity and version.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbVersionTests
{
    private static readonly long Old = new ObjectVersion(1_000).ForRowGroup(3);
    private static readonly long New = new ObjectVersion(2_000).ForRowGroup(0);

    [Test]
    public async Task A_new_row_is_inserted()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, TableChanges changes) = await file.WriteAsync(MeasurementRow.Batch(Old, [new(1_700_000_000_000, 1.5, QualityFlag: "good")]));

        Assert.That(outcomes[0].Written, Is.EqualTo(1));
        Assert.That(changes, Is.EqualTo(new TableChanges(1, 0, 0)));
        Assert.That(file.Stored(), Is.EqualTo(new[] { $"1700000000000000000|SE|hydro|power|good|MW|1.5|{Old}" }));
    }

    [Test]
    public async Task Row_groups_that_are_written_in_another_order_than_they_were_read_store_each_row_once([Values(0, 1, 2, 3, 4, 5)] int order)
    {
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        var catalog = new SeriesCatalog(DatasetType.Generation);

        // Each row group brings series that the earlier ones do not know.
        MeasurementBatch[] batches = [.. Enumerable.Range(0, 3).Select(rowGroup => Some.Batch(
            [.. Enumerable.Range(0, (rowGroup + 1) * 5).Select(i => (Some.Time + (rowGroup * 1_000L), (double)i, Some.Key(region: $"R{i}")))], catalog, rowGroup))];
        long written = 0;
        await using (IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None))
        {
            foreach (int rowGroup in orders[order])
            {
                WriteOutcome outcome = await writer.WriteAsync(batches[rowGroup], CancellationToken.None);
                Assert.That(outcome.Failure, Is.Null);
                written += outcome.Written;
            }
        }

        Array.ForEach(batches, batch => batch.Dispose());
        sink.Dispose();
        Assert.That(written, Is.EqualTo(5 + 10 + 15));
        Assert.That(file.Query("SELECT count(*), count(DISTINCT (time, region)) FROM generation"), Is.EqualTo(new[] { "30|30" }));
    }

    [Test]
    public async Task The_same_rows_again_change_nothing()
    {
        using var file = new DuckDbFile();
        MeasurementRow[] rows = [new(1, 1), new(2, 2, QualityFlag: "good")];
        await file.WriteAsync(MeasurementRow.Batch(Old, rows));

        (List<WriteOutcome> outcomes, TableChanges changes) = await file.WriteAsync(MeasurementRow.Batch(Old, rows));

        Assert.That(outcomes[0].Written, Is.EqualTo(2));
        Assert.That(changes, Is.EqualTo(new TableChanges(0, 0, 2)));
        Assert.That(file.Stored(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_higher_version_replaces_the_value()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, TableChanges changes) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, 1)]), MeasurementRow.Batch(New, [new(1, 5)]));

        Assert.That(outcomes[1].Written, Is.EqualTo(1));
        Assert.That(changes, Is.EqualTo(new TableChanges(1, 1, 0)));
        Assert.That(file.Stored(), Is.EqualTo(new[] { $"1000000|SE|hydro|power|null|MW|5|{New}" }));
    }

    [Test]
    public async Task A_higher_version_replaces_the_unit()
    {
        using var file = new DuckDbFile();

        (_, TableChanges changes) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, 1, Unit: "kW")]), MeasurementRow.Batch(New, [new(1, 1, Unit: "MW")]));

        Assert.That(changes, Is.EqualTo(new TableChanges(1, 1, 0)));
        Assert.That(file.Stored(), Is.EqualTo(new[] { $"1000000|SE|hydro|power|null|MW|1|{New}" }));
    }

    [Test]
    public async Task The_same_value_with_a_higher_version_only_raises_the_version()
    {
        using var file = new DuckDbFile();

        (_, TableChanges changes) = await file.WriteAsync(MeasurementRow.Batch(Old, [new(1, 1)]), MeasurementRow.Batch(New, [new(1, 1)]));

        Assert.That(changes, Is.EqualTo(new TableChanges(1, 0, 1)));
        Assert.That(file.Stored(), Is.EqualTo(new[] { $"1000000|SE|hydro|power|null|MW|1|{New}" }));
    }

    [Test]
    public async Task An_older_object_is_superseded()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(MeasurementRow.Batch(New, [new(1, 1)]), MeasurementRow.Batch(Old, [new(1, 2), new(2, 2)]));

        Assert.That(outcomes[1], Has.Property(nameof(WriteOutcome.Superseded)).EqualTo(1).And.Property(nameof(WriteOutcome.Written)).EqualTo(1));
        Assert.That(file.Stored()[0], Does.EndWith($"|1|{New}"));
    }

    [Test]
    public async Task An_earlier_row_group_of_the_same_object_is_a_duplicate()
    {
        using var file = new DuckDbFile();
        var version = new ObjectVersion(7);

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(
            MeasurementRow.Batch(version.ForRowGroup(2), [new(1, 1)], rowGroup: 2), MeasurementRow.Batch(version.ForRowGroup(1), [new(1, 2)], rowGroup: 1));

        Assert.That(outcomes[1], Has.Property(nameof(WriteOutcome.Duplicate)).EqualTo(1).And.Property(nameof(WriteOutcome.Written)).EqualTo(0));
        Assert.That(file.Stored()[0], Does.Contain("|1|"));
    }

    [Test]
    public async Task Another_value_under_the_same_version_is_rejected_and_the_first_stays()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, 1), new(2, 2)]), MeasurementRow.Batch(Old, [new(1, 1), new(2, 9), new(3, 3)]));

        Assert.That(outcomes[1].Written, Is.EqualTo(2));
        Assert.That(
            outcomes[1].Rejected,
            Is.EqualTo(new[] { new RejectedRow(1, RejectionReason.VersionConflict, $"Another value is stored under the same version {Old}.") }));
        Assert.That(file.Stored()[1], Does.EndWith($"|2|{Old}"));
    }

    [Test]
    public async Task Another_unit_under_the_same_version_is_rejected()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, 1, Unit: "kW")]), MeasurementRow.Batch(Old, [new(1, 1, Unit: "MW")]));

        Assert.That(outcomes[1].Rejected, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_rows_with_the_same_identity_in_a_batch_the_last_is_stored()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, TableChanges changes) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(5, 1), new(4, 2), new(5, 3), new(5, 4, QualityFlag: "good"), new(5, 2)]));

        Assert.That(outcomes[0], Has.Property(nameof(WriteOutcome.Duplicate)).EqualTo(2).And.Property(nameof(WriteOutcome.Written)).EqualTo(3));
        Assert.That(changes, Is.EqualTo(new TableChanges(3, 0, 0)));
        Assert.That(file.Query("SELECT \"value\" FROM generation ORDER BY \"time\", quality_flag NULLS FIRST"), Is.EqualTo(new[] { "2", "2", "4" }));
    }

    [Test]
    public async Task Of_rows_with_their_own_versions_the_highest_in_a_batch_is_stored()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(
            MeasurementRow.Batch(New, [new(1, 10, Version: Old + 1), new(1, 20, Version: Old), new(2, 1, Version: Old), new(2, 2, Version: Old)]));

        Assert.That(outcomes[0].Duplicate, Is.EqualTo(2));
        Assert.That(file.Query("SELECT \"value\", version FROM generation ORDER BY \"time\""), Is.EqualTo(new[] { $"10|{Old + 1}", $"2|{Old}" }));
    }

    [Test]
    public async Task A_missing_flag_is_a_separate_identity()
    {
        using var file = new DuckDbFile();

        await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, 1), new(1, 2, QualityFlag: "good")]), MeasurementRow.Batch(New, [new(1, 3)]));

        Assert.That(file.Query("SELECT quality_flag, \"value\" FROM generation ORDER BY \"value\""), Is.EqualTo(new[] { "good|2", "null|3" }));
    }

    [Test]
    public async Task Invalid_rows_are_left_out()
    {
        using var file = new DuckDbFile();

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(
            MeasurementRow.Batch(Old, [new(1, double.NaN), new(2, 2), new(MeasurementBatch.MissingTime, 1), new(3, 3, Region: "")]));

        Assert.That(outcomes[0].Written, Is.EqualTo(1));
        Assert.That(file.Query("SELECT \"value\" FROM generation"), Is.EqualTo(new[] { "2" }));
    }

    [TestCase(TimeUnit.Milliseconds, 1_700_000_000_123, "1700000000123000000")]
    [TestCase(TimeUnit.Microseconds, 1_700_000_000_123_456, "1700000000123456000")]
    [TestCase(TimeUnit.Nanoseconds, 1_700_000_000_123_456_789, "1700000000123456789")]
    [TestCase(TimeUnit.Nanoseconds, -1, "-1")]
    public async Task Times_are_stored_to_the_nanosecond(TimeUnit unit, long time, string nanoseconds)
    {
        using var file = new DuckDbFile();

        await file.WriteAsync(MeasurementRow.Batch(Old, [new(time, 1)], unit: unit));

        Assert.That(file.Query("SELECT epoch_ns(\"time\") FROM generation"), Is.EqualTo(new[] { nanoseconds }));
    }

    [Test]
    public async Task Corrected_rows_at_both_ends_of_the_time_range_are_found()
    {
        using var file = new DuckDbFile();
        MeasurementRow[] rows = [.. Enumerable.Range(0, 5_000).Select(hour => new MeasurementRow(hour * 3_600_000L, hour))];
        await file.WriteAsync(MeasurementRow.Batch(Old, rows));

        (_, TableChanges changes) = await file.WriteAsync(MeasurementRow.Batch(New, [rows[0] with { Value = -1 }, rows[4_999] with { Value = -2 }, new(-3_600_000L, 0)]));

        Assert.That(changes, Is.EqualTo(new TableChanges(1, 2, 0)));
        Assert.That(file.Query("SELECT count(*), min(\"value\") FROM generation"), Is.EqualTo(new[] { "5001|-2" }));
    }
}
