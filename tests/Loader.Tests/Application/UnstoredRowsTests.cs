using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Application;

[Parallelizable(ParallelScope.All)]
public sealed class UnstoredRowsTests
{
    [Test]
    public void The_first_five_rows_of_a_reason_are_kept_in_whatever_order_row_groups_settle([Values(1, 2, 3)] int seed)
    {
        var rows = new UnstoredRows();
        int[] rowGroups = [0, 1, 2, 3];
        new Random(seed).Shuffle(rowGroups);
        foreach (int rowGroup in rowGroups)
        {
            using MeasurementBatch batch = Batch(rowGroup, invalid: 2);
            rows.Add(batch, 2, []);
        }

        Assert.That(rows.Before(4).Select(row => (row.RowGroup, row.Row)), Is.EqualTo([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]));
        Assert.That(rows.Before(1).Select(row => (row.RowGroup, row.Row)), Is.EqualTo([(0, 0), (0, 1)]));
    }

    [Test]
    public void A_row_tells_reason_time_and_dimensions()
    {
        using MeasurementBatch batch = Batch(3, invalid: 1);
        var rows = new UnstoredRows();
        rows.Add(batch, 1, []);

        RowExample row = rows.Before(4).Single();
        Assert.That(
            (row.Reason, row.IsRejected, row.Time, row.Value, row.Series),
            Is.EqualTo((RejectionReason.MissingValue, false, (DateTimeOffset?)Some.Instant, (double?)null, "region=SE, dataset_type=generation, energy_source=hydro, "
                + "measurement_type=power, quality_flag=good")));
    }

    [Test]
    public void Rows_that_the_destination_refused_keep_its_message_but_not_all_of_it()
    {
        using MeasurementBatch batch = Batch(0, invalid: 0);
        var rows = new UnstoredRows();
        rows.Add(batch, 0, [new RejectedRow(1, RejectionReason.Refused, new string('x', 10_000))]);

        RowExample row = rows.Before(1).Single();
        Assert.That((row.IsRejected, row.Row, row.Detail!.Length), Is.EqualTo((true, 1, RowExample.MaxTextLength)));
    }

    [Test]
    public void The_sum_of_loads_has_the_first_rows_of_all_files_in_whatever_order_they_end([Values(1, 2, 3)] int seed)
    {
        var totals = new LoadTotals();
        string[] files = ["a", "b", "c", "d"];
        new Random(seed).Shuffle(files);
        foreach (string file in files)
        {
            totals.Add(LoadStatus.Succeeded, new LoadReport
            {
                File = SourceFile.OnDisk(file),
                RowExamples = [new RowExample(RejectionReason.MissingValue, 0, 1), new RowExample(RejectionReason.MissingValue, 0, 2)],
            });
        }

        Assert.That(totals.RowExamples.Select(row => $"{row.File}{row.Row}"), Is.EqualTo(["a1", "a2", "b1", "b2", "c1"]));
    }

    private static MeasurementBatch Batch(int rowGroup, int invalid)
    {
        MeasurementBatch batch = Some.Batch([.. Enumerable.Range(0, 5).Select(i => (Some.Time + i, i < invalid ? double.NaN : i, Some.Key()))], rowGroup: rowGroup);
        MeasurementRules.Validate(batch, DestinationLimits.None);
        return batch;
    }
}
