using System.Buffers.Text;
using System.Numerics;

namespace Loader.Infrastructure.Requests;

/// <summary>Buffers writes until the full request has arrived, so that the connection gets each request in one write.</summary>
/// <remarks>
/// SocketsHttpHandler writes through a buffer of 4 KB. Requests with records are larger and would take two writes, each with a system call
/// and a TLS record of its own. SocketsHttpHandler does not flush the stream either, so <c>Content-Length</c> tells where a request ends.
/// Anything else is forwarded unchanged. The gain is in docs/decisions/0005-requests-in-one-piece.md.
/// </remarks>
/// <param name="connection">The connection, with TLS if the endpoint uses it.</param>
internal sealed class CoalescingStream(Stream connection) : Stream
{
    /// <summary>Larger requests are forwarded unchanged. A request with 100 records has 6 to 60 KB.</summary>
    internal const int MaxBuffered = 64 * 1024;

    private byte[] _buffer = [];
    private int _buffered;
    private long _remaining;
    private bool _buffersRequest;
    private bool _isUnrecognised;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_remaining == 0 && !_isUnrecognised)
        {
            Begin(buffer.Span);
        }

        _remaining = Math.Max(0, _remaining - buffer.Length);
        if (!_buffersRequest || (_remaining == 0 && _buffered == 0))
        {
            return connection.WriteAsync(buffer, cancellationToken);
        }

        Append(buffer.Span);
        return _remaining > 0 ? ValueTask.CompletedTask : connection.WriteAsync(TakeBuffer(), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await connection.WriteAsync(TakeBuffer(), cancellationToken).ConfigureAwait(false);
        await connection.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Begin(ReadOnlySpan<byte> beginning)
    {
        _remaining = LengthOf(beginning);
        _isUnrecognised = _remaining < beginning.Length;
        _buffersRequest = !_isUnrecognised && _remaining <= MaxBuffered;
    }

    /// <summary>The buffer is not pooled, because a cancelled write can still read it when the connection is disposed.</summary>
    private void Append(ReadOnlySpan<byte> bytes)
    {
        int needed = checked((int)(_buffered + bytes.Length + _remaining));
        if (_buffer.Length < needed)
        {
            // Not cleared: all of it is written, and a first load has 16 of these buffers.
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)needed));
            _buffer.AsSpan(0, _buffered).CopyTo(larger);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private ReadOnlyMemory<byte> TakeBuffer()
    {
        ReadOnlyMemory<byte> bytes = _buffer.AsMemory(0, _buffered);
        _buffered = 0;
        return bytes;
    }

    /// <summary>Returns the length of a request including its headers, or -1 if its first bytes do not contain it.</summary>
    private static long LengthOf(ReadOnlySpan<byte> beginning)
    {
        int end = beginning.IndexOf("\r\n\r\n"u8);
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int at = end < 0 ? -1 : beginning[..end].IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(beginning[(at + name.Length)..], out uint body, out _) ? end + 4 + (long)body : -1;
    }
}
