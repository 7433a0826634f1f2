using System.Buffers;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>A pooled buffer that grows to the largest length that was asked for, and keeps no content when it grows.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class Scratch<T> : IDisposable
    where T : unmanaged
{
    private T[] _buffer = [];

    /// <summary>Gets room; what was there before is undefined.</summary>
    /// <param name="length">The number of elements.</param>
    /// <returns>The room, valid until the next call.</returns>
    public Span<T> Take(int length) => TakeMemory(length).Span;

    /// <summary>Gets room; what was there before is undefined.</summary>
    /// <param name="length">The number of elements.</param>
    /// <returns>The room, valid until the next call.</returns>
    public Memory<T> TakeMemory(int length)
    {
        if (_buffer.Length < length)
        {
            Dispose();
            _buffer = ArrayPool<T>.Shared.Rent(length);
        }

        return _buffer.AsMemory(0, length);
    }

    /// <summary>Gets what was written into the room that was taken last.</summary>
    /// <param name="length">The number of elements, no more than were taken.</param>
    /// <returns>The elements.</returns>
    public Span<T> Written(int length) => _buffer.AsSpan(0, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
