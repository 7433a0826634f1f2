using System.Buffers.Text;

namespace Loader.LocalAws.S3;

/// <summary>Decodes an aws-chunked body: <c>hex-size[;chunk-signature=…]CRLF data CRLF … 0 CRLF trailers</c>. Signatures and checksums are not verified.</summary>
internal static class AwsChunkedBody
{
    public static bool IsChunked(string? contentSha256, string? contentEncoding) =>
        contentSha256?.StartsWith("STREAMING-", StringComparison.Ordinal) == true
        || contentEncoding?.Contains("aws-chunked", StringComparison.OrdinalIgnoreCase) == true;

    public static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> body)
    {
        var decoded = new byte[body.Length];
        var length = 0;
        while (true)
        {
            var end = body.IndexOf("\r\n"u8);
            if (end < 0 || !Utf8Parser.TryParse(body[..end], out int size, out _, 'x') || size < 0 || body.Length < end + 2 + size)
            {
                throw new Http.ServiceException(400, "IncompleteBody", "The request body terminated unexpectedly");
            }

            if (size == 0)
            {
                return decoded.AsMemory(0, length);
            }

            body.Slice(end + 2, size).CopyTo(decoded.AsSpan(length));
            length += size;
            body = body[(end + 2 + size)..];
            body = body.StartsWith("\r\n"u8) ? body[2..] : body;
        }
    }
}
