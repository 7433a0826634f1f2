using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

/// <summary>Expired credentials are refreshed once.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class S3ClientTests
{
    private static readonly string Page =
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated></ListBucketResult>";

    [Test]
    public async Task Expired_credentials_are_refreshed_and_the_request_is_sent_again()
    {
        using var credentials = new Rotating();
        await using var server = new HostileS3(call =>
            call.Head.Contains("AKIA1/", StringComparison.Ordinal) ? call.ErrorAsync(400, "ExpiredToken") : call.ReplyAsync(200, Page));
        using IAmazonS3 client = server.CreateClient(credentials: credentials);

        ListObjectsV2Response page = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" });

        Assert.That((page.IsTruncated, server.Requests.Count), Is.EqualTo(((bool?)false, 2)));
    }

    [Test]
    public async Task Credentials_that_are_still_expired_after_a_refresh_are_a_failure()
    {
        using var credentials = new Rotating();
        await using var server = new HostileS3(call => call.ErrorAsync(400, "ExpiredToken"));
        using IAmazonS3 client = server.CreateClient(credentials: credentials);

        Assert.That(() => ListAsync(client), Throws.TypeOf<SourceAccessDeniedException>().With.Message.Contains("the credentials have expired"));
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Fixed_keys_cannot_be_refreshed()
    {
        await using var server = new HostileS3(call => call.ErrorAsync(400, "ExpiredToken"));
        using IAmazonS3 client = server.CreateClient();

        Assert.That(() => ListAsync(client), Throws.TypeOf<SourceAccessDeniedException>());
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    private static async Task ListAsync(IAmazonS3 client)
    {
        await foreach (S3Object _ in new S3Listing(new Lazy<IAmazonS3>(client), HostileS3.Limits).ListAsync("lake", "", CancellationToken.None))
        {
        }
    }

    private sealed class Rotating : RefreshingAWSCredentials
    {
        private int _generation;

        protected override CredentialsRefreshState GenerateNewCredentials() =>
            new(new ImmutableCredentials($"AKIA{++_generation}", "secret", "token"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
    }
}
