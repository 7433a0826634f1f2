using System.Diagnostics;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

/// <summary>Listing a prefix of a server that answers wrongly, slowly, endlessly or not at all.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HostileListingTests
{
    private const string Truncated = "<IsTruncated>true</IsTruncated>";
    private const string Complete = "<IsTruncated>false</IsTruncated>";

    /// <summary>No case may take longer, on a machine that does much else.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Test]
    public async Task All_pages_are_listed()
    {
        await using var server = new HostileS3(call => call.Number < 5
            ? call.PageAsync($"{Truncated}<NextContinuationToken>{call.Number}</NextContinuationToken>{Key($"p/{call.Number}")}")
            : call.PageAsync(Complete + Key("p/5")));

        Assert.That(await ListAsync(server), Is.EqualTo(new[] { "p/1", "p/2", "p/3", "p/4", "p/5" }));
    }

    [Test]
    public async Task An_empty_listing_is_complete()
    {
        await using var server = new HostileS3(call => call.PageAsync(Complete));

        Assert.That(await ListAsync(server), Is.Empty);
    }

    [Test]
    public async Task Some_empty_pages_are_no_failure()
    {
        await using var server = new HostileS3(call => call.Number < 15
            ? call.PageAsync($"{Truncated}<NextContinuationToken>{call.Number}</NextContinuationToken>")
            : call.PageAsync(Complete + Key("p/1")));

        Assert.That(await ListAsync(server), Is.EqualTo(new[] { "p/1" }));
    }

    [Test]
    public async Task Keys_come_as_the_store_has_them()
    {
        await using var server = new HostileS3(call => call.PageAsync(
            Complete + Key("p/a&#13;b") + Key("p//c") + Key("p/ d ") + Key("p/e&#1;") + Key("p/%2F+&amp;")));

        Assert.That(await ListAsync(server), Is.EqualTo(new[] { "p/a\rb", "p//c", "p/ d ", "p/e\u0001", "p/%2F+&" }));
    }

    [TestCase("")]
    [TestCase("<NextContinuationToken></NextContinuationToken>")]
    public async Task A_truncated_page_without_token_is_not_a_complete_listing(string token)
    {
        await using var server = new HostileS3(call => call.PageAsync(Truncated + token + Key("p/1")));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Is.EqualTo(
            "s3://lake/p/ could not be listed: the listing is cut off: the store says that there are more objects, and not how to continue."));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public async Task A_token_that_comes_again_is_refused(int cycle)
    {
        await using var server = new HostileS3(call => call.PageAsync(
            $"{Truncated}<NextContinuationToken>t{call.Number % cycle}</NextContinuationToken>{Key($"p/{call.Number}")}"));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("the same page again and again"));
        Assert.That(server.Requests, Has.Count.EqualTo(cycle + 1));
    }

    [Test]
    public async Task A_page_that_comes_again_under_new_tokens_is_refused()
    {
        await using var server = new HostileS3(call => call.PageAsync(
            $"{Truncated}<NextContinuationToken>{call.Number}</NextContinuationToken>{Key($"p/{call.Number % 3}")}"));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("the same page again and again"));
    }

    [Test]
    public async Task Endless_empty_pages_are_refused()
    {
        await using var server = new HostileS3(call => call.PageAsync($"{Truncated}<NextContinuationToken>{call.Number}</NextContinuationToken>"));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("21 consecutive pages are empty"));
        Assert.That(server.Requests, Has.Count.EqualTo(21));
    }

    [TestCase("<IsTruncated>false</IsTruncated><Contents><Key>p/1</Key>", "cannot be understood", TestName = "A_page_that_is_cut")]
    [TestCase("<IsTruncated>maybe</IsTruncated>", "cannot be understood", TestName = "A_page_with_a_bad_flag")]
    [TestCase("<IsTruncated>false</IsTruncated><Contents><Key>p/1</Key><LastModified>yesterday</LastModified></Contents>", "cannot be understood", TestName = "A_page_with_a_bad_time")]
    [TestCase("<IsTruncated>false</IsTruncated><Contents><Key>p/1</Key><Size>huge</Size></Contents>", "cannot be understood", TestName = "A_page_with_a_bad_size")]
    [TestCase("<Contents><Key>p/1</Key></Contents>", "whether the listing is complete", TestName = "A_page_without_flag")]
    [TestCase("<IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents>", "an object without a key", TestName = "A_page_with_an_object_without_key")]
    [TestCase("<IsTruncated>false</IsTruncated><Contents><Key></Key></Contents>", "an object without a key", TestName = "A_page_with_an_empty_key")]
    [TestCase("<IsTruncated>false</IsTruncated><Contents><Key>q/1</Key></Contents>", "not below the prefix", TestName = "A_page_of_another_prefix")]
    public async Task A_malformed_page_is_unavailable(string content, string message)
    {
        await using var server = new HostileS3(call => call.ReplyAsync(200, $"<ListBucketResult>{content}{(content.EndsWith("</Key>", StringComparison.Ordinal) ? "" : "</ListBucketResult>")}"));

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.StartWith("s3://lake/p/ could not be listed: ").And.Contain(message));
    }

    [TestCase(200, "")]
    [TestCase(204, "")]
    [TestCase(200, "{}")]
    [TestCase(200, "<html><body>Sign in</body></html>")]
    [TestCase(200, "<?xml version=\"1.0\"?><Error><Code>InternalError</Code><Message>m</Message></Error>")]
    public async Task A_page_that_is_none_is_unavailable(int status, string body)
    {
        await using var server = new HostileS3(call => call.ReplyAsync(status, body));

        await FailureAsync<UnavailableException>(server);
    }

    [Test]
    public async Task A_page_without_end_is_refused()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(200);
            await call.SendAsync($"<ListBucketResult>{Complete}");
            string keys = string.Concat(Enumerable.Repeat(Key("p/1"), 1_000));
            while (true)
            {
                await call.SendAsync(keys);
            }
        });

        Assert.That((await FailureAsync<UnavailableException>(server)).Message, Does.Contain("a response of more than 16 MiB"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_page_that_trickles_is_given_up()
    {
        await using var server = new HostileS3(async call =>
        {
            await call.SendHeadAsync(200);
            while (true)
            {
                await call.SendAsync("<");
                await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, call.Stop);
            }
        });

        Assert.That((await FailureAsync<UnavailableException>(server, HostileS3.Short)).Message, Does.Contain(server.Endpoint.Authority).And.Contain("within 0.4 s"));
    }

    [Test]
    public async Task A_server_that_never_answers_is_unavailable()
    {
        await using var server = new HostileS3(call => call.NeverAsync());

        Assert.That((await FailureAsync<UnavailableException>(server, HostileS3.Short)).Message, Does.Contain($"{server.Endpoint.Authority} did not answer within 0.4 s"));
    }

    [TestCase(302, "http://127.0.0.1:1/")]
    [TestCase(307, "::::")]
    [TestCase(307, null)]
    public async Task A_redirect_names_the_settings(int status, string? location)
    {
        await using var server = new HostileS3(call => call.ReplyAsync(status, "", ("Location", location)));

        await FailureAsync<ConfigurationException>(server);
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Cancelling_ends_a_listing_between_objects()
    {
        await using var server = new HostileS3(call => call.PageAsync(Complete + Key("p/1") + Key("p/2")));
        using IAmazonS3 client = server.CreateClient();
        using var cancellation = new CancellationTokenSource();
        await using IAsyncEnumerator<Amazon.S3.Model.S3Object> objects =
            new S3Listing(new Lazy<IAmazonS3>(client), HostileS3.Limits).ListAsync("lake", "p/", cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        await objects.MoveNextAsync();

        await cancellation.CancelAsync();

        Assert.That(async () => await objects.MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Cancelling_ends_a_listing_while_a_page_is_awaited()
    {
        var asked = new TaskCompletionSource();
        await using var server = new HostileS3(call =>
        {
            asked.TrySetResult();
            return call.NeverAsync();
        });
        using var cancellation = new CancellationTokenSource();

        Task listing = ListAsync(server, cancellationToken: cancellation.Token);
        await asked.Task.WaitAsync(Soon);
        await cancellation.CancelAsync();

        Assert.That(async () => await listing, Throws.InstanceOf<OperationCanceledException>());
    }

    private static string Key(string key) => $"<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>";

    private static async Task<T> FailureAsync<T>(HostileS3 server, S3Limits? limits = null)
        where T : LoadException
    {
        long start = Stopwatch.GetTimestamp();

        T failure = Assert.ThrowsAsync<T>(() => ListAsync(server, limits).WaitAsync(Soon))!;

        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Soon));
        return await Task.FromResult(failure);
    }

    private static async Task<List<string>> ListAsync(HostileS3 server, S3Limits? limits = null, CancellationToken cancellationToken = default)
    {
        limits ??= HostileS3.Limits;
        using IAmazonS3 client = server.CreateClient(limits);
        var keys = new List<string>();
        await foreach (Amazon.S3.Model.S3Object item in new S3Listing(new Lazy<IAmazonS3>(client), limits).ListAsync("lake", "p/", cancellationToken))
        {
            keys.Add(item.Key);
        }

        return keys;
    }
}
