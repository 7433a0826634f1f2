using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Sources;
using Loader.LocalAws;
using Loader.Tests.Support;

namespace Loader.Tests.S3;

/// <summary>The same error of S3 means the same to reading, listing and keeping rejected rows.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3ErrorsTests : IAsyncDisposable
{
    private const string Bucket = "lake";

    private LocalAwsServer _server = null!;
    private AmazonS3Client _client = null!;
    private Lazy<IAmazonS3> _s3 = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.S3.CreateBucket(Bucket);
        _client = ClientWith(new BasicAWSCredentials("AKIALOCALAWS", "local-secret"));
        _s3 = new Lazy<IAmazonS3>(_client);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase(404, "NoSuchKey", S3ErrorKind.NotFound)]
    [TestCase(405, "MethodNotAllowed", S3ErrorKind.NotFound)]
    [TestCase(301, "PermanentRedirect", S3ErrorKind.WrongRegion)]
    [TestCase(307, "TemporaryRedirect", S3ErrorKind.WrongRegion)]
    [TestCase(403, "AccessDenied", S3ErrorKind.AccessDenied)]
    [TestCase(401, null, S3ErrorKind.AccessDenied)]
    [TestCase(400, "ExpiredToken", S3ErrorKind.AccessDenied)]
    [TestCase(400, "InvalidToken", S3ErrorKind.AccessDenied)]
    [TestCase(400, "TokenRefreshRequired", S3ErrorKind.AccessDenied)]
    [TestCase(412, "PreconditionFailed", S3ErrorKind.Changed)]
    [TestCase(416, "InvalidRange", S3ErrorKind.RangeNotSatisfiable)]
    [TestCase(400, "InvalidArgument", S3ErrorKind.Unavailable)]
    [TestCase(500, "InternalError", S3ErrorKind.Unavailable)]
    [TestCase(503, "SlowDown", S3ErrorKind.Unavailable)]
    public void Status_and_code_decide_what_an_error_means(int status, string? code, object kind)
    {
        var error = new AmazonS3Exception("message") { StatusCode = (HttpStatusCode)status, ErrorCode = code };

        Assert.That(S3Errors.Classify(error), Is.EqualTo(kind));
    }

    [Test]
    public void An_invalid_version_is_one_that_does_not_exist()
    {
        var error = new AmazonS3Exception("message") { StatusCode = HttpStatusCode.BadRequest, ErrorCode = "InvalidArgument" };

        Assert.That(S3Errors.Classify(error, hasVersion: true), Is.EqualTo(S3ErrorKind.NotFound));
    }

    [Test]
    public void Missing_credentials_are_a_lack_of_access()
    {
        Assert.That(S3Errors.Classify(new AmazonClientException("Failed to resolve AWS credentials.")), Is.EqualTo(S3ErrorKind.AccessDenied));
    }

    [Test]
    public void A_network_error_may_pass()
    {
        Assert.That(S3Errors.Classify(new HttpRequestException("reset")), Is.EqualTo(S3ErrorKind.Unavailable));
    }

    [TestCase(404, "NoSuchBucket", typeof(SourceNotFoundException))]
    [TestCase(301, "PermanentRedirect", typeof(SourceNotFoundException))]
    [TestCase(403, "AccessDenied", typeof(SourceAccessDeniedException))]
    [TestCase(400, "ExpiredToken", typeof(SourceAccessDeniedException))]
    [TestCase(400, "InvalidRequest", typeof(UnavailableException))]
    public void Reading_and_listing_fail_alike_and_keeping_is_as_transient(int status, string code, Type expected)
    {
        foreach (string operation in new[] { "s3:GetObject", "s3:ListObjectsV2", "s3:PutObject" })
        {
            _server.Faults.On(operation).Always().Error(status, code, "message");
        }

        var reading = (LoadException)Assert.CatchAsync(ReadAsync)!;
        var listing = (LoadException)Assert.CatchAsync(ListAsync)!;
        RejectedRowsNotKeptException keeping = Assert.ThrowsAsync<RejectedRowsNotKeptException>(KeepAsync)!;

        Assert.That((reading.GetType(), listing.GetType()), Is.EqualTo((expected, expected)));
        Assert.That(keeping.IsTransient, Is.EqualTo(reading.IsTransient));
        Assert.That(new[] { reading.Message, listing.Message, keeping.Message }, Is.All.Contain(code));
    }

    [Test]
    public void A_denied_listing_names_the_permission()
    {
        _server.Faults.On("s3:ListObjectsV2").Always().AccessDenied();

        Assert.That(ListAsync, Throws.TypeOf<SourceAccessDeniedException>().With.Message.Contains("s3:ListBucket"));
    }

    [Test]
    public void Missing_credentials_deny_access_to_reading_and_listing_and_are_permanent_for_keeping()
    {
        using AmazonS3Client client = ClientWith(new NoCredentials());
        _s3 = new Lazy<IAmazonS3>(client);

        Assert.That(ReadAsync, Throws.TypeOf<SourceAccessDeniedException>());
        Assert.That(ListAsync, Throws.TypeOf<SourceAccessDeniedException>());
        Assert.That(KeepAsync, Throws.TypeOf<RejectedRowsNotKeptException>().With.Property("IsTransient").False);
    }

    [Test]
    public void Wrong_settings_are_named_by_reading_listing_and_keeping()
    {
        _s3 = new Lazy<IAmazonS3>(() => throw new ConfigurationException("Set AWS_REGION."));

        Assert.That(ReadAsync, Throws.TypeOf<ConfigurationException>().With.Message.Contains("s3://lake/a.parquet").And.Message.Contains("AWS_REGION"));
        Assert.That(ListAsync, Throws.TypeOf<ConfigurationException>().With.Message.Contains("s3://lake/").And.Message.Contains("AWS_REGION"));
        Assert.That(KeepAsync, Throws.TypeOf<RejectedRowsNotKeptException>().With.Property("IsTransient").False.And.Message.Contains("AWS_REGION"));
    }

    [Test]
    public async Task A_listing_that_the_caller_cancels_is_no_failure()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        Assert.That(() => ListAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private AmazonS3Client ClientWith(AWSCredentials credentials) => new(
        credentials,
        new AmazonS3Config { ServiceURL = _server.Endpoint.ToString(), ForcePathStyle = true, MaxErrorRetry = 0, AuthenticationRegion = "eu-west-1" });

    private async Task ReadAsync()
    {
        var source = new ParquetSource(new SourceOptions(), _s3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.InS3(Bucket, "a.parquet"), DatasetType.Consumption, CancellationToken.None);
    }

    private Task ListAsync() => ListAsync(CancellationToken.None);

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var listing = new SourceListing(_s3);
        await foreach (SourceEntry _ in listing.ListAsync($"s3://{Bucket}/", cancellationToken))
        {
        }
    }

    private async Task KeepAsync()
    {
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = $"s3://{Bucket}/rejected/" }, _s3);
        using MeasurementBatch batch = Some.GoodBatch(1);
        await store.SaveAsync(
            Some.Origin(SourceFile.OnDisk("x.parquet")), batch, [new(0, RejectionReason.Refused)], CancellationToken.None);
    }

    private sealed class NoCredentials : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Unable to find credentials.");
    }
}
