using CsCheck;
using Loader.Parquet.Storage;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class RangePlanTests
{
    [Test]
    public void Ranges_that_touch_are_one_request()
    {
        List<ByteRange> joined = RangePlan.Join([new(300, 50), new(100, 100), new(200, 100)]);

        Assert.That(joined, Is.EqualTo(new[] { new ByteRange(100, 250) }));
    }

    [Test]
    public void Small_gaps_are_read_up_to_a_25th_of_the_needed_bytes()
    {
        List<ByteRange> joined = RangePlan.Join([new(0, 1_000), new(1_040, 1_000), new(2_110, 1_000), new(3_170, 1_000)]);

        Assert.That(joined, Is.EqualTo(new[] { new ByteRange(0, 2_040), new ByteRange(2_110, 2_060) }));
    }

    [Test]
    public void All_needed_bytes_are_read_and_few_others()
    {
        Gen.Select(Gen.Int[0, 5_000], Gen.Int[1, 5_000]).List[1, 12].Sample(gapsAndLengths =>
        {
            var needed = new List<ByteRange>();
            long at = 4;
            foreach ((int gap, int length) in gapsAndLengths)
            {
                needed.Add(new ByteRange(at + gap, length));
                at += gap + length;
            }

            List<ByteRange> joined = RangePlan.Join(needed.AsEnumerable().Reverse());

            long bytes = needed.Sum(r => r.Length);
            return needed.TrueForAll(r => joined.Exists(j => j.Offset <= r.Offset && r.End <= j.End))
                && joined.Sum(r => r.Length) <= bytes + (bytes / 25)
                && joined.Zip(joined.Skip(1)).All(pair => pair.First.End < pair.Second.Offset);
        });
    }
}
