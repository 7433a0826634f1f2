using System.Buffers;

namespace Loader.Parquet.Storage;

/// <summary>A reusable buffer that rents its memory from the shared array pool and grows on demand. Growing discards the content.</summary>
/// <remarks>Not thread-safe. Disposing returns the memory; the buffer can be used again afterwards.</remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class PooledBuffer<T> : IDisposable
    where T : unmanaged
{
    private T[] _buffer = [];

    /// <summary>Reserves elements with undefined content.</summary>
    /// <param name="length">The number of elements.</param>
    /// <returns>The elements, valid until the next reservation.</returns>
    public Span<T> Reserve(int length) => ReserveMemory(length).Span;

    /// <summary>Reserves elements with undefined content.</summary>
    /// <param name="length">The number of elements.</param>
    /// <returns>The elements, valid until the next reservation.</returns>
    public Memory<T> ReserveMemory(int length)
    {
        if (_buffer.Length < length)
        {
            Dispose();
            _buffer = ArrayPool<T>.Shared.Rent(length);
        }

        return _buffer.AsMemory(0, length);
    }

    /// <summary>Returns the first elements of the last reservation.</summary>
    /// <param name="length">The number of elements, at most the number reserved.</param>
    /// <returns>The elements, valid until the next reservation.</returns>
    public Span<T> Reserved(int length) => _buffer.AsSpan(0, length);

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
