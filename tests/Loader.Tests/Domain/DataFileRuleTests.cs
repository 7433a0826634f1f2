using Loader.Domain;

namespace Loader.Tests.Domain;

[TestFixture]
internal sealed class DataFileRuleTests
{
    [TestCase("x.parquet", null)]
    [TestCase("x.PARQUET", null)]
    [TestCase("dataset=generation/year=2024/x.Parquet", null)]
    [TestCase("_x=1/.y=2/x.parquet", null)]
    [TestCase("a/b.c_d/x.snappy.parquet", null)]
    [TestCase("", SkipReason.NotParquet)]
    [TestCase("_SUCCESS", SkipReason.NotParquet)]
    [TestCase("x.parquet/", SkipReason.NotParquet)]
    [TestCase("x.parquet.crc", SkipReason.NotParquet)]
    [TestCase("x.parq", SkipReason.NotParquet)]
    [TestCase("_delta_log/00.checkpoint.parquet", SkipReason.Hidden)]
    [TestCase("a/_temporary/0/x.parquet", SkipReason.Hidden)]
    [TestCase("dataset=generation/.spark-staging-1/x.parquet", SkipReason.Hidden)]
    [TestCase("._x.parquet", SkipReason.Hidden)]
    [TestCase("a/._dataset=generation.parquet", SkipReason.Hidden)]
    [TestCase("a/_x.parquet", SkipReason.Hidden)]
    [TestCase("a/.parquet", SkipReason.Hidden)]
    public void A_name_is_data_or_skipped_for_a_reason(string path, SkipReason? expected) =>
        Assert.That(DataFileRule.Judge(path), Is.EqualTo(expected));

    [TestCase("_lake/x.parquet", "_lake/", null)]
    [TestCase("_lake/_x.parquet", "_lake/", SkipReason.Hidden)]
    [TestCase("_lake/x.parquet", "", SkipReason.Hidden)]
    [TestCase("_lake/x.parquet", "other/", SkipReason.Hidden)]
    public void Segments_of_the_source_are_not_judged(string key, string prefix, SkipReason? expected) =>
        Assert.That(DataFileRule.Judge(key, prefix), Is.EqualTo(expected));
}
