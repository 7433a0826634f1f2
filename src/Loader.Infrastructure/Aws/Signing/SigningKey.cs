using System.Security.Cryptography;
using System.Text;

namespace Loader.Infrastructure.Aws.Signing;

/// <summary>The signing key for one day, region and service. Derived once and used for all requests of that day.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "Calculate the signature".
/// </remarks>
internal sealed class SigningKey : IDisposable
{
    private readonly byte[] _key;
    private IncrementalHash? _idle;

    /// <summary>Initializes a new instance of the <see cref="SigningKey"/> class.</summary>
    /// <param name="accessKey">The access key ID, which the signature names.</param>
    /// <param name="secretKey">The secret access key.</param>
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

    /// <summary>Gets the access key ID.</summary>
    public string AccessKey { get; }

    /// <summary>Gets the secret access key, to detect that the credentials have changed.</summary>
    public string SecretKey { get; }

    /// <summary>Gets the day, as <c>yyyyMMdd</c>.</summary>
    public string Date { get; }

    /// <summary>Gets the credential scope.</summary>
    public string Scope { get; }

    /// <summary>Gets the derived key.</summary>
    public ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Computes the signature of a string to sign.</summary>
    /// <param name="text">The string to sign.</param>
    /// <param name="signature">Receives the 32 bytes of the signature.</param>
    /// <remarks>Reuses a prepared HMAC, because preparing one costs more than hashing the text.</remarks>
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
