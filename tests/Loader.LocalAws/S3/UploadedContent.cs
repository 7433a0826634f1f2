using System.Security.Cryptography;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>The bytes of an upload without the chunk encoding of SDKs, after all checksums that came with them were verified.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Checksum">The checksum that the client sent, or null.</param>
internal sealed record UploadedContent(ReadOnlyMemory<byte> Bytes, Checksum? Checksum)
{
    public static UploadedContent Read(ServiceCall call)
    {
        var sha256 = call.Header("x-amz-content-sha256");
        var isChunked = AwsChunkedBody.IsChunked(sha256, call.Header("Content-Encoding"));
        var (bytes, trailers) = isChunked ? AwsChunkedBody.Decode(call.Body.Span) : (call.Body, []);
        if (isChunked && call.Header("x-amz-decoded-content-length") is { } length && !string.Equals(length, Invariant(bytes.Length), StringComparison.Ordinal))
        {
            throw new ServiceException(400, "IncompleteBody", "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header");
        }

        RequireMd5(call, bytes.Span);
        RequireSha256(sha256, call.Body.Span);
        return new(bytes, Verified(call, bytes.Span, trailers));
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void RequireMd5(ServiceCall call, ReadOnlySpan<byte> bytes)
    {
        if (call.Header("Content-MD5") is not { } md5)
        {
            return;
        }

        if (!IsBase64(md5, bytes: 16))
        {
            throw new ServiceException(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
        }

        if (!string.Equals(md5, Convert.ToBase64String(Convert.FromHexString(S3Object.Md5(bytes))), StringComparison.Ordinal))
        {
            throw new ServiceException(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
        }
    }

    private static void RequireSha256(string? sha256, ReadOnlySpan<byte> sent)
    {
        if (sha256 is { Length: 64 } && !sha256.Equals(Convert.ToHexStringLower(SHA256.HashData(sent)), StringComparison.OrdinalIgnoreCase))
        {
            throw new ServiceException(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
    }

    private static Checksum? Verified(ServiceCall call, ReadOnlySpan<byte> bytes, IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        var announced = call.Header("x-amz-trailer");
        var sent = call.Http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())).Concat(trailers)
            .Where(header => ChecksumAlgorithm.IsChecksumHeader(header.Key))
            .ToList();
        if (sent.Count > 1)
        {
            throw S3Error.InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }

        if (announced is not null && (sent.Count == 0 || !sent[0].Key.Equals(announced.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            throw new ServiceException(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.");
        }

        if (sent.Count == 0)
        {
            return call.Header("x-amz-sdk-checksum-algorithm") is null
                ? null
                : throw S3Error.InvalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.");
        }

        var algorithm = ChecksumAlgorithm.Parse(sent[0].Key);
        var value = sent[0].Value.Trim();
        if (!IsBase64(value, algorithm.Bytes))
        {
            throw S3Error.InvalidRequest($"Value for {algorithm.Header} header is invalid.");
        }

        var computed = Checksum.Of(algorithm, bytes);
        return string.Equals(computed.Value, value, StringComparison.Ordinal)
            ? computed
            : throw new ServiceException(400, "BadDigest", $"The {algorithm.Name} you specified did not match the calculated checksum.");
    }

    private static bool IsBase64(string text, int bytes)
    {
        Span<byte> decoded = stackalloc byte[64];
        return Convert.TryFromBase64String(text, decoded, out var length) && length == bytes;
    }
}
