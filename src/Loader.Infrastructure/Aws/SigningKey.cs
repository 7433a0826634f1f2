using System.Security.Cryptography;
using System.Text;

namespace Loader.Infrastructure.Aws;

/// <summary>The key that signatures of one day, region and service are made with. Derived once and then used for every request of that day.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "Calculate the signature".</remarks>
internal sealed class SigningKey : IDisposable
{
    private readonly byte[] _key;
    private IncrementalHash? _idle;

    /// <summary>Initializes a new instance of the <see cref="SigningKey"/> class.</summary>
    /// <param name="accessKey">The access key's id, which names the key in the signature.</param>
    /// <param name="secretKey">The secret.</param>
    /// <param name="date">The day, as <c>yyyyMMdd</c>.</param>
    /// <param name="region">The region.</param>
    /// <param name="service">The service's signing name.</param>
    public SigningKey(string accessKey, string secretKey, string date, string region, string service)
    {
        AccessKey = accessKey;
        SecretKey = secretKey;
        Date = date;
        Scope = $"{date}/{region}/{service}/aws4_request";
        byte[] ofDay = HMACSHA256.HashData(Encoding.UTF8.GetBytes($"AWS4{secretKey}"), Encoding.UTF8.GetBytes(date));
        byte[] ofRegion = HMACSHA256.HashData(ofDay, Encoding.UTF8.GetBytes(region));
        byte[] ofService = HMACSHA256.HashData(ofRegion, Encoding.UTF8.GetBytes(service));
        _key = HMACSHA256.HashData(ofService, "aws4_request"u8);
    }

    /// <summary>Gets the access key's id.</summary>
    public string AccessKey { get; }

    /// <summary>Gets the secret, to tell whether the key still fits the credentials.</summary>
    public string SecretKey { get; }

    /// <summary>Gets the day, as <c>yyyyMMdd</c>.</summary>
    public string Date { get; }

    /// <summary>Gets the credential scope.</summary>
    public string Scope { get; }

    /// <summary>Gets the key itself.</summary>
    public ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Returns the signature of a string to sign.</summary>
    /// <param name="text">The string to sign.</param>
    /// <param name="signature">32 bytes for the signature.</param>
    /// <remarks>A prepared HMAC is used again, since preparing one costs more than the hashing itself.</remarks>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> signature)
    {
        IncrementalHash hmac = Interlocked.Exchange(ref _idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(text);
        hmac.GetHashAndReset(signature);
        if (Interlocked.CompareExchange(ref _idle, hmac, null) is not null)
        {
            hmac.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose();
}
