using System.Buffers.Text;
using System.Net.Sockets;

namespace Loader.Benchmarks.Endpoint;

/// <summary>Finds where a request ends, and looks at nothing else of it but its operation.</summary>
internal static class RequestFrame
{
    /// <summary>Receives one request to its end.</summary>
    /// <param name="connection">The connection; its requests follow each other, each after the answer to the one before.</param>
    /// <param name="buffer">Takes the headers, which must fit it, and then the body piece by piece.</param>
    /// <param name="describes">Whether the operation is DescribeTable.</param>
    /// <returns>Whether there was a request.</returns>
    public static bool TryReceive(Socket connection, byte[] buffer, out bool describes)
    {
        describes = false;
        int filled = 0;
        int headerEnd;
        do
        {
            int received = connection.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            filled += received;
            headerEnd = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }
        while (headerEnd < 0);

        ReadOnlySpan<byte> headers = buffer.AsSpan(0, headerEnd);
        describes = headers.IndexOf("DescribeTable"u8) >= 0;
        int remaining = headerEnd + 4 + ContentLength(headers) - filled;
        while (remaining > 0)
        {
            int received = connection.Receive(buffer, 0, Math.Min(remaining, buffer.Length), SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            remaining -= received;
        }

        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> headers)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int at = headers.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + name.Length)..], out int length, out _) ? length : 0;
    }
}
