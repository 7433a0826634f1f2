using Loader.Infrastructure.RejectedRows;

namespace Loader.Tests.RejectedRows;

[TestFixture]
internal sealed class ReplayedNameTests
{
    private const string Rest = "lake/dataset=generation/x.parquet/etag/dataset=generation/row-group-00003.parquet";

    [TestCase("duckdb-0123456789ab/" + Rest, 1, 0, Rest)]
    [TestCase("timestream-0123456789ab/" + Rest, 1, 0, Rest)]
    [TestCase(Rest, 1, 0, Rest, TestName = "A file that version 0.1 kept")]
    [TestCase("duckdb-0123456789abc/" + Rest, 1, 0, "duckdb-0123456789abc/" + Rest, TestName = "A bucket that looks like a destination, with 13 digits")]
    [TestCase("duckdb-0123456789ab/" + Rest, 2, 1, "lake/dataset=generation/x.parquet/etag/dataset=generation/row-group-00003-00001.parquet")]
    public void A_file_that_is_replayed_gets_its_own_name(string path, int rowGroups, int rowGroup, string expected) =>
        Assert.That(RejectedRowKey.ReplayedNameOf(path, rowGroups, rowGroup), Is.EqualTo(expected));

    [TestCase(1, "x/row-group-00003.parquet")]
    [TestCase(2, "x/row-group-00003-part-2.parquet")]
    public void Parts_have_names_of_their_own(int part, string expected) =>
        Assert.That(RejectedRowKey.PartOf("x/row-group-00003.parquet", part), Is.EqualTo(expected));
}
