using CsCheck;
using Loader.Application.Quality;

namespace Loader.Tests.Quality;

/// <summary>The loops with vectors count what a loop over single times counts, at every length and offset.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TimeRunsTests
{
    /// <summary>Mostly one distance, so that runs are longer than a vector and end anywhere in one.</summary>
    private static readonly Gen<long[]> Times = Gen.OneOf(Gen.Const(60L), Gen.Const(60L), Gen.Const(60L), Gen.Long[-60, 120]).Array[0, 40].Select(distances =>
    {
        long[] times = new long[distances.Length + 1];
        for (int i = 0; i < distances.Length; i++)
        {
            times[i + 1] = times[i] + distances[i];
        }

        return times;
    });

    [Test]
    public void Times_the_same_distance_apart_are_counted() => Times.Sample(times =>
    {
        int expected = 1;
        while (expected < times.Length && times[expected] - times[expected - 1] == 60)
        {
            expected++;
        }

        return TimeRuns.CountApart(times, 60) == expected;
    });

    [Test]
    public void Times_in_a_range_are_counted() => Gen.Select(Times, Gen.Long[-60, 60], Gen.Long[0, 2_400]).Sample((times, from, until) =>
        TimeRuns.CountIn(times, from, until) == times.TakeWhile(time => time >= from && time < until).Count());

    [Test]
    public void No_times_are_in_no_range() => Assert.That(TimeRuns.CountIn([], 0, 1), Is.Zero);
}
