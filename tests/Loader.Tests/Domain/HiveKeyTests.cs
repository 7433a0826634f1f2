using Loader.Domain;

namespace Loader.Tests.Domain;

public sealed class HiveKeyTests
{
    [TestCase("dataset=generation/year=2024/part-0.parquet", "dataset", "generation")]
    [TestCase("/data/dataset=transmission/part-0.parquet", "dataset", "transmission")]
    [TestCase(@"data\dataset=consumption\part-0.parquet", "dataset", "consumption")]
    [TestCase("Dataset=generation/part-0.parquet", "dataset", "generation")]
    [TestCase("a/region=S%C3%A3o%20Paulo/part-0.parquet", "region", "São Paulo")]
    [TestCase("a/region=x=y/part-0.parquet", "region", "x=y")]
    [TestCase("dataset=generation/copy/dataset=consumption/part-0.parquet", "dataset", "consumption")]
    public void The_value_of_the_last_segment_of_a_name_is_found(string key, string name, string expected)
    {
        Assert.That(HiveKey.Find(key, name), Is.EqualTo(expected));
    }

    [TestCase("generation/part-0.parquet", "dataset")]
    [TestCase("dataset%3Dgeneration/part-0.parquet", "dataset")]
    [TestCase("mydataset=generation/part-0.parquet", "dataset")]
    [TestCase("a/dataset=generation.parquet", "dataset")]
    [TestCase("a/=x/part-0.parquet", "")]
    [TestCase("a/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet", "region")]
    [TestCase("part-0.parquet", "dataset")]
    public void Anything_else_is_not_a_segment(string key, string name)
    {
        Assert.That(HiveKey.Find(key, name), Is.Null);
    }

    [TestCase("a/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet", true, null)]
    [TestCase("a/region=SE/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet", true, null)]
    [TestCase("a/region=__HIVE_DEFAULT_PARTITION__/region=SE/part-0.parquet", true, "SE")]
    [TestCase("a/region=/part-0.parquet", true, "")]
    [TestCase("a/region=A%3AB+C/part-0.parquet", true, "A:B+C")]
    [TestCase("a/part-0.parquet", false, null)]
    public void The_null_partition_is_told_from_no_segment(string key, bool isFound, string? expected)
    {
        Assert.That(HiveKey.TryFind(key, "region", out string? value), Is.EqualTo(isFound));
        Assert.That(value, Is.EqualTo(expected));
    }
}
