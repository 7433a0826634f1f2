using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Infrastructure.S3;
using Loader.Tests.CloudWatch;

namespace Loader.Tests.Cli.Checking;

/// <summary>Checks against moto, which stores whatever it gets. The tests are skipped if moto_server is not installed.</summary>
internal sealed class MotoCheckTests
{
    [Test]
    public async Task Moto_is_recognised_and_gets_nothing_to_store()
    {
        await using MotoServer moto = await MotoServer.StartAsync();
        await using CheckRun run = CheckRun.To(moto.Endpoint);
        using IAmazonS3 s3 = Connect(moto);
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = "kept", PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-west-1" } });
        await CreateTablesAsync(moto);

        int exit = await run.RunAsync();

        ListObjectsV2Response listed = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "kept" });
        Assert.That(run.StatusOf("credentials"), Is.EqualTo("ok"), run.Cli.Output);
        Assert.That(run.StatusOf("table generation"), Is.EqualTo("ok").Or.EqualTo("warning"), run.Cli.Output);
        Assert.That(run.StatusOf("right to write generation"), Is.EqualTo("skipped"));
        Assert.That(run.StatusOf("rejected rows"), Is.EqualTo("skipped"));
        Assert.That(run.TextOf("rejected rows"), Does.Contain("moto"));
        Assert.That(listed.KeyCount, Is.Zero);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_store_that_does_not_compare_checksums_fails_the_check_of_rejected_rows()
    {
        await using MotoServer moto = await MotoServer.StartAsync();
        using IAmazonS3 s3 = Connect(moto);
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = "kept", PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-west-1" } });

        CheckResult result = await new S3HealthCheck(s3).TryKeepAsync(new S3Uri("kept", "rejected/"), storesEverything: null, CancellationToken.None);

        Assert.That(result.Status, Is.EqualTo(CheckStatus.Failed), result.Found);
        Assert.That(result.Found, Does.Contain("s3://kept/rejected/loader-check"));
    }

    private static AmazonS3Client Connect(MotoServer moto) => new(
        new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
        new AmazonS3Config { ServiceURL = moto.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "eu-west-1" });

    private static async Task CreateTablesAsync(MotoServer moto)
    {
        using var http = new HttpClient();
        await SendAsync("CreateDatabase", """{"DatabaseName":"energy"}""");
        foreach (string table in (string[])["generation", "consumption", "transmission"])
        {
            await SendAsync("CreateTable", $$"""{"DatabaseName":"energy","TableName":"{{table}}"}""");
        }

        async Task SendAsync(string operation, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, moto.Endpoint)
            {
                Content = new StringContent(body, System.Text.Encoding.UTF8, "application/x-amz-json-1.0"),
            };
            request.Headers.Add("X-Amz-Target", $"Timestream_20181101.{operation}");
            request.Headers.TryAddWithoutValidation(
                "Authorization", "AWS4-HMAC-SHA256 Credential=AKIALOCALAWS/20260101/eu-west-1/timestream/aws4_request, SignedHeaders=host, Signature=0");
            using HttpResponseMessage response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }
    }
}
