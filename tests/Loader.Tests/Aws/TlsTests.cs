using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using Amazon.S3;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.S3;

namespace Loader.Tests.Aws;

/// <summary>Requests to a server with a self-signed certificate.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TlsTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly AwsOptions _options;
    private readonly Task<int> _received;

    public TlsTests()
    {
        _listener.Start();
        Address = new Uri($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _options = new AwsOptions
        {
            Region = "eu-west-1",
            Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
            TimestreamEndpoint = Address,
            S3Endpoint = Address,
        };
        _received = ServeAsync();
    }

    private Uri Address { get; }

    [Test]
    public async Task Nothing_is_sent_to_a_service_with_an_untrusted_certificate()
    {
        var aws = new AwsConnection(_options, TimeProvider.System);
        AwsEndpoint endpoint = aws.Endpoint(AwsService.TimestreamWrite);
        using JsonProtocolClient client = aws.Client(AwsService.TimestreamWrite, endpoint, connections: 1);

        ServiceResponse answer = await client.SendAsync(Address, "WriteRecords", "{}"u8.ToArray(), TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.That((answer.Error?.Kind, await StopAsync()), Is.EqualTo((ServiceErrorKind.Unavailable, 0)));
        Assert.That(answer.Error!.Cause?.InnerException, Is.InstanceOf<AuthenticationException>());
    }

    [Test]
    public async Task Nothing_is_sent_to_an_object_store_with_an_untrusted_certificate()
    {
        using IAmazonS3 s3 = S3ClientFactory.Create(_options);

        Exception failure = Assert.CatchAsync(() => s3.GetObjectAsync("bucket", "key"))!;

        Assert.That(await StopAsync(), Is.Zero);
        Assert.That(failure.ToString(), Does.Contain(nameof(AuthenticationException)));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _stop.Dispose();
        _certificate.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddDays(-1));
    }

    /// <summary>Stops the server and returns how many bytes it received over encrypted connections.</summary>
    private async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _received;
    }

    private async Task<int> ServeAsync()
    {
        int received = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(_certificate);
                received += await stream.ReadAsync(new byte[1]);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // The client closed the connection, as it should.
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        return received;
    }
}
