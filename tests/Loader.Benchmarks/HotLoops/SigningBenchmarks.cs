using System.Security.Cryptography;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.EndToEnd;
using Loader.Infrastructure.Aws.Signing;

namespace Loader.Benchmarks.HotLoops;

/// <summary>
/// Signing one request of 100 records (5.8 KB), with the signing key of the day at hand. Here an operation is a request, not a row.
/// </summary>
/// <remarks>The SDK's signer gets a request object that is built already; a client would build one for each request.</remarks>
public class SigningBenchmarks
{
    private const string AccessKey = "AKIAIOSFODNN7EXAMPLE";
    private const string SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string Timestamp = "20240102T030405Z";
    private const string Host = "ingest-cell2.timestream.eu-west-1.amazonaws.com";
    private const string Target = "Timestream_20181101.WriteRecords";

    private readonly byte[] _body = new byte[5_800];
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private readonly AWS4Signer _signer = new();
    private readonly RequestMetrics _metrics = new();
    private readonly AmazonSecurityTokenServiceConfig _config = new() { RegionEndpoint = Amazon.RegionEndpoint.EUWest1 };
    private SigningKey _key = null!;
    private DefaultRequest _request = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _key = new SigningKey(AccessKey, SecretKey, Timestamp[..8], Loads.Region, "timestream");
        _request = new DefaultRequest(new GetCallerIdentityRequest(), "Amazon.TimestreamWrite")
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Endpoint = new Uri($"https://{Host}/"),
            Content = _body,
            OverrideSigningServiceName = "timestream",
            AuthenticationRegion = Loads.Region,
        };
        _request.Headers["Content-Type"] = "application/x-amz-json-1.0";
        _request.Headers["X-Amz-Target"] = Target;
    }

    [GlobalCleanup]
    public void CleanUp() => _key.Dispose();

    [Benchmark(Baseline = true, Description = "loader: signature")]
    public string Own() => SigV4.Authorize(
        _key,
        Timestamp,
        "POST",
        "/",
        "",
        [
            new("content-type", "application/x-amz-json-1.0"), new("host", Host), new("x-amz-date", Timestamp), new("x-amz-target", Target),
        ],
        _body);

    [Benchmark(Description = "alternative: signature, AWSSDK.Core")]
    public string Sdk() => _signer.SignRequest(_request, _config, _metrics, AccessKey, SecretKey).ForAuthorizationHeader;

    [Benchmark(Description = "floor: SHA-256 of the body")]
    public int Hash() => SHA256.HashData(_body, _hash);
}
