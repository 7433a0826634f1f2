using Loader.Domain;
using Loader.Infrastructure.RejectedRows;

namespace Loader.Tests.RejectedRows;

public sealed class RejectedRowKeyTests
{
    [Test]
    public void The_key_is_composed_of_source_etag_and_row_group()
    {
        var source = SourceFile.InS3("data", "dataset=generation/year=2024/part-0.parquet");

        string key = RejectedRowKey.FolderOf(source, "abc") + RejectedRowKey.NameOf(DatasetType.Generation, 7);

        Assert.That(key, Is.EqualTo("data/dataset=generation/year=2024/part-0.parquet/abc/dataset=generation/row-group-00007.parquet"));
    }

    [Test]
    public void The_dataset_can_be_read_from_the_key()
    {
        string key = RejectedRowKey.FolderOf(SourceFile.InS3("data", "dataset=consumption/x.parquet"), "abc") + RejectedRowKey.NameOf(DatasetType.Generation, 0);

        Assert.That(HiveKey.Find(key, "dataset"), Is.EqualTo("generation"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("a/../../../b.parquet")]
    [TestCase("..")]
    [TestCase("/absolute/../..")]
    [TestCase(@"..\..\windows.parquet")]
    [TestCase("a/\u0000/\u001b[2J/b.parquet")]
    [TestCase("./..//...")]
    public void No_key_leaves_the_location(string key)
    {
        string folder = RejectedRowKey.FolderOf(SourceFile.InS3("..", key), "../..");

        string root = Path.GetFullPath("/rejected");
        Assert.That(Path.GetFullPath(Path.Combine(root, folder)), Does.StartWith(root + Path.DirectorySeparatorChar));
        Assert.That(folder.Split('/'), Has.None.EqualTo("..").And.None.EqualTo("."));
        Assert.That(folder, Has.None.Matches<char>(char.IsControl));
    }

    [Test]
    public void Long_names_are_cut_and_stay_distinct()
    {
        string longName = new('x', 500);

        string one = RejectedRowKey.FolderOf(SourceFile.InS3("data", $"{longName}1/part.parquet"), "abc");
        string other = RejectedRowKey.FolderOf(SourceFile.InS3("data", $"{longName}2/part.parquet"), "abc");
        string deep = RejectedRowKey.FolderOf(SourceFile.InS3("data", string.Join('/', Enumerable.Repeat("folder", 140))), "abc");

        Assert.That(one, Is.Not.EqualTo(other));
        Assert.That(one.Split('/').Select(segment => segment.Length), Is.All.LessThanOrEqualTo(255));
        Assert.That(deep, Has.Length.LessThan(700));
    }

    [Test]
    public void Names_that_differ_only_in_escaped_characters_stay_distinct()
    {
        Assert.That(
            RejectedRowKey.FolderOf(SourceFile.InS3("data", "a:b.parquet"), "e"),
            Is.Not.EqualTo(RejectedRowKey.FolderOf(SourceFile.InS3("data", "a%3Ab.parquet"), "e")));
    }
}
