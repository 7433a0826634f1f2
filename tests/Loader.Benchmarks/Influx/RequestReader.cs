using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Loader.Benchmarks.Influx;

/// <summary>Reads the requests of a connection: the path, and how long the body is, of a known length or in chunks. Each follows the answer to the one before.</summary>
internal sealed class RequestReader(Socket connection)
{
    private readonly byte[] _buffer = new byte[256 << 10];
    private int _start;
    private int _end;

    /// <summary>Reads one request to its end.</summary>
    /// <param name="path">The path, without the query.</param>
    /// <param name="bodyBytes">The bytes of the body, without the marks of chunks.</param>
    /// <returns>Whether there was a request.</returns>
    public bool TryRead(out string path, out long bodyBytes)
    {
        path = string.Empty;
        bodyBytes = 0;
        int length;
        while ((length = Unread.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!TryReceive())
            {
                return false;
            }
        }

        ReadOnlySpan<byte> head = Unread[..length];
        int first = head.IndexOf((byte)' ') + 1;
        path = Encoding.ASCII.GetString(head[first..(first + head[first..].IndexOfAny((byte)' ', (byte)'?'))]);
        bool isChunked = head.IndexOf("Transfer-Encoding: chunked"u8) >= 0;
        bodyBytes = ContentLength(head);
        _start += length + 4;
        return isChunked ? TrySkipChunks(out bodyBytes) : TrySkip(bodyBytes);
    }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : 0;
    }

    private bool TrySkipChunks(out long bytes)
    {
        bytes = 0;
        while (true)
        {
            int length;
            while ((length = Unread.IndexOf("\r\n"u8)) < 0)
            {
                if (!TryReceive())
                {
                    return false;
                }
            }

            long chunk = long.Parse(Encoding.ASCII.GetString(Unread[..length]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            _start += length + 2;
            bytes += chunk;
            if (!TrySkip(chunk + 2))
            {
                return false;
            }

            if (chunk == 0)
            {
                return true;
            }
        }
    }

    private bool TrySkip(long bytes)
    {
        while (true)
        {
            int here = (int)Math.Min(bytes, _end - _start);
            _start += here;
            bytes -= here;
            if (bytes == 0)
            {
                return true;
            }

            if (!TryReceive())
            {
                return false;
            }
        }
    }

    private bool TryReceive()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int received = connection.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None);
        _end += received;
        return received > 0;
    }
}
