using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Aws;

/// <summary>What a client removes by itself before it reports an error.</summary>
public sealed class JsonProtocolClientTests
{
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Expired_credentials_are_refreshed_once()
    {
        using var rotating = new Rotating();
        var credentials = new AwsCredentials(rotating);
        await credentials.GetAsync(CancellationToken.None);
        using var sender = new Scripted("ExpiredTokenException", "ExpiredTokenException");

        ServiceResponse response = await SendAsync(sender, credentials);

        Assert.That((sender.Requests, rotating.Generation, response.Error?.Code), Is.EqualTo((2, 1, "ExpiredTokenException")));
        Assert.That(rotating.Cleared, Is.EqualTo(1));
    }

    [Test]
    public async Task Fixed_keys_that_have_expired_are_reported_at_once()
    {
        using var sender = new Scripted("ExpiredTokenException");

        ServiceResponse response = await SendAsync(sender, new AwsCredentials(new BasicAWSCredentials("AKIALOCALAWS", "local-secret")));

        Assert.That((sender.Requests, response.Error?.Kind), Is.EqualTo((1, ServiceErrorKind.AccessDenied)));
    }

    [TestCase("RequestTimeTooSkewed")]
    [TestCase("RequestInTheFuture")]
    [TestCase("SignatureDoesNotMatch")]
    public async Task A_wrong_clock_is_corrected_once(string code)
    {
        using var sender = new Scripted(code) { Date = Now.AddHours(1) };

        ServiceResponse response = await SendAsync(sender, new AwsCredentials(null));

        Assert.That((sender.Requests, response.Error), Is.EqualTo((2, (ServiceError?)null)));
    }

    [Test]
    public async Task A_clock_that_cannot_be_corrected_may_pass()
    {
        using var sender = new Scripted("RequestTimeTooSkewed") { Date = Now };

        ServiceResponse response = await SendAsync(sender, new AwsCredentials(null));

        Assert.That((sender.Requests, response.Error?.Kind), Is.EqualTo((1, ServiceErrorKind.Unavailable)));
    }

    [Test]
    public async Task A_connection_that_the_server_closes_at_once_may_pass()
    {
        using var sender = new Scripted { Failure = new SocketException((int)SocketError.NotConnected) };

        ServiceResponse response = await SendAsync(sender, new AwsCredentials(null));

        Assert.That((response.Error?.Code, response.Error?.Kind), Is.EqualTo(("NoAnswer", ServiceErrorKind.Unavailable)));
    }

    private static async Task<ServiceResponse> SendAsync(Scripted sender, AwsCredentials credentials)
    {
        var time = new FakeTimeProvider(Now);
        using var client = new JsonProtocolClient(
            new HttpMessageInvoker(sender, disposeHandler: false), AwsService.TimestreamWrite, new ClockSkew(time), credentials, time);
        return await client.SendAsync(
            new Uri("https://ingest.timestream.eu-west-1.amazonaws.com/"), "WriteRecords", "{}"u8.ToArray(), TimeSpan.FromSeconds(10), CancellationToken.None);
    }

    /// <summary>Answers with the codes in turn, then with success.</summary>
    private sealed class Scripted(params string[] codes) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        public DateTimeOffset? Date { get; init; }

        public Exception? Failure { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            string? code = Requests < codes.Length ? codes[Requests] : null;
            Requests++;
            string body = code is null ? "{}" : $$"""{"__type":"{{code}}","message":"m"}""";
            var response = new HttpResponseMessage(code is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
            };
            response.Headers.Date = Date;
            return Task.FromResult(response);
        }
    }

    private sealed class Rotating : RefreshingAWSCredentials
    {
        public int Generation { get; private set; }

        public int Cleared { get; private set; }

        public override void ClearCredentials()
        {
            Cleared++;
            base.ClearCredentials();
        }

        protected override CredentialsRefreshState GenerateNewCredentials() =>
            new(new ImmutableCredentials($"AKIA{++Generation}", "secret", "token"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
    }
}
