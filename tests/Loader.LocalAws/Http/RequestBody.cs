using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.Http;

internal static class RequestBody
{
    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is { } length)
        {
            if (length == 0)
            {
                return [];
            }

            var body = GC.AllocateUninitializedArray<byte>(checked((int)length));
            await request.Body.ReadExactlyAsync(body, cancellationToken);
            return body;
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    /// <summary>The body without its content encoding. Throws <see cref="InvalidDataException"/> if it is not what the header says.</summary>
    public static ReadOnlyMemory<byte> Plain(string? contentEncoding, ReadOnlyMemory<byte> body) =>
        string.Equals(contentEncoding, "gzip", StringComparison.OrdinalIgnoreCase) ? Gunzip(body) : body;

    private static byte[] Gunzip(ReadOnlyMemory<byte> body)
    {
        using var source = new MemoryStream(body.ToArray());
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
