using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.LocalAws;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class SignatureTests
{
    [Test]
    public async Task The_official_client_passes([Values] bool chunked)
    {
        await using var server = await LocalAwsServer.StartAsync(new() { VerifySignatures = true });
        server.S3.CreateBucket("data");
        using var client = Client(server, "local-secret");

        await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = "data",
            Key = "dataset=generation/år 1+2*(~)",
            InputStream = new MemoryStream(new byte[100_000]),
            UseChunkEncoding = chunked,
        });
        var listed = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "data", Prefix = "dataset=generation/år 1+2*" });

        Assert.That(listed.S3Objects, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_secret_is_refused()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { VerifySignatures = true });
        using var client = Client(server, "another");

        Assert.That(
            async () => await client.ListBucketsAsync(),
            Throws.InstanceOf<AmazonS3Exception>().With.Property("ErrorCode").EqualTo("SignatureDoesNotMatch"));
    }

    [Test]
    public async Task A_made_up_signature_is_refused()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { VerifySignatures = true });

        var answer = await server.TimestreamAsync("DescribeEndpoints", "{}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo(((int)HttpStatusCode.Forbidden, "UnrecognizedClientException")));
    }

    private static AmazonS3Client Client(LocalAwsServer server, string secret) => new(
        new BasicAWSCredentials("AKIALOCALAWS", secret),
        new AmazonS3Config { ServiceURL = server.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });
}
