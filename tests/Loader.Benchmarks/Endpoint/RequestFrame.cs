using System.Buffers.Text;
using System.Net.Sockets;

namespace Loader.Benchmarks.Endpoint;

/// <summary>Finds where a request ends, and looks at nothing else of it but its operation and the number of its records.</summary>
internal static class RequestFrame
{
    /// <summary>Every record has a time of its own.</summary>
    private static ReadOnlySpan<byte> RecordMark => "\"Time\":"u8;

    /// <summary>Receives one request to its end.</summary>
    /// <param name="connection">The connection; its requests follow each other, each after the answer to the one before.</param>
    /// <param name="buffer">Takes the headers, which must fit it, and then the body piece by piece.</param>
    /// <param name="describes">Whether the operation is DescribeTable.</param>
    /// <param name="records">The number of records in the body.</param>
    /// <returns>Whether there was a request.</returns>
    public static bool TryReceive(Socket connection, byte[] buffer, out bool describes, out int records)
    {
        describes = false;
        records = 0;
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
        records = buffer.AsSpan(headerEnd + 4, filled - headerEnd - 4).Count(RecordMark);
        while (remaining > 0)
        {
            // A mark can begin in one piece and end in the next, so the end of a piece stays in front of the next one.
            int kept = Math.Min(filled, RecordMark.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            int received = connection.Receive(buffer, kept, Math.Min(remaining, buffer.Length - kept), SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            filled = kept + received;
            records += buffer.AsSpan(0, filled).Count(RecordMark);
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
