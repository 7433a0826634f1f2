using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Text;
using Loader.LocalAws;

namespace Loader.Tests.Sources;

/// <summary>Which objects below a prefix in S3 are loaded.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PrefixTests : IAsyncDisposable
{
    private LocalAwsServer _server = null!;
    private IAmazonS3 _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.S3.CreateBucket("lake");
        _client = new AmazonS3Client(
            "AKIALOCALAWS", "local-secret", new AmazonS3Config { ServiceURL = _server.Endpoint.ToString(), ForcePathStyle = true, MaxErrorRetry = 0 });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("x.parquet", null)]
    [TestCase("JULY.PARQUET", null)]
    [TestCase("dataset=generation/year=2024/x.parquet", null)]
    [TestCase("a b/c+d/100%25 é?.parquet", null)]
    [TestCase("/x.parquet", null)]
    [TestCase("x.parquet/part-0.parquet", null)]
    [TestCase("_SUCCESS", SkipReason.NotParquet)]
    [TestCase("000000_0", SkipReason.NotParquet)]
    [TestCase("_temporary/0/x.parquet", SkipReason.Hidden)]
    [TestCase("dataset=generation/._x.parquet", SkipReason.Hidden)]
    public async Task An_object_below_a_prefix_is_judged_by_its_path_below_it(string below, SkipReason? expected)
    {
        Put("_in/" + below);

        Assert.That(
            await ListAsync("s3://lake/_in/"),
            Is.EqualTo(new[] { new SourceEntry(SourceFile.InS3("lake", "_in/" + below)) { Bytes = 0, SkippedBecause = expected } }));
    }

    [Test]
    public async Task Without_a_prefix_all_segments_are_judged()
    {
        Put("_in/x.parquet");

        Assert.That((await ListAsync("s3://lake"))[0].SkippedBecause, Is.EqualTo(SkipReason.Hidden));
    }

    [Test]
    public async Task The_mark_of_a_folder_is_not_a_file()
    {
        Put("in/");
        Put("in/a/");

        Assert.That(await ListAsync("s3://lake/in/"), Is.Empty);
    }

    [Test]
    public async Task An_object_with_content_is_a_file_even_if_its_key_ends_with_a_slash()
    {
        _server.S3.Put("lake", "in/a/", new byte[] { 1 });

        Assert.That((await ListAsync("s3://lake/in/"))[0].SkippedBecause, Is.EqualTo(SkipReason.NotParquet));
    }

    [Test]
    public async Task A_missing_object_that_is_a_prefix_is_explained()
    {
        Put("in/x.parquet");

        Assert.That(
            (await ExplainAsync("in")).Message,
            Is.EqualTo("s3://lake/in does not exist. There are objects below s3://lake/in/: to load them, end the source with a slash."));
    }

    [Test]
    public async Task A_prefix_that_was_taken_for_an_object_without_a_dataset_is_explained()
    {
        Put("in/x.parquet");
        var failure = new UnknownDatasetException("No dataset.") { File = SourceFile.InS3("lake", "in") };

        LoadException explained = await Listing().ExplainAsync(failure, CancellationToken.None);

        Assert.That(explained, Is.TypeOf<UnknownDatasetException>().With.Message.Contains("end the source with a slash"));
    }

    [Test]
    public async Task Another_failure_stays_as_it_is()
    {
        Put("in/x.parquet");
        var failure = new SourceCorruptException("It is torn.") { File = SourceFile.InS3("lake", "in") };

        Assert.That(await Listing().ExplainAsync(failure, CancellationToken.None), Is.SameAs(failure));
    }

    [Test]
    public async Task A_missing_object_that_is_no_prefix_stays_missing()
    {
        Put("in/x.parquet");

        Assert.That((await ExplainAsync("i")).Message, Is.EqualTo("s3://lake/i does not exist."));
    }

    [TestCase("s3://lake/in/*/x*.parquet", "in/a/x1.parquet", "in/b/x2.parquet")]
    [TestCase("s3://lake/in/**", "in/a/x1.parquet", "in/a/y.parquet", "in/b/c/x3.parquet", "in/b/x2.parquet", "in/z.parquet")]
    [TestCase("s3://lake/in/a*", "in/a/x1.parquet", "in/a/y.parquet")]
    [TestCase("s3://lake/in/*/", "in/a/x1.parquet", "in/a/y.parquet", "in/b/c/x3.parquet", "in/b/x2.parquet")]
    [TestCase("s3://lake/i?/z.parquet", "in/z.parquet")]
    public async Task A_pattern_stands_for_the_objects_that_match_it(string source, params string[] expected)
    {
        PutTree();

        Assert.That(
            (await ListAsync(source)).Where(entry => entry.SkippedBecause is null).Select(entry => entry.File.Key), Is.EqualTo(expected));
    }

    [Test]
    public async Task Objects_beside_those_that_match_are_counted_as_on_disk()
    {
        PutTree();

        Assert.That(
            (await ListAsync("s3://lake/in/a/x*.parquet")).Select(entry => (entry.File.Key, entry.SkippedBecause)),
            Is.EqualTo(new (string, SkipReason?)[] { ("in/a/x1.parquet", null) }));
        Assert.That(
            (await ListAsync("s3://lake/in/*1.parquet")).Select(entry => (entry.File.Key, entry.SkippedBecause)),
            Is.EqualTo(new (string, SkipReason?)[] { ("in/z.parquet", SkipReason.NotIncluded) }));
    }

    [Test]
    public async Task A_pattern_lists_from_its_longest_prefix()
    {
        PutTree();

        await ListAsync("s3://lake/in/a/x*.parquet");

        Assert.That(
            _server.Requests.Of("s3:ListObjectsV2").Select(request => System.Web.HttpUtility.ParseQueryString(request.Target[request.Target.IndexOf('?')..])["prefix"]),
            Is.EqualTo(new[] { "in/a/x*.parquet", "in/a/x" }));
    }

    [Test]
    public async Task An_object_that_really_has_such_a_name_wins()
    {
        Put("in/a*.parquet");
        Put("in/ab.parquet");

        SourceEntry entry = (await ListAsync("s3://lake/in/a*.parquet")).Single();

        Assert.That((entry.File.Key, entry.IsNamed), Is.EqualTo(("in/a*.parquet", true)));
    }

    [Test]
    public async Task A_prefix_that_really_has_such_a_name_wins()
    {
        Put("a?/x.parquet");
        Put("ab/x.parquet");

        Assert.That((await ListAsync("s3://lake/a?/")).Select(entry => entry.File.Key), Is.EqualTo(new[] { "a?/x.parquet" }));
    }

    [Test]
    public async Task An_object_is_judged_by_the_time_of_its_last_modification()
    {
        Put("in/x.parquet");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        SkipReason? old = (await ListAsync("s3://lake/in/", new SourceFilter([], [], now.AddHours(1))))[0].SkippedBecause;
        SkipReason? recent = (await ListAsync("s3://lake/in/", new SourceFilter([], [], now.AddHours(-1))))[0].SkippedBecause;

        Assert.That((old, recent), Is.EqualTo(((SkipReason?)SkipReason.NotModifiedSince, (SkipReason?)null)));
    }

    [Test]
    public async Task An_object_is_judged_by_its_path_below_the_prefix()
    {
        PutTree();
        var filter = new SourceFilter([new KeyPattern("b/**")], [new KeyPattern("c/*")]);

        Assert.That(
            (await ListAsync("s3://lake/in/", filter)).Where(entry => entry.SkippedBecause is null).Select(entry => entry.File.Key),
            Is.EqualTo(new[] { "in/b/x2.parquet" }));
    }

    [Test]
    public async Task A_missing_object_stays_missing_where_nothing_may_be_listed()
    {
        Put("in/x.parquet");
        _server.Faults.On("s3:ListObjectsV2").Always().AccessDenied();

        Assert.That((await ExplainAsync("in")).Message, Is.EqualTo("s3://lake/in does not exist."));
    }

    [Test]
    public async Task A_cancelled_listing_is_not_a_failure()
    {
        Put("in/x.parquet");
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        Assert.That(
            async () => await Listing().ListAsync("s3://lake/in/", cancellation.Token).GetAsyncEnumerator(CancellationToken.None).MoveNextAsync(),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private void Put(string key) => _server.S3.Put("lake", key, Array.Empty<byte>());

    private SourceListing Listing() => new(new Lazy<IAmazonS3>(_client));

    private void PutTree()
    {
        foreach (string key in new[] { "in/a/x1.parquet", "in/a/y.parquet", "in/b/c/x3.parquet", "in/b/x2.parquet", "in/z.parquet" })
        {
            Put(key);
        }
    }

    private async Task<List<SourceEntry>> ListAsync(string source, SourceFilter? filter = null)
    {
        var entries = new List<SourceEntry>();
        await foreach (SourceEntry entry in Listing().ListAsync(source, filter ?? SourceFilter.None, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private Task<LoadException> ExplainAsync(string key) => Listing().ExplainAsync(
        new SourceNotFoundException($"s3://lake/{key} does not exist.") { File = SourceFile.InS3("lake", key) }, CancellationToken.None);
}
