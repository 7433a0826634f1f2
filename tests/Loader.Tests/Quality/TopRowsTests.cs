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

    /// <summary>A score that equals a limit is not above it, also where only buckets are counted.</summary>
    [Test]
    public void No_other_is_counted_above_the_lowest_score([Range(1, 10)] int seed)
    {
        TopRows merged = Merged(Rows(seed));
        double lowest = merged.Rows.ToArray().Min(row => row.Score);

        // Buckets are 19 % wide.
        Assert.That(merged.CountOthersAbove(lowest * 1.2), Is.Zero);
    }

    [Test]
    public void Rows_in_the_order_of_time_are_the_best([Range(1, 60)] int seed)
    {
        RatedRow[] rows = Rows(seed);

        Assert.That(Kept(Chosen(rows, seed)), Is.EqualTo(Best(rows)));
    }

    [Test]
    public void The_lowest_score_is_that_of_a_row([Range(1, 20)] int seed)
    {
        RatedRow[] rows = Rows(seed);

        Assert.That(
            Chosen(rows, seed).Lowest,
            Is.EqualTo(rows.Length < Capacity ? double.NegativeInfinity : Best(rows).Min(row => row.Score)));
    }

    [Test]
    public void Nothing_is_left_of_rows_that_are_forgotten()
    {
        TopRows top = Chosen(Rows(3), 3);
        top.Clear();
        RatedRow[] rows = Rows(4);
        Choose(ref top, rows);

        Assert.That(Kept(top), Is.EqualTo(Best(rows)));
    }

    /// <summary>Adds the best of rows that come a few at once.</summary>
    private static TopRows Chosen(RatedRow[] rows, int seed)
    {
        var random = new Random(seed);
        var top = new TopRows(Capacity);
        for (int first = 0; first < rows.Length;)
        {
            int count = Math.Min(random.Next(1, 90), rows.Length - first);
            Choose(ref top, rows.AsSpan(first, count));
            first += count;
        }

        return top;
    }

    private static void Choose(ref TopRows top, ReadOnlySpan<RatedRow> rows)
    {
        var scores = new double[rows.Length];
        var indexes = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (scores[i], indexes[i]) = (rows[i].Score, i);
        }

        top.AddScores(scores);
        int chosen = top.Choose(scores, indexes, new double[rows.Length + TopRows.MaxCapacity]);
        foreach (int index in indexes.AsSpan(0, chosen))
        {
            top.Add(rows[index]);
        }
    }

    /// <summary>Merges sets of rows, each in the order of time.</summary>
    private static TopRows Merged(RatedRow[] rows)
    {
        var merged = new TopRows(Capacity);
        foreach (RatedRow[] some in rows.Chunk(57))
        {
            var part = new TopRows(Capacity);
            Choose(ref part, [.. some.OrderBy(row => row.Seconds)]);
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
