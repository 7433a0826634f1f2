using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Loader.LocalAws.Http;

/// <summary>
/// Verifies Signature Version 4 of a request against the secret in <see cref="LocalAwsServer.Environment"/>
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
/// </summary>
internal static class SignatureCheck
{
    public const string AccessKeyId = "AKIALOCALAWS";
    public const string SecretAccessKey = "local-secret";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    public static void Require(ServiceCall call)
    {
        var authorization = call.Header("Authorization") ?? throw new ServiceException(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
        var credential = Part(authorization, "Credential=").Split('/', 2);
        if (!string.Equals(credential[0], AccessKeyId, StringComparison.Ordinal))
        {
            throw call.Service == AwsService.S3
                ? new ServiceException(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
                : new ServiceException(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }

        var scope = credential.Length == 2 ? credential[1] : string.Empty;
        var canonical = CanonicalRequest(call, Part(authorization, "SignedHeaders="));
        var toSign = $"{Algorithm}\n{call.Header("x-amz-date")}\n{scope}\n{Sha256(Encoding.UTF8.GetBytes(canonical))}";
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(SigningKey(scope), Encoding.UTF8.GetBytes(toSign)));
        if (!string.Equals(expected, Part(authorization, "Signature="), StringComparison.Ordinal))
        {
            throw new ServiceException(
                403,
                call.Service == AwsService.S3 ? "SignatureDoesNotMatch" : "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. The canonical request should have been\n" + canonical);
        }
    }

    private static string Part(string authorization, string name)
    {
        var start = authorization.IndexOf(name, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new ServiceException(400, "IncompleteSignatureException", $"Authorization header requires '{name.TrimEnd('=')}' parameter.");
        }

        start += name.Length;
        var end = authorization.IndexOf(',', start);
        return authorization[start..(end < 0 ? authorization.Length : end)].Trim();
    }

    private static string CanonicalRequest(ServiceCall call, string signedHeaders)
    {
        var target = call.Target.Split('?', 2);
        var query = (target.Length == 1 ? string.Empty : target[1])
            .Split('&', StringSplitOptions.RemoveEmptyEntries).Select(CanonicalParameter).Order(StringComparer.Ordinal);
        var headers = new StringBuilder();
        foreach (var name in signedHeaders.Split(';'))
        {
            headers.Append(CultureInfo.InvariantCulture, $"{name}:{string.Join(' ', (call.Header(name) ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries))}\n");
        }

        return $"{call.Method}\n{CanonicalPath(call, target[0])}\n{string.Join('&', query)}\n{headers}\n{signedHeaders}\n{PayloadHash(call)}";
    }

    // S3 signs the path as sent; the other services encode it a second time.
    private static string CanonicalPath(ServiceCall call, string path) => call.Service == AwsService.S3
        ? path
        : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalParameter(string parameter)
    {
        var pair = parameter.Split('=', 2);
        return $"{Uri.EscapeDataString(Uri.UnescapeDataString(pair[0]))}={Uri.EscapeDataString(Uri.UnescapeDataString(pair.Length == 2 ? pair[1] : string.Empty))}";
    }

    // A sent hash is signed as it is. It must match the body, unless its value says that the body is unsigned or signed in chunks.
    private static string PayloadHash(ServiceCall call)
    {
        var sent = call.Header("x-amz-content-sha256");
        if (sent is not null && (sent.StartsWith("STREAMING-", StringComparison.Ordinal) || sent is "UNSIGNED-PAYLOAD"))
        {
            return sent;
        }

        var actual = Sha256(call.Body.Span);
        return sent is null || string.Equals(sent, actual, StringComparison.Ordinal)
            ? actual
            : throw new ServiceException(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }

    private static byte[] SigningKey(string scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + SecretAccessKey);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
