using Loader.Domain;

namespace Loader.Tests.Domain;

[TestFixture]
internal sealed class SourceFileTests
{
    [Test]
    public void The_partitions_of_a_relative_path_include_those_of_the_current_folder()
    {
        Assert.That(SourceFile.OnDisk("year=2024/x.parquet").PartitionPath, Is.EqualTo(Path.Combine(Directory.GetCurrentDirectory(), "year=2024", "x.parquet")));
    }

    [Test]
    public void The_partitions_of_an_object_are_in_its_key()
    {
        Assert.That(SourceFile.InS3("b", "a/../year=2024/x.parquet").PartitionPath, Is.EqualTo("a/../year=2024/x.parquet"));
    }
}
