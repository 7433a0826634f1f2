using Loader.Application.Quality;

namespace Loader.Tests.Quality;

public sealed class MedianSketchTests
{
    [Test]
    public void The_order_of_magnitudes_and_of_sketches_does_not_matter([Range(1, 20)] int seed)
    {
        double[] magnitudes = Magnitudes(seed);
        var whole = new MedianSketch();
        whole.Add(magnitudes);

        MedianSketch merged = Merged([.. magnitudes.Reverse()], new Random(seed));

        Assert.That(
            (merged.Count, merged.Median(), Above(merged, magnitudes)), Is.EqualTo((whole.Count, whole.Median(), Above(whole, magnitudes))));
    }

    [Test]
    public void The_memory_of_a_histogram_does_not_depend_on_the_order([Range(1, 20)] int seed)
    {
        double[] magnitudes = [.. Magnitudes(seed), .. Enumerable.Repeat(1.0, 101)];
        var whole = new MedianSketch();
        whole.Add(magnitudes);

        MedianSketch merged = Merged([.. magnitudes.Reverse()], new Random(seed));

        Assert.That(merged.Bytes, Is.EqualTo(whole.Bytes));
    }

    [Test]
    public void The_median_of_many_is_off_by_12_percent_at_most([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        double[] magnitudes = [.. Enumerable.Range(0, 1_001).Select(_ => Math.Pow(2, (random.NextDouble() * 60) - 23))];
        var sketch = new MedianSketch();
        sketch.Add(magnitudes);

        double median = magnitudes.Order().ElementAt(500);

        Assert.That(sketch.Median(), Is.EqualTo(median).Within(12).Percent);
    }

    [Test]
    public void Magnitudes_of_one_size_take_the_memory_of_one_range()
    {
        var sketch = new MedianSketch();

        int grown = sketch.Add([.. Enumerable.Range(0, 1_000).Select(row => 500.0 + (row % 100))]);

        Assert.That((sketch.Bytes, grown), Is.EqualTo((16 * sizeof(int), 16 * sizeof(int))));
    }

    [Test]
    public void The_smallest_and_the_largest_numbers_have_buckets()
    {
        var sketch = new MedianSketch();
        sketch.Add([.. Enumerable.Repeat(0.0, 100), .. Enumerable.Repeat(double.Epsilon, 100), .. Enumerable.Repeat(double.MaxValue, 50)]);

        Assert.That((sketch.Median(), sketch.CountAbove(1), sketch.CountAbove(0)), Is.EqualTo((0.0, 50, 50)));
    }

    /// <summary>Adds magnitudes to several sketches in pieces, and merges these.</summary>
    private static MedianSketch Merged(double[] magnitudes, Random random)
    {
        var merged = new MedianSketch();
        for (int at = 0; at < magnitudes.Length;)
        {
            var part = new MedianSketch();
            for (int pieces = random.Next(1, 4); pieces > 0 && at < magnitudes.Length; pieces--)
            {
                int count = Math.Min(random.Next(1, 150), magnitudes.Length - at);
                part.Add(magnitudes.AsSpan(at, count));
                at += count;
            }

            merged.Merge(part);
        }

        return merged;
    }

    private static string Above(MedianSketch sketch, double[] limits) => string.Join(' ', limits.Take(50).Select(sketch.CountAbove));

    private static double[] Magnitudes(int seed)
    {
        var random = new Random(seed);
        int octaves = random.Next(1, 200);
        return [.. Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => random.Next(20) == 0 ? 0 : Math.Pow(2, (random.NextDouble() * octaves) - (octaves / 2.0)))];
    }
}
