using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Loader.LocalAws.InfluxDb;

/// <summary>Why a body cannot be read.</summary>
internal enum BodyFault
{
    TooLarge,
    InvalidGzip,
    UnknownEncoding,
    InvalidUtf8,
}

/// <summary>A body cannot be read.</summary>
internal sealed class BodyException(BodyFault fault, string message) : Exception(message)
{
    public BodyFault Fault { get; } = fault;
}

/// <summary>
/// The text of a write. InfluxDB reference, section 2: gzip with any number of members; the limit counts before and after inflating. Engine 2 ignores encodings
/// that it does not know and takes the bytes as they are.
/// </summary>
internal static class InfluxBody
{
    private const int DefaultMax3 = 10 * 1024 * 1024;
    private const int SmallestGzip = 18;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string Read(InfluxRequest request, LocalInfluxOptions options)
    {
        var isEngine3 = options.Engine == InfluxEngine.Version3;
        var max = options.MaxBodyBytes ?? (isEngine3 ? DefaultMax3 : int.MaxValue);
        var isGzip = request.ContentEncoding is "gzip" || (!isEngine3 && request.ContentEncoding is "x-gzip");
        if (isEngine3 && !isGzip && request.ContentEncoding is not (null or "identity"))
        {
            throw new BodyException(BodyFault.UnknownEncoding, $"unacceptable content-encoding: {request.ContentEncoding}");
        }

        RequireSize(request.Body.Length, max);
        var body = isGzip ? Inflate(request.Body, max) : request.Body;
        return isEngine3 ? Decode(body.Span) : Encoding.UTF8.GetString(body.Span);
    }

    // Section 3: invalid UTF-8 makes engine 3 refuse the whole body. Engine 2 stores the bytes; here they become replacement characters.
    private static string Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return Strict.GetString(body);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new BodyException(BodyFault.InvalidUtf8, $"body content is not valid utf8: invalid utf-8 sequence of 1 bytes from index {invalid.Index}");
        }
    }

    private static void RequireSize(long length, int max)
    {
        if (length > max)
        {
            throw new BodyException(BodyFault.TooLarge, $"max request size ({max} bytes) exceeded");
        }
    }

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> body, int max)
    {
        using var plain = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[64 * 1024];
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                plain.Write(buffer, 0, read);
                RequireSize(plain.Length, max);
            }
        }
        catch (InvalidDataException invalid)
        {
            throw new BodyException(BodyFault.InvalidGzip, $"error decoding gzip stream: {invalid.Message}");
        }

        if (IsCut(body.Span, plain.Length))
        {
            throw new BodyException(BodyFault.InvalidGzip, "error decoding gzip stream: unexpected end of file");
        }

        return plain.GetBuffer().AsMemory(0, (int)plain.Length);
    }

    // GZipStream takes a cut stream for a short one. The last member ends with its length, which with one member is the length of everything.
    private static bool IsCut(ReadOnlySpan<byte> body, long length) => body.Length < SmallestGzip ||
        (body[1..].IndexOf<byte>([0x1f, 0x8b, 8]) < 0 && BinaryPrimitives.ReadUInt32LittleEndian(body[^4..]) != (uint)length);
}
