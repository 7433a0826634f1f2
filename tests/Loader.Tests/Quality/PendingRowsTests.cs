using Loader.Application.Quality;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Quality;

/// <summary>Rows that wait come back by their series, in the order of the file, with their times in seconds.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PendingRowsTests
{
    [Test]
    public void No_row_is_lost_and_none_changes([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        var pending = new PendingRows();
        int slots = random.Next(1, 60);
        pending.Reserve(slots);
        List<Added> expected = Fill(pending, slots, random);

        Assert.That(Rows(pending), Is.EqualTo(Sorted(expected)));
    }

    [Test]
    public void Nothing_is_left_of_rows_that_are_forgotten([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var pending = new PendingRows();
        pending.Reserve(60);
        Fill(pending, 60, random);
        pending.Clear();
        List<Added> expected = Fill(pending, 30, random);

        Assert.That(Rows(pending), Is.EqualTo(Sorted(expected)));
    }

    [TestCase(TimeUnit.Milliseconds, 1_000, 999)]
    [TestCase(TimeUnit.Microseconds, 1_000_000, 1)]
    [TestCase(TimeUnit.Nanoseconds, 1_000_000_000, 500_000_000)]
    public void Times_between_seconds_are_told(TimeUnit unit, long second, long fraction)
    {
        Assert.That(
            (long[])[0, second, -second, fraction, -fraction, second + fraction],
            Has.Exactly(3).Matches<long>(time => IsWhole(time, unit)));
    }

    [TestCase(1_500, 1)]
    [TestCase(-1, -1)]
    [TestCase(-1_000, -1)]
    [TestCase(-1_001, -2)]
    public void A_time_is_rounded_down_to_seconds(long milliseconds, long expected)
    {
        Assert.That(PendingRows.SecondsOf(milliseconds, TimeUnit.Milliseconds, out _), Is.EqualTo(expected));
    }

    [Test]
    public void Room_that_was_asked_for_is_enough()
    {
        var pending = new PendingRows();
        pending.Reserve(1);
        using MeasurementBatch batch = Some.Batch([.. Judged.Hourly(10, Judged.Curve)]);
        int before = pending.LengthFor(10);
        pending.Add(batch, 0, new int[10]);

        Assert.That((before, pending.LengthFor(6)), Is.EqualTo((16, 0)));
    }

    private static bool IsWhole(long time, TimeUnit unit)
    {
        var pending = new PendingRows();
        pending.Reserve(1);
        using MeasurementBatch batch = Some.Batch([(time, 1, Some.Key())], unit: unit);
        return pending.Add(batch, 0, [0]);
    }

    private static List<Added> Fill(PendingRows pending, int slots, Random random)
    {
        var expected = new List<Added>();
        int rowGroups = random.Next(1, 9);
        for (int rowGroup = 0; rowGroup < rowGroups; rowGroup++)
        {
            TimeUnit unit = random.Next(3) switch { 0 => TimeUnit.Milliseconds, 1 => TimeUnit.Microseconds, _ => TimeUnit.Nanoseconds };

            // Nanoseconds reach 292 years; the others are up to 8,000 years apart.
            long years = unit == TimeUnit.Nanoseconds ? 200 : 8_000;
            bool isFar = random.Next(3) == 0;
            int count = random.Next(1, 700);
            long[] seconds = [.. Enumerable.Range(0, count).Select(
                i => isFar ? random.NextInt64(-years / 4, years) * 31_556_952 : 1_700_000_000 + (i / 3 * 900))];
            using MeasurementBatch batch = Some.Batch(
                [.. seconds.Select(second => (second * unit.PerSecond(), random.NextDouble(), Some.Key()))], rowGroup: rowGroup, unit: unit);
            int first = random.Next(count);
            int[] slotOfRow = [.. Enumerable.Range(first, count - first).Select(_ => random.Next(-1, slots))];
            Assert.That(pending.Add(batch, first, slotOfRow), Is.True);
            for (int row = first; row < count; row++)
            {
                if (slotOfRow[row - first] >= 0)
                {
                    expected.Add(new Added(slotOfRow[row - first], seconds[row], batch.Values[row], new RowPlace(rowGroup, row)));
                }
            }
        }

        return expected;
    }

    private static List<Added> Sorted(List<Added> rows) => [.. rows.OrderBy(row => row.Slot)];

    private static List<Added> Rows(PendingRows pending)
    {
        var rows = new List<Added>();
        foreach (int slot in pending.Slots)
        {
            int count = pending.CountOf(slot);
            var seconds = new long[count];
            var values = new double[count];
            var places = new RowPlace[count];
            pending.CopyTo(slot, seconds, values, places);
            rows.AddRange(Enumerable.Range(0, count).Select(i => new Added(slot, seconds[i], values[i], places[i])));
        }

        return Sorted(rows);
    }

    private sealed record Added(int Slot, long Seconds, double Value, RowPlace Place);
}
