using System.Buffers.Text;
using System.Text;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>Decodes an aws-chunked body: <c>hex-size[;chunk-signature=…]CRLF data CRLF … 0 CRLF trailers</c>. Chunk signatures are not verified.</summary>
internal static class AwsChunkedBody
{
    public static bool IsChunked(string? contentSha256, string? contentEncoding) =>
        contentSha256?.StartsWith("STREAMING-", StringComparison.Ordinal) == true
        || contentEncoding?.Contains("aws-chunked", StringComparison.OrdinalIgnoreCase) == true;

    public static (ReadOnlyMemory<byte> Content, List<KeyValuePair<string, string>> Trailers) Decode(ReadOnlySpan<byte> body)
    {
        var decoded = new byte[body.Length];
        var length = 0;
        while (true)
        {
            var end = body.IndexOf("\r\n"u8);
            if (end < 0 || !Utf8Parser.TryParse(body[..end], out int size, out _, 'x') || size < 0 || body.Length - end - 2 < size)
            {
                throw Incomplete();
            }

            body = body[(end + 2)..];
            if (size == 0)
            {
                return (decoded.AsMemory(0, length), Trailers(Encoding.UTF8.GetString(body)));
            }

            body[..size].CopyTo(decoded.AsSpan(length));
            length += size;
            body = body[size..].StartsWith("\r\n"u8) ? body[(size + 2)..] : throw Incomplete();
        }
    }

    private static List<KeyValuePair<string, string>> Trailers(string text) =>
        [.. text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(pair[0].Trim(), pair[1].Trim()))];

    private static ServiceException Incomplete() => new(400, "IncompleteBody", "The request body terminated unexpectedly");
}
