using System.Buffers.Text;
using System.Numerics;

namespace Loader.Infrastructure.Aws;

/// <summary>Hands each request to the connection in one piece.</summary>
/// <remarks>
/// SocketsHttpHandler writes through a buffer of 4 KB: the requests that write records are larger, and would leave in two pieces, each with a call of the system,
/// and a TLS record, of its own. It does not flush the connection's stream, so the end of a request is known by the length in its headers. What is no such request passes
/// through as it comes.
/// </remarks>
/// <param name="connection">The connection, TLS included.</param>
internal sealed class WholeRequestStream(Stream connection) : Stream
{
    /// <summary>Larger requests are not held back; a full request of records has 6 to 60 KB.</summary>
    internal const int MostHeld = 64 * 1024;

    private byte[] _held = [];
    private int _heldCount;
    private long _left;
    private bool _isHeld;
    private bool _passesThrough;

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
        if (_left == 0 && !_passesThrough)
        {
            Begin(buffer.Span);
        }

        _left = Math.Max(0, _left - buffer.Length);
        if (!_isHeld || (_left == 0 && _heldCount == 0))
        {
            return connection.WriteAsync(buffer, cancellationToken);
        }

        Hold(buffer.Span);
        return _left > 0 ? ValueTask.CompletedTask : connection.WriteAsync(TakeHeld(), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await connection.WriteAsync(TakeHeld(), cancellationToken).ConfigureAwait(false);
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
        _left = LengthOf(beginning);
        _passesThrough = _left < beginning.Length;
        _isHeld = !_passesThrough && _left <= MostHeld;
    }

    /// <summary>Held bytes are not pooled: a connection is disposed while an abandoned write still reads them.</summary>
    private void Hold(ReadOnlySpan<byte> bytes)
    {
        int needed = checked((int)(_heldCount + bytes.Length + _left));
        if (_held.Length < needed)
        {
            Array.Resize(ref _held, (int)BitOperations.RoundUpToPowerOf2((uint)needed));
        }

        bytes.CopyTo(_held.AsSpan(_heldCount));
        _heldCount += bytes.Length;
    }

    private ReadOnlyMemory<byte> TakeHeld()
    {
        ReadOnlyMemory<byte> held = _held.AsMemory(0, _heldCount);
        _heldCount = 0;
        return held;
    }

    /// <summary>Returns the bytes of a request, headers included, or -1 where its first bytes do not tell.</summary>
    private static long LengthOf(ReadOnlySpan<byte> beginning)
    {
        int end = beginning.IndexOf("\r\n\r\n"u8);
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int at = end < 0 ? -1 : beginning[..end].IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(beginning[(at + name.Length)..], out uint body, out _) ? end + 4 + (long)body : -1;
    }
}
