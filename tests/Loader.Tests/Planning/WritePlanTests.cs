using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Planning;
using Loader.Tests.Timestream;

namespace Loader.Tests.Planning;

public sealed class WritePlanTests
{
    [Test]
    public void Rows_are_ordered_by_series_and_then_by_time()
    {
        using MeasurementBatch batch = new SomeBatch()
            .Row("S", time: 3).Row("N", time: 2).Row("S", time: 1).Row("N", time: 1).Row("S", time: 2).Build();

        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());

        Assert.That(plan.RowIndices.ToArray(), Is.EqualTo(new[] { 2, 4, 0, 3, 1 }));
    }

    [Test]
    public void Of_rows_with_the_same_series_and_time_the_last_one_is_kept()
    {
        using MeasurementBatch batch = new SomeBatch().Row(time: 2).Row(time: 1).Row(time: 2).Row(time: 1).Row(time: 2).Row(time: 3).Build();

        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());

        Assert.Multiple(() =>
        {
            Assert.That(plan.RowIndices.ToArray(), Is.EqualTo(new[] { 3, 4, 5 }));
            Assert.That(plan.Duplicates, Is.EqualTo(3));
        });
    }

    [Test]
    public void Of_rows_with_versions_the_highest_version_is_kept_and_of_equal_versions_the_last_row()
    {
        using MeasurementBatch batch = new SomeBatch { HasVersions = true }
            .Row(time: 1, version: 9).Row(time: 1, version: 8).Row(time: 2, version: 4).Row(time: 2, version: 4).Build();

        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());

        Assert.That(plan.RowIndices.ToArray(), Is.EqualTo(new[] { 0, 3 }));
    }

    [Test]
    public void An_invalid_row_is_not_a_duplicate()
    {
        using MeasurementBatch batch = new SomeBatch().Row(time: 1).Row(time: 1, value: double.NaN).Build();

        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());

        Assert.That((plan.Count, plan.Duplicates, plan.RowIndices[0]), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public void Consecutive_series_share_the_dimensions_with_the_fewest_values()
    {
        var some = new SomeBatch();
        foreach (string subject in new[] { "a", "b", "c", "d", "e" })
        {
            foreach (string region in new[] { "N", "S" })
            {
                some.Row(region, subject);
            }
        }

        using MeasurementBatch batch = some.Build();
        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());
        int[] rows = plan.RowIndices.ToArray();

        Assert.That(rows.Select(row => batch[row].Series.Key.Region), Is.EqualTo("NNNNNSSSSS".Select(c => c.ToString())));
    }

    [Test]
    public void An_empty_batch_and_a_batch_without_valid_rows_have_nothing_to_send()
    {
        using MeasurementBatch empty = new SomeBatch().Build();
        using MeasurementBatch invalid = new SomeBatch().Row(value: double.NaN).Build();

        using WritePlan first = WritePlan.Create(empty, new SeriesTable());
        using WritePlan second = WritePlan.Create(invalid, new SeriesTable());

        Assert.That((first.Count, second.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Series_that_first_appear_in_a_later_row_group_are_added()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        var series = new SeriesTable();
        using MeasurementBatch first = new SomeBatch(catalog: catalog).Row("N").Build();
        using MeasurementBatch second = new SomeBatch(catalog: catalog).Row("S").Row("N").Build();

        using WritePlan later = WritePlan.Create(second, series);
        using WritePlan earlier = WritePlan.Create(first, series);

        Assert.That((earlier.Count, later.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Batches_of_two_files_cannot_share_a_writer()
    {
        var series = new SeriesTable();
        using MeasurementBatch first = new SomeBatch().Row("N").Build();
        using MeasurementBatch second = new SomeBatch().Row("N").Build();
        WritePlan.Create(first, series).Dispose();

        Assert.That(() => WritePlan.Create(second, series), Throws.ArgumentException);
    }

    [Test]
    public void Random_batches_are_ordered_as_by_a_plain_sort([Values(1, 2, 3, 4, 5)] int seed, [Values] bool versions)
    {
        var random = new Random(seed);
        var some = new SomeBatch { HasVersions = versions };
        for (int i = 0; i < 2_000; i++)
        {
            some.Row($"r{random.Next(4)}", $"s{random.Next(3)}", quality: random.Next(3) == 0 ? null : "good", time: random.Next(200),
                value: random.Next(20) == 0 ? double.NaN : random.Next(), version: random.Next(1, 4));
        }

        using MeasurementBatch batch = some.Build();
        using WritePlan plan = WritePlan.Create(batch, new SeriesTable());

        var expected = Enumerable.Range(0, batch.Count).Select(row => batch[row]).Where(m => m.Verdict == RejectionReason.None)
            .GroupBy(m => (m.Series.Id, m.Time))
            .Select(g => g.OrderBy(m => m.Version).ThenBy(m => m.Row).Last().Row);
        int[] rows = plan.RowIndices.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(rows, Is.EquivalentTo(expected));
            Assert.That(plan.Count + plan.Duplicates, Is.EqualTo(batch.Verdicts.Count(RejectionReason.None)));
            Assert.That(rows.Select(row => batch[row].Series.Id).Where((id, i) => i == 0 || id != batch[rows[i - 1]].Series.Id), Is.Unique);
            for (int i = 1; i < rows.Length; i++)
            {
                if (batch[rows[i]].Series.Id == batch[rows[i - 1]].Series.Id)
                {
                    Assert.That(batch[rows[i]].Time, Is.GreaterThan(batch[rows[i - 1]].Time));
                }
            }
        });
    }
}
