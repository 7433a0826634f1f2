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
    [TestCase(404, "NoSuchBucket", S3ErrorKind.NotFound)]
    [TestCase(404, "NoSuchVersion", S3ErrorKind.NotFound)]
    [TestCase(404, null, S3ErrorKind.NotFound)]
    [TestCase(405, "MethodNotAllowed", S3ErrorKind.NotFound)]
    [TestCase(410, null, S3ErrorKind.NotFound)]
    [TestCase(400, "InvalidBucketName", S3ErrorKind.NotFound)]
    [TestCase(400, "KeyTooLongError", S3ErrorKind.NotFound)]
    [TestCase(400, "InvalidURI", S3ErrorKind.NotFound)]
    [TestCase(301, "PermanentRedirect", S3ErrorKind.WrongRegion)]
    [TestCase(307, "TemporaryRedirect", S3ErrorKind.WrongRegion)]
    [TestCase(400, "IllegalLocationConstraintException", S3ErrorKind.WrongRegion)]
    [TestCase(301, null, S3ErrorKind.Redirected)]
    [TestCase(302, "Found", S3ErrorKind.Redirected)]
    [TestCase(304, "NotModified", S3ErrorKind.Redirected)]
    [TestCase(307, "RedirectKeepVerb", S3ErrorKind.Redirected)]
    [TestCase(308, "PermanentRedirect", S3ErrorKind.Redirected)]
    [TestCase(403, "AccessDenied", S3ErrorKind.AccessDenied)]
    [TestCase(403, "AllAccessDisabled", S3ErrorKind.AccessDenied)]
    [TestCase(403, null, S3ErrorKind.AccessDenied)]
    [TestCase(403, "NewCode", S3ErrorKind.AccessDenied)]
    [TestCase(401, null, S3ErrorKind.InvalidCredentials)]
    [TestCase(403, "InvalidAccessKeyId", S3ErrorKind.InvalidCredentials)]
    [TestCase(403, "SignatureDoesNotMatch", S3ErrorKind.InvalidCredentials)]
    [TestCase(400, "InvalidToken", S3ErrorKind.InvalidCredentials)]
    [TestCase(400, "AuthorizationHeaderMalformed", S3ErrorKind.InvalidCredentials)]
    [TestCase(400, "ExpiredToken", S3ErrorKind.ExpiredCredentials)]
    [TestCase(403, "ExpiredTokenException", S3ErrorKind.ExpiredCredentials)]
    [TestCase(400, "TokenRefreshRequired", S3ErrorKind.ExpiredCredentials)]
    [TestCase(400, "KMS.DisabledException", S3ErrorKind.KmsKey)]
    [TestCase(400, "KMS.KMSInvalidStateException", S3ErrorKind.KmsKey)]
    [TestCase(400, "KMS.NotFoundException", S3ErrorKind.KmsKey)]
    [TestCase(400, "KMS.NewException", S3ErrorKind.KmsKey)]
    [TestCase(400, "KMS.ThrottlingException", S3ErrorKind.Unavailable)]
    [TestCase(400, "InvalidEncryptionAlgorithmError", S3ErrorKind.CustomerKey)]
    [TestCase(403, "InvalidObjectState", S3ErrorKind.Archived)]
    [TestCase(412, "PreconditionFailed", S3ErrorKind.Changed)]
    [TestCase(412, null, S3ErrorKind.Changed)]
    [TestCase(416, "InvalidRange", S3ErrorKind.RangeNotSatisfiable)]
    [TestCase(416, null, S3ErrorKind.RangeNotSatisfiable)]
    [TestCase(400, "InvalidArgument", S3ErrorKind.Refused)]
    [TestCase(400, "InvalidRequest", S3ErrorKind.Refused)]
    [TestCase(400, null, S3ErrorKind.Refused)]
    [TestCase(402, null, S3ErrorKind.Refused)]
    [TestCase(409, "BucketAlreadyExists", S3ErrorKind.Refused)]
    [TestCase(411, "MissingContentLength", S3ErrorKind.Refused)]
    [TestCase(418, null, S3ErrorKind.Refused)]
    [TestCase(451, null, S3ErrorKind.Refused)]
    [TestCase(409, "OperationAborted", S3ErrorKind.Unavailable)]
    [TestCase(409, "ConditionalRequestConflict", S3ErrorKind.Unavailable)]
    [TestCase(400, "RequestTimeout", S3ErrorKind.Unavailable)]
    [TestCase(408, null, S3ErrorKind.Unavailable)]
    [TestCase(421, null, S3ErrorKind.Unavailable)]
    [TestCase(429, null, S3ErrorKind.Unavailable)]
    [TestCase(400, "Throttling", S3ErrorKind.Unavailable)]
    [TestCase(400, "BadDigest", S3ErrorKind.Unavailable)]
    [TestCase(403, "RequestTimeTooSkewed", S3ErrorKind.ClockSkew)]
    [TestCase(200, "InternalError", S3ErrorKind.Unavailable)]
    [TestCase(500, "InternalError", S3ErrorKind.Unavailable)]
    [TestCase(501, "NotImplemented", S3ErrorKind.Unavailable)]
    [TestCase(503, "SlowDown", S3ErrorKind.Unavailable)]
    [TestCase(503, "ServiceUnavailable", S3ErrorKind.Unavailable)]
    [TestCase(599, null, S3ErrorKind.Unavailable)]
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

    [TestCase("AuthorizationHeaderMalformed", "the region 'eu-west-1' is wrong; expecting 'us-west-2'", S3ErrorKind.WrongRegion)]
    [TestCase("AuthorizationHeaderMalformed", "a non-empty Access Key (AKID) must be provided", S3ErrorKind.InvalidCredentials)]
    [TestCase("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided.", S3ErrorKind.CustomerKey)]
    [TestCase("InvalidRequest", "Missing required header", S3ErrorKind.Refused)]
    public void The_message_decides_where_a_code_has_two_causes(string code, string message, object kind)
    {
        var error = new AmazonS3Exception(message) { StatusCode = HttpStatusCode.BadRequest, ErrorCode = code };

        Assert.That(S3Errors.Classify(error), Is.EqualTo(kind));
    }

    [TestCase(400, "KMS.DisabledException", "message", "KMS key", typeof(SourceAccessDeniedException))]
    [TestCase(403, "InvalidObjectState", "message", "Restore the object", typeof(SourceAccessDeniedException))]
    [TestCase(400, "ExpiredToken", "message", "the credentials have expired", typeof(SourceAccessDeniedException))]
    [TestCase(400, "InvalidRequest", "a form of Server Side Encryption", "SSE-C", typeof(SourceAccessDeniedException))]
    [TestCase(403, "InvalidAccessKeyId", "message", "does not accept the credentials", typeof(SourceAccessDeniedException))]
    [TestCase(403, "AccessDenied", "message", "or it does not exist", typeof(SourceAccessDeniedException))]
    [TestCase(400, "Other", "message", "would be refused again", typeof(SourceAccessDeniedException))]
    [TestCase(301, "PermanentRedirect", "message", "Set AWS_REGION", typeof(SourceNotFoundException))]
    [TestCase(302, "Found", "message", "redirects the request", typeof(ConfigurationException))]
    [TestCase(403, "RequestTimeTooSkewed", "message", "The clock of this machine is wrong", typeof(UnavailableException))]
    public void A_cause_that_has_its_own_remedy_has_its_own_sentence(int status, string code, string message, string sentence, Type expected)
    {
        var error = new AmazonS3Exception(message) { StatusCode = (HttpStatusCode)status, ErrorCode = code };

        LoadException failure = S3Errors.ReadFailure(error, SourceFile.InS3(Bucket, "a.parquet"));

        Assert.That(failure, Is.TypeOf(expected).With.Message.Contains(sentence).And.Message.Contains("s3://lake/a.parquet").And.Message.Contains(code));
    }

    [Test]
    public void A_long_message_of_the_store_is_cut()
    {
        var error = new AmazonS3Exception(new string('m', 1_000_000)) { StatusCode = HttpStatusCode.Forbidden, ErrorCode = "AccessDenied" };

        Assert.That(S3Errors.Describe(error), Has.Length.EqualTo(501).And.EndsWith("…"));
    }

    [Test]
    public void A_response_that_the_client_does_not_understand_may_pass()
    {
        LoadException failure = S3Errors.ReadFailure(new FormatException("no date"), SourceFile.InS3(Bucket, "a.parquet"));

        Assert.That(failure, Is.TypeOf<UnavailableException>().With.Message.Contains("the response cannot be understood (no date)"));
    }

    [Test]
    public void Missing_credentials_are_wrong_settings()
    {
        Assert.That(S3Errors.Classify(new AmazonClientException("Failed to resolve AWS credentials.")), Is.EqualTo(S3ErrorKind.WrongSettings));
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
    [TestCase(400, "InvalidRequest", typeof(SourceAccessDeniedException))]
    [TestCase(400, "KMS.DisabledException", typeof(SourceAccessDeniedException))]
    [TestCase(302, "Found", typeof(ConfigurationException))]
    [TestCase(409, "OperationAborted", typeof(UnavailableException))]
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
    public void Missing_credentials_are_wrong_settings_for_reading_and_listing_and_permanent_for_keeping()
    {
        using AmazonS3Client client = ClientWith(new NoCredentials());
        _s3 = new Lazy<IAmazonS3>(client);

        Assert.That(ReadAsync, Throws.TypeOf<ConfigurationException>());
        Assert.That(ListAsync, Throws.TypeOf<ConfigurationException>());
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
