using Loader.Domain;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Text;

namespace Loader.Tests.Sources;

/// <summary>What is left out of a folder by patterns and by age.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SourceFilterTests
{
    private static readonly DateTimeOffset Since = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase("year=2024/x.parquet", null)]
    [TestCase("a/year=2024/x.parquet", null)]
    [TestCase("year=2023/x.parquet", SkipReason.NotIncluded)]
    [TestCase("year=2024/draft_x.parquet", SkipReason.Excluded)]
    [TestCase("year=2024/old/x.parquet", SkipReason.Excluded)]
    public void A_path_is_judged_by_all_patterns(string below, SkipReason? expected)
    {
        var filter = new SourceFilter(
            [new KeyPattern("year=2024/**"), new KeyPattern("year=2025/**")], [new KeyPattern("draft_*"), new KeyPattern("old/**")]);

        Assert.That(filter.Judge(below), Is.EqualTo(expected));
    }

    [TestCase(-1, SkipReason.NotModifiedSince)]
    [TestCase(0, null)]
    [TestCase(1, null)]
    public async Task A_file_on_disk_is_judged_by_the_time_of_its_last_modification(int seconds, SkipReason? expected)
    {
        using var tree = new Tree("a.parquet");
        File.SetLastWriteTimeUtc(tree.PathOf("a.parquet"), Since.UtcDateTime.AddSeconds(seconds));

        Assert.That((await ListAsync(tree.Root)).Single().SkippedBecause, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_link_is_judged_by_the_file_that_it_leads_to()
    {
        using var outside = new Tree("a.parquet");
        using Tree tree = new Tree().Link("link.parquet", outside.PathOf("a.parquet"));
        File.SetLastWriteTimeUtc(outside.PathOf("a.parquet"), Since.UtcDateTime.AddDays(-1));

        Assert.That((await ListAsync(tree.Root)).Single().SkippedBecause, Is.EqualTo(SkipReason.NotModifiedSince));
    }

    [Test]
    public async Task A_file_that_is_named_is_never_left_out()
    {
        using var tree = new Tree("a.parquet");
        File.SetLastWriteTimeUtc(tree.PathOf("a.parquet"), Since.UtcDateTime.AddDays(-1));

        Assert.That((await ListAsync(tree.PathOf("a.parquet"))).Single().SkippedBecause, Is.Null);
    }

    [Test]
    public async Task Hidden_files_count_as_hidden()
    {
        using var tree = new Tree("_a.parquet");

        Assert.That((await ListAsync(tree.Root)).Single().SkippedBecause, Is.EqualTo(SkipReason.Hidden));
    }

    private static async Task<List<SourceEntry>> ListAsync(string source)
    {
        var found = new List<SourceEntry>();
        await foreach (SourceEntry entry in Tree.Listing.ListAsync(source, new SourceFilter([], [], Since), CancellationToken.None))
        {
            found.Add(entry);
        }

        return found;
    }
}
