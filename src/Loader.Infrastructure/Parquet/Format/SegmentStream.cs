namespace Loader.Infrastructure.Parquet.Format;

/// <summary>A read-only stream over pieces of memory, one after the other. Reading beyond the end by the byte throws.</summary>
/// <remarks>Reads always complete at once. One stream is reused for many sets of pieces: <see cref="Clear"/>, then <see cref="Append"/>.</remarks>
internal sealed class SegmentStream : Stream
{
    private readonly List<Segment> _segments = [];
    private long _length;
    private long _position;
    private int _current;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public void Clear()
    {
        _segments.Clear();
        (_length, _position, _current) = (0, 0, 0);
    }

    public void Append(ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _segments.Add(new Segment(_length, bytes));
            _length += bytes.Length;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length && _position < _length)
        {
            ReadOnlySpan<byte> rest = Rest();
            int count = Math.Min(rest.Length, buffer.Length - total);
            rest[..count].CopyTo(buffer[total..]);
            total += count;
            _position += count;
        }

        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads one byte.</summary>
    /// <returns>The byte; never -1, which the decoder would take for 0xFF and go on for ever.</returns>
    /// <exception cref="MalformedFileException">There is no further byte.</exception>
    public override int ReadByte()
    {
        if (_position >= _length)
        {
            throw new MalformedFileException("its bytes end in mid-page");
        }

        byte value = Rest()[0];
        _position++;
        return value;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reading is mostly forward, so the piece is looked for from the one before.</summary>
    private ReadOnlySpan<byte> Rest()
    {
        if (_position < _segments[_current].Start)
        {
            _current = 0;
        }

        while (_position >= _segments[_current].Start + _segments[_current].Bytes.Length)
        {
            _current++;
        }

        return _segments[_current].Bytes.Span[(int)(_position - _segments[_current].Start)..];
    }

    private readonly record struct Segment(long Start, ReadOnlyMemory<byte> Bytes);
}
