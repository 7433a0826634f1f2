using System.Diagnostics;
using Loader.Application.Results;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Text;

namespace Loader.Tests.Sources;

/// <summary>Sources that are patterns, on disk.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SourceGlobTests
{
    [TestCase("*.parquet", "a.parquet", "b/c.parquet: not visited")]
    [TestCase("b/*.parquet", "b/c.parquet")]
    [TestCase("**/*.parquet", "a.parquet", "b/c.parquet", "b/d/e.parquet")]
    [TestCase("b/**", "b/c.parquet", "b/d/e.parquet")]
    [TestCase("?.parquet", "a.parquet")]
    [TestCase("*/d/*", "b/d/e.parquet")]
    [TestCase("b/**/e.parquet", "b/d/e.parquet")]
    [TestCase("b/d/**/e.parquet", "b/d/e.parquet")]
    public async Task A_pattern_stands_for_the_files_that_match_it(string pattern, params string[] expected)
    {
        using var tree = new Tree("a.parquet", "b/c.parquet", "b/d/e.parquet");

        Assert.That(await LoadedAsync(tree, pattern), Is.EqualTo(expected.Where(name => !name.Contains(':', StringComparison.Ordinal))));
    }

    [Test]
    public async Task A_pattern_that_matches_folders_stands_for_the_files_below_them()
    {
        using var tree = new Tree("a.parquet", "year=2023/x.parquet", "year=2024/month=01/y.parquet", "year=2024/z.parquet");

        Assert.That(await LoadedAsync(tree, "year=*4"), Is.EqualTo(new[] { "year=2024/month=01/y.parquet", "year=2024/z.parquet" }));
    }

    [Test]
    public async Task A_pattern_that_ends_with_a_slash_matches_folders_only()
    {
        using var tree = new Tree("a.parquet", "b/c.parquet");

        Assert.That(await LoadedAsync(tree, "*/"), Is.EqualTo(new[] { "b/c.parquet" }));
    }

    [Test]
    public async Task Files_beside_those_that_match_are_counted_and_folders_that_cannot_match_are_not_visited()
    {
        using var tree = new Tree("a.parquet", "b.txt", "c/d.parquet");

        Assert.That(await tree.ListAsync("a*.parquet"), Is.EqualTo(new[] { "a.parquet", "b.txt: NotIncluded" }));
    }

    [Test]
    public async Task A_folder_that_cannot_match_need_not_be_readable()
    {
        using var tree = new Tree("a.parquet");
        tree.Shell("""mkdir "$(printf 'b\377')" """);

        Assert.That(await tree.ListAsync("*.parquet"), Is.EqualTo(new[] { "a.parquet" }));
    }

    [Test]
    public async Task Hidden_files_and_files_of_other_names_stay_skipped()
    {
        using var tree = new Tree("_temporary/x.parquet", "_x.parquet", "a.parquet", "b.txt");

        Assert.That(
            await tree.ListAsync("**"), Is.EqualTo(new[] { "_temporary/x.parquet: Hidden", "_x.parquet: Hidden", "a.parquet", "b.txt: NotParquet" }));
    }

    [Test]
    public async Task A_folder_that_the_user_names_before_the_pattern_is_not_hidden()
    {
        using var tree = new Tree("_lake/x.parquet");

        Assert.That(await LoadedAsync(tree, "_lake/*.parquet"), Is.EqualTo(new[] { "_lake/x.parquet" }));
    }

    [Test]
    public async Task A_file_that_really_has_such_a_name_wins()
    {
        using var tree = new Tree("a*.parquet", "ab.parquet");

        SourceEntry[] entries = await EntriesAsync(tree.PathOf("a*.parquet"));

        Assert.That(entries.Select(entry => (entry.File.Key, entry.IsNamed)), Is.EqualTo(new[] { (tree.PathOf("a*.parquet"), true) }));
    }

    [Test]
    public async Task A_folder_that_really_has_such_a_name_wins()
    {
        using var tree = new Tree("a?/x.parquet", "ab/x.parquet");

        Assert.That(await LoadedAsync(tree, "a?"), Is.EqualTo(new[] { "a?/x.parquet" }));
    }

    [Test]
    public async Task Matching_files_are_not_named()
    {
        using var tree = new Tree("a.parquet");

        Assert.That((await EntriesAsync(tree.PathOf("*.parquet"))).Single().IsNamed, Is.False);
    }

    [Test]
    public void A_folder_that_does_not_exist_is_named()
    {
        using var tree = new Tree();

        Assert.That(
            () => tree.ListAsync("missing/*.parquet"),
            Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("matches no file: there is no folder " + tree.PathOf("missing")));
    }

    [Test]
    public async Task A_backslash_is_no_separator_on_Linux()
    {
        if (Path.DirectorySeparatorChar == '\\')
        {
            Assert.Ignore("It is one here.");
        }

        using var tree = new Tree(@"a\b.parquet", "c.parquet");

        SourceEntry[] entries = await EntriesAsync(tree.PathOf("a*.parquet"));

        Assert.That(
            entries.Select(entry => $"{entry.File.Key}: {entry.SkippedBecause}"),
            Is.EqualTo(new[] { tree.PathOf(@"a\b.parquet") + ": ", tree.PathOf("c.parquet") + ": NotIncluded" }));
    }

    [Test]
    public async Task A_link_to_a_file_that_the_pattern_leaves_out_is_followed()
    {
        using Tree tree = new Tree("data/x.parquet").Link("link.parquet", "data/x.parquet");

        Assert.That(await LoadedAsync(tree, "*.parquet"), Is.EqualTo(new[] { "link.parquet" }));
    }

    [Test]
    public async Task A_link_to_a_folder_that_the_pattern_leaves_out_is_followed()
    {
        using Tree tree = new Tree("data/x.parquet").Link("link", "data");

        Assert.That(await LoadedAsync(tree, "lin*/x.parquet"), Is.EqualTo(new[] { "link/x.parquet" }));
    }

    [Test]
    public async Task A_file_that_the_pattern_reaches_twice_is_found_once()
    {
        using Tree tree = new Tree("data/x.parquet").Link("link", "data");

        Assert.That(await LoadedAsync(tree, "*/x.parquet"), Is.EqualTo(new[] { "data/x.parquet" }));
    }

    [TestCase("**/", 300)]
    [TestCase("**", 300)]
    [TestCase("*a", 300)]
    [TestCase("**a/", 200)]
    [TestCase("*?", 300)]
    [TestCase("?*", 300)]
    [TestCase("***/", 200)]
    public void A_hostile_pattern_takes_no_exponential_time(string part, int count)
    {
        string path = string.Concat(Enumerable.Repeat("aaaaaaaaa/", 100)) + "a";
        long begun = Stopwatch.GetTimestamp();

        var pattern = new KeyPattern(string.Concat(Enumerable.Repeat(part, count)) + "b");
        bool matches = pattern.MatchesPath(path);

        Assert.That(matches, Is.False);
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [TestCase("s3://bucket/a/b*/c/*.parquet", "bucket", "a/", "a/b")]
    [TestCase("s3://bucket/*", "bucket", "", "")]
    [TestCase("s3://bucket/a?", "bucket", "", "a")]
    public void The_longest_prefix_without_a_pattern_is_listed(string source, string bucket, string root, string prefix)
    {
        SourceGlob glob = SourceGlob.Parse(source)!;

        Assert.That((glob.Bucket, glob.Root, glob.KeyPrefix), Is.EqualTo((bucket, root, prefix)));
    }

    [TestCase("a/b*", "a")]
    [TestCase("*.parquet", ".")]
    [TestCase("/*.parquet", "/")]
    [TestCase("//*.parquet", "/")]
    [TestCase("/data//x*/y", "/data")]
    public void The_longest_folder_without_a_pattern_is_walked(string source, string root) =>
        Assert.That(SourceGlob.Parse(source)!.Root, Is.EqualTo(root));

    [TestCase("a/b.parquet")]
    [TestCase("s3://bucket/a")]
    [TestCase("s3://buck*t/a")]
    public void Other_sources_are_no_patterns(string source) => Assert.That(SourceGlob.Parse(source), Is.Null);

    private static async Task<string[]> LoadedAsync(Tree tree, string pattern) =>
        [.. (await tree.ListAsync(pattern)).Where(entry => !entry.Contains(": ", StringComparison.Ordinal))];

    private static async Task<SourceEntry[]> EntriesAsync(string source)
    {
        var found = new List<SourceEntry>();
        await foreach (SourceEntry entry in Tree.Listing.ListAsync(source, CancellationToken.None))
        {
            found.Add(entry);
        }

        return [.. found];
    }
}
