using Amazon.Runtime;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;
using Loader.LocalAws;
using Loader.Parquet.Storage;

namespace Loader.Tests.S3;

/// <summary>A key means the object with exactly that key.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class S3AddressTests
{
    private static readonly string[] Keys =
    [
        "a", "/a", "//a", "///a", "a//b", "a/", "/a/", "//", "a b", "a+b", "a%2Fb", "a%2E%2E", "%2e%2e/a", "é/ü", "e\u0301", "a?b=c", "a#b", "a\\b", "a;b,c@d&e=f:g",
        "~a*'()!", " a ", "a/...b", "...", "a..b/.c", "a\nb", "\U0001F33B",
    ];

    [Test]
    public async Task Each_of_similar_keys_is_read_as_its_own_object()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        foreach (string key in Keys)
        {
            server.S3.Put("lake", key, System.Text.Encoding.UTF8.GetBytes($"content of {key}"));
        }

        using IAmazonS3 client = Client(new AwsOptions { Region = "eu-west-1", Credentials = Credentials, S3Endpoint = server.Endpoint });
        var read = new List<string>();
        foreach (string key in Keys)
        {
            read.Add(await ReadAsync(client, key));
        }

        Assert.That(read, Is.EqualTo(Keys.Select(key => $"content of {key}")));
    }

    [TestCaseSource(nameof(Keys))]
    public async Task The_path_of_a_request_is_the_key(string key)
    {
        await using var server = new HostileS3(call => call.ErrorAsync(404, "NoSuchKey"));
        using IAmazonS3 client = server.CreateClient();

        Assert.That(() => ReadAsync(client, key), Throws.TypeOf<SourceNotFoundException>());

        string escaped = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        Assert.That(server.Requests, Is.EqualTo(new[] { $"GET /lake/{escaped} HTTP/1.1" }));
    }

    [TestCase("lake", "/a", "/a", Description = "The host has the bucket, and the SDK keeps the slash.")]
    [TestCase("my.lake", "/a", "//a", Description = "The path has a bucket with dots, and the SDK drops a slash.")]
    [TestCase("my.lake", "a", "a")]
    public void A_slash_is_added_only_where_the_SDK_drops_one(string bucket, string key, string expected)
    {
        using IAmazonS3 client = Client(new AwsOptions { Region = "eu-west-1", Credentials = Credentials });

        Assert.That(S3Address.RequestKey(client, SourceFile.InS3(bucket, key)), Is.EqualTo(expected));
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("../a")]
    [TestCase("./a")]
    [TestCase("a/../b")]
    [TestCase("a/./b")]
    [TestCase("a/..")]
    [TestCase("/../a")]
    [TestCase("half of a pair")]
    public async Task A_key_that_could_mean_another_object_is_refused_before_any_request(string key)
    {
        await using var server = new HostileS3(call => call.ErrorAsync(404, "NoSuchKey"));
        using IAmazonS3 client = server.CreateClient();

        // An attribute cannot have half of a surrogate pair.
        string tested = key.Replace("half of a pair", "\ud800", StringComparison.Ordinal);
        ConfigurationException failure = Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync(client, tested))!;

        Assert.That(failure.Message, Does.Contain("another object could be read").And.Contain("Copy the object to another key"));
        Assert.That(server.Requests, Is.Empty);
    }

    [TestCase("..")]
    [TestCase("a b")]
    [TestCase("lake?x")]
    [TestCase("lake#x")]
    [TestCase("lake:9000")]
    [TestCase("user@lake")]
    [TestCase("lake%2Fother")]
    public async Task What_cannot_be_a_bucket_is_refused_before_any_request(string bucket)
    {
        await using var server = new HostileS3(call => call.ErrorAsync(404, "NoSuchBucket"));
        using IAmazonS3 client = server.CreateClient();

        Assert.That(() => ReadAsync(client, "a", bucket), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is not the name of a bucket"));
        Assert.That(server.Requests, Is.Empty);
    }

    private static AWSCredentials Credentials { get; } = new BasicAWSCredentials("AKIALOCALAWS", "local-secret");

    private static IAmazonS3 Client(AwsOptions options) =>
        S3ClientFactory.Create(new AwsSettings(options, _ => null, _ => new AwsProfile(), () => null));

    private static async Task<string> ReadAsync(IAmazonS3 client, string key, string bucket = "lake")
    {
        await using RandomAccessFile bytes = new S3Bytes(SourceFile.InS3(bucket, key), new Lazy<IAmazonS3>(client), TimeProvider.System, S3Limits.Default);
        await bytes.OpenAsync(CancellationToken.None);
        var content = new byte[bytes.Length];
        await bytes.ReadAsync(0, content, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(content);
    }
}
