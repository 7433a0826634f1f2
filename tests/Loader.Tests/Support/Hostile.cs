using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Loader.Tests.Support;

/// <summary>The responses of a <see cref="HostileServer"/>.</summary>
internal static class Hostile
{
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('x', 65_536));

    /// <summary>A response with a true length.</summary>
    public static HostileAnswer Answer(int status, string body, params string[] headers) => Answer(status, Encoding.UTF8.GetBytes(body), headers);

    public static HostileAnswer Answer(int status, byte[] body, params string[] headers) => async (_, connection, cancellationToken) =>
    {
        await connection.WriteAsync(Head(status, [.. headers, "Connection: close", $"Content-Length: {body.Length}"]), cancellationToken);
        await connection.WriteAsync(body, cancellationToken);
    };

    public static HostileAnswer Ok(string body) => Answer(200, body, "Content-Type: application/x-amz-json-1.0");

    /// <summary>Exactly these characters, then the end of the connection.</summary>
    public static HostileAnswer Raw(string text) => async (_, connection, cancellationToken) =>
        await connection.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>The beginning of a response, and nothing more while the connection stays open.</summary>
    public static HostileAnswer Stall(string beginning) => async (server, connection, cancellationToken) =>
    {
        await connection.WriteAsync(Encoding.Latin1.GetBytes(beginning), cancellationToken);
        server.ReportStalled();
        await connection.CopyToAsync(Stream.Null, cancellationToken);
    };

    /// <summary>The beginning of a response, then a piece every few milliseconds for as long as the client listens.</summary>
    public static HostileAnswer Trickle(string beginning, string piece) => async (server, connection, cancellationToken) =>
    {
        await connection.WriteAsync(Encoding.Latin1.GetBytes(beginning), cancellationToken);
        server.ReportStalled();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await pace.WaitForNextTickAsync(cancellationToken))
        {
            await connection.WriteAsync(Encoding.Latin1.GetBytes(piece), cancellationToken);
        }
    };

    /// <summary>A response whose body has no end, as fast as the client takes it.</summary>
    public static HostileAnswer Endless(int status, params string[] headers) => async (_, connection, cancellationToken) =>
    {
        await connection.WriteAsync(Head(status, headers), cancellationToken);
        bool chunked = headers.Contains("Transfer-Encoding: chunked");
        while (true)
        {
            await connection.WriteAsync(chunked ? [.. "10000\r\n"u8, .. Block, .. "\r\n"u8] : Block, cancellationToken);
        }
    };

    /// <summary>Headers without end.</summary>
    public static HostileAnswer EndlessHeaders() => async (_, connection, cancellationToken) =>
    {
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nX-Long: "u8.ToArray(), cancellationToken);
        while (true)
        {
            await connection.WriteAsync(Block, cancellationToken);
        }
    };

    public static byte[] Gzip(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return buffer.ToArray();
    }

    private static byte[] Head(int status, string[] headers) => Encoding.Latin1.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Any\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));
}
