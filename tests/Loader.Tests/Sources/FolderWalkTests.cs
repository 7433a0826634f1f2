using Loader.Application.Results;
using Loader.Infrastructure.Sources;

namespace Loader.Tests.Sources;

/// <summary>Which files of a folder on disk are loaded.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class FolderWalkTests
{
    [Test]
    public async Task Files_come_in_the_ordinal_order_of_their_paths()
    {
        using var tree = new Tree("b.parquet", "a/z.parquet", "a.b/y.parquet", "a/b/x.parquet", "B.parquet", "a.parquet");

        Assert.That(
            await tree.ListAsync(),
            Is.EqualTo(new[] { "B.parquet", "a.b/y.parquet", "a.parquet", "a/b/x.parquet", "a/z.parquet", "b.parquet" }));
    }

    [Test]
    public async Task The_suffix_may_have_any_case()
    {
        using var tree = new Tree("JULY.PARQUET", "x.Parquet");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "JULY.PARQUET", "x.Parquet" }));
    }

    [Test]
    public async Task The_size_of_a_file_is_known_and_that_of_a_link_is_not()
    {
        using var tree = new Tree("a.parquet");
        File.WriteAllText(tree.PathOf("a.parquet"), "12345");
        File.WriteAllText(Path.Combine(tree.Root, "target"), "1234567");
        tree.Link("b.parquet", tree.PathOf("target"));

        List<SourceEntry> entries = [];
        await foreach (SourceEntry entry in new SourceListing(new Lazy<Amazon.S3.IAmazonS3>()).ListAsync(tree.Root, CancellationToken.None))
        {
            entries.Add(entry);
        }

        Assert.That(entries.Where(entry => entry.SkippedBecause is null).Select(entry => entry.Bytes), Is.EqualTo(new long?[] { 5, null }));
    }

    [Test]
    public async Task The_size_of_a_file_that_is_named_is_known()
    {
        using var tree = new Tree();
        File.WriteAllText(tree.PathOf("a.txt"), "12345");

        await foreach (SourceEntry entry in new SourceListing(new Lazy<Amazon.S3.IAmazonS3>()).ListAsync(tree.PathOf("a.txt"), CancellationToken.None))
        {
            Assert.That(entry.Bytes, Is.EqualTo(5));
        }
    }

    [TestCase("_SUCCESS", "NotParquet")]
    [TestCase("000000_0", "NotParquet")]
    [TestCase("x.parquet.gz", "NotParquet")]
    [TestCase("x.parq", "NotParquet")]
    [TestCase("._x.parquet", "Hidden")]
    [TestCase(".x.parquet", "Hidden")]
    [TestCase("_temporary/0/x.parquet", "Hidden")]
    [TestCase("dataset=generation/.spark-staging-1/year=2024/x.parquet", "Hidden")]
    [TestCase("_delta_log/0.checkpoint.parquet", "Hidden")]
    [TestCase(".hoodie/metadata/x.parquet", "Hidden")]
    [TestCase(".hoodie/metadata/x.log", "NotParquet")]
    public async Task What_is_not_data_is_skipped_with_its_reason(string file, string reason)
    {
        using var tree = new Tree(file);

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { $"{file}: {reason}" }));
    }

    [TestCase("_year=2024/x.parquet")]
    [TestCase("x.parquet/part-0.parquet")]
    [TestCase("a b/é+%20.parquet")]
    public async Task Data_is_listed_by_its_own_path(string file)
    {
        using var tree = new Tree(file);

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { file }));
    }

    [Test]
    public async Task A_hidden_folder_that_is_named_itself_is_a_source_like_any_other()
    {
        using var tree = new Tree("_lake/x.parquet", "_lake/_y.parquet");

        Assert.That(await tree.ListAsync("_lake"), Is.EqualTo(new[] { "_lake/_y.parquet: Hidden", "_lake/x.parquet" }));
    }

    [Test]
    public async Task A_link_to_a_folder_of_the_same_source_is_repeated()
    {
        using Tree tree = new Tree("a/x.parquet").Link("b", "a");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "a/x.parquet", "b: Repeated" }));
    }

    [Test]
    public async Task A_link_that_sorts_before_its_target_is_the_one_that_is_repeated()
    {
        using Tree tree = new Tree("b/x.parquet").Link("a", "b").Link("a.parquet", "b/x.parquet");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "a.parquet: Repeated", "a: Repeated", "b/x.parquet" }));
    }

    [TestCase(".")]
    [TestCase("..")]
    public async Task A_loop_of_links_ends(string target)
    {
        using Tree tree = new Tree("lake/a/x.parquet").Link("lake/a/loop", target);

        Assert.That(await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/a/loop: Repeated", "lake/a/x.parquet" }));
    }

    [Test]
    public async Task A_link_to_a_folder_above_the_source_comes_back_to_it_once()
    {
        using Tree tree = new Tree("lake/x.parquet", "other.parquet").Link("lake/up", "..");

        Assert.That(
            await tree.ListAsync("lake"),
            Is.EqualTo(new[] { "lake/up/lake: Repeated", "lake/up/other.parquet", "lake/x.parquet" }));
    }

    [Test]
    public async Task A_folder_outside_is_followed_once()
    {
        using Tree tree = new Tree("far/x.parquet", "lake/y.parquet").Link("lake/a", "../far").Link("lake/b", "../far");

        Assert.That(await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/a/x.parquet", "lake/b: Repeated", "lake/y.parquet" }));
    }

    [Test]
    public async Task A_file_outside_that_two_links_lead_to_is_loaded_once()
    {
        using Tree tree = new Tree("far/x.parquet").Link("lake/a.parquet", "../far/x.parquet").Link("lake/b.parquet", "a.parquet").Link("lake/c", "../far");

        Assert.That(
            await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/a.parquet", "lake/b.parquet: Repeated", "lake/c/x.parquet: Repeated" }));
    }

    [Test]
    public async Task A_link_to_a_file_in_a_hidden_folder_is_data()
    {
        using Tree tree = new Tree("lake/.store/17.parquet").Link("lake/x.parquet", ".store/17.parquet");

        Assert.That(await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/.store/17.parquet: Hidden", "lake/x.parquet" }));
    }

    [Test]
    public async Task A_link_to_a_hidden_folder_is_followed()
    {
        using Tree tree = new Tree("lake/.store/v1/x.parquet").Link("lake/current", ".store/v1");

        Assert.That(await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/.store/v1/x.parquet: Hidden", "lake/current/x.parquet" }));
    }

    [Test]
    public async Task A_link_with_a_hidden_name_is_not_followed()
    {
        using Tree tree = new Tree("far/x.parquet").Link("lake/.far", "../far");

        Assert.That(await tree.ListAsync("lake"), Is.EqualTo(new[] { "lake/.far: Hidden" }));
    }

    [Test]
    public async Task A_source_that_is_a_link_is_walked()
    {
        using Tree tree = new Tree("lake/a/x.parquet").Link("link", "lake").Link("lake/b", "a");

        Assert.That(await tree.ListAsync("link"), Is.EqualTo(new[] { "link/a/x.parquet", "link/b: Repeated" }));
    }

    [Test]
    public async Task A_pipe_is_skipped_and_not_opened()
    {
        using Tree tree = new Tree("a.parquet").Pipe("b.parquet").Link("c.parquet", "b.parquet").Pipe("d");

        Assert.That(
            await tree.ListAsync(), Is.EqualTo(new[] { "a.parquet", "b.parquet: NotRegularFile", "c.parquet: NotRegularFile", "d: NotParquet" }));
    }

    [Test]
    public async Task A_device_is_skipped()
    {
        using Tree tree = new Tree().Link("x.parquet", "/dev/zero");
        if (!File.Exists("/dev/zero"))
        {
            Assert.Ignore("There is no /dev/zero.");
        }

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "x.parquet: NotRegularFile" }));
    }

    [Test]
    public async Task A_folder_that_cannot_be_read_is_a_failure_and_the_others_are_listed()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Permissions do not keep root out, and Windows has others.");
            return;
        }

        using var tree = new Tree("a/x.parquet", "b/y.parquet", "c/z.parquet");
        File.SetUnixFileMode(tree.PathOf("b"), UnixFileMode.None);
        try
        {
            Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "a/x.parquet", "b: SourceAccessDeniedException", "c/z.parquet" }));
        }
        finally
        {
            File.SetUnixFileMode(tree.PathOf("b"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public async Task A_folder_that_cannot_be_opened_is_a_failure_and_the_others_are_listed()
    {
        using var tree = new Tree("a/x.parquet", "z/y.parquet");
        tree.Shell(@"mkdir ""$(printf 'b\377')""");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "a/x.parquet", "b\uFFFD: SourceNotFoundException", "z/y.parquet" }));
    }

    [Test]
    public async Task A_hidden_folder_that_cannot_be_opened_is_hidden()
    {
        using var tree = new Tree("x.parquet");
        tree.Shell(@"mkdir ""$(printf '.b\377')""");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { ".b\uFFFD: Hidden", "x.parquet" }));
    }

    [Test]
    public void A_cancelled_walk_stops_at_the_next_entry()
    {
        using var tree = new Tree("a.parquet", "b.parquet");
        using var cancellation = new CancellationTokenSource();
        using IEnumerator<SourceEntry> walk = FolderWalk.Enumerate(tree.Root, glob: null, SourceFilter.None, cancellation.Token).GetEnumerator();
        walk.MoveNext();

        cancellation.Cancel();

        Assert.That(walk.MoveNext, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("x.parquet", "x.parquet", "is a link that leads back to itself")]
    [TestCase("x.parquet", "gone", "is a link to gone, which does not exist")]
    public void A_named_link_that_leads_nowhere_is_explained(string name, string target, string message)
    {
        using Tree tree = new Tree().Link(name, target);

        Assert.That(() => tree.ListAsync(name), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains(message));
    }

    [Test]
    public void A_named_pipe_is_refused_and_not_opened()
    {
        using Tree tree = new Tree().Pipe("x.parquet");

        Assert.That(() => tree.ListAsync("x.parquet"), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is a pipe, not a file"));
    }

    [Test]
    public void A_named_device_is_refused()
    {
        if (!File.Exists("/dev/null"))
        {
            Assert.Ignore("There is no /dev/null.");
        }

        using var tree = new Tree();

        Assert.That(() => tree.ListAsync("/dev/null"), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is a device, not a file"));
    }

    [Test]
    public void A_name_that_is_not_UTF_8_is_explained()
    {
        using var tree = new Tree();
        tree.Shell(@": > ""$(printf 'b\377.parquet')""");

        Assert.That(
            () => tree.ListAsync("b\uFFFD.parquet"), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is probably not valid UTF-8: rename it"));
    }

    [Test]
    public async Task A_listed_name_that_is_not_UTF_8_is_not_passed_over()
    {
        using var tree = new Tree();
        tree.Shell(@": > ""$(printf 'b\377.parquet')""");

        Assert.That(await tree.ListAsync(), Is.EqualTo(new[] { "b\uFFFD.parquet" }));
    }

    [Test]
    public async Task A_file_that_is_named_like_a_glob_is_a_file()
    {
        using var tree = new Tree("*.parquet");

        Assert.That(await tree.ListAsync("*.parquet"), Is.EqualTo(new[] { "*.parquet" }));
    }

    [TestCase("000000_0")]
    [TestCase("_x.parquet")]
    [TestCase(".hidden/x.parq")]
    public async Task A_file_that_is_named_itself_is_listed_whatever_its_name(string file)
    {
        using var tree = new Tree(file);

        Assert.That(await tree.ListAsync(file), Is.EqualTo(new[] { file }));
    }
}
