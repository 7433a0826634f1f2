using Loader.Application.Quality;

namespace Loader.Tests.Quality;

/// <summary>The rows with the highest scores are kept, whatever the order in which they come.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class TopRowsTests
{
    private const int Capacity = 32;

    [Test]
    public void Rows_that_are_merged_in_another_order_are_the_same([Range(1, 30)] int seed)
    {
        RatedRow[] rows = Rows(seed);
        RatedRow[] shuffled = [.. rows];
        new Random(seed).Shuffle(shuffled);

        Assert.That(Kept(Merged(shuffled)), Is.EqualTo(Best(rows)));
    }

    [Test]
    public void The_scores_of_all_others_are_counted([Range(1, 10)] int seed)
    {
        RatedRow[] rows = Rows(seed);

        Assert.That(
            Merged(rows).CountOthersAbove(double.NegativeInfinity), Is.EqualTo(Math.Max(rows.Length - Capacity, 0)));
    }

    [Test]
    public void Rows_in_the_order_of_time_are_the_best([Range(1, 30)] int seed)
    {
        RatedRow[] rows = Rows(seed);
        var top = new TopRows(Capacity);
        top.Reserve(rows.Length);
        foreach (RatedRow row in rows.Where(row => row.Score >= 0))
        {
            if (row.Score > top.Lowest)
            {
                top.Add(row);
            }
        }

        Assert.That(Kept(top), Is.EqualTo(Best(rows)));
    }

    /// <summary>Merges sets of a few rows each.</summary>
    private static TopRows Merged(RatedRow[] rows)
    {
        var merged = new TopRows(Capacity);
        foreach (RatedRow[] some in rows.Chunk(7))
        {
            var part = new TopRows(Capacity);
            part.Reserve(some.Length);
            foreach (RatedRow row in some)
            {
                part.Add(row);
            }

            merged.Merge(part);
        }

        return merged;
    }

    /// <summary>Makes rows in the order of time with few different scores.</summary>
    private static RatedRow[] Rows(int seed)
    {
        var random = new Random(seed);
        int scores = random.Next(1, 60);
        return [.. Enumerable.Range(0, random.Next(1, 400)).Select(i => new RatedRow(random.Next(scores), i, 1, 60, 0, new RowPlace(0, i)))];
    }

    private static IEnumerable<RatedRow> Kept(TopRows top) => top.Rows.ToArray().OrderBy(row => row.Seconds);

    private static IEnumerable<RatedRow> Best(RatedRow[] rows) =>
        rows.OrderByDescending(row => row.Score).ThenBy(row => row.Seconds).Take(Capacity).OrderBy(row => row.Seconds);
}
