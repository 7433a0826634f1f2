using Loader.Application.Quality;

namespace Loader.Tests.Quality;

/// <summary>The number with a rank is that of the sorted numbers.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class OrderStatisticTests
{
    [Test]
    public void Each_rank_has_the_number_of_the_sorted_ones([Range(1, 60)] int seed)
    {
        int[] numbers = Numbers(seed);
        int[] sorted = [.. numbers.Order()];

        Assert.That(Enumerable.Range(0, numbers.Length).Select(rank => OrderStatistic.Find<int>([.. numbers], rank)), Is.EqualTo(sorted));
    }

    [Test]
    public void Bits_of_floating_point_numbers_have_their_order([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        double[] numbers = [.. Enumerable.Range(0, random.Next(1, 100)).Select(_ => random.NextDouble() * Math.Pow(10, random.Next(-300, 300)))];
        long[] bits = [.. numbers.Select(BitConverter.DoubleToInt64Bits)];
        int rank = random.Next(numbers.Length);

        Assert.That(
            BitConverter.Int64BitsToDouble(OrderStatistic.Find<long>(bits, rank)), Is.EqualTo(numbers.Order().ElementAt(rank)));
    }

    [Test]
    public void Numbers_above_a_limit_are_counted([Range(1, 20)] int seed)
    {
        int[] numbers = Numbers(seed);
        int limit = numbers[numbers.Length / 2];

        Assert.That(OrderStatistic.CountAbove<int>(numbers, limit), Is.EqualTo(numbers.Count(number => number > limit)));
    }

    [TestCase(0)]
    [TestCase(int.MaxValue)]
    public void Extreme_numbers_are_found(int number)
    {
        Assert.That(OrderStatistic.Find<int>([.. Enumerable.Repeat(number, 40)], 20), Is.EqualTo(number));
    }

    /// <summary>Makes numbers of which many, few or none are equal.</summary>
    private static int[] Numbers(int seed)
    {
        var random = new Random(seed);
        int different = (int)Math.Pow(10, random.Next(1, 9));
        return [.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => random.Next(different))];
    }
}
