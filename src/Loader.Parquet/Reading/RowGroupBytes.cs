using System.Buffers;
using Loader.Parquet.Storage;

namespace Loader.Parquet.Reading;

/// <summary>The fetched column chunks of one row group, in pooled buffers. Made by <see cref="FileLayout.FetchAsync"/>.</summary>
public sealed class RowGroupBytes : IDisposable
{
    private readonly List<Piece> _pieces = [];

    private RowGroupBytes()
    {
    }

    /// <summary>Reads column chunks.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chunks">The ranges of the chunks.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The bytes, which the caller disposes.</returns>
    internal static async Task<RowGroupBytes> ReadAsync(
        RandomAccessFile file, IReadOnlyCollection<ByteRange> chunks, CancellationToken cancellationToken)
    {
        var bytes = new RowGroupBytes();
        try
        {
            var reads = new List<Task>();
            foreach (ByteRange range in RangePlan.Join(chunks))
            {
                var piece = new Piece(range, ArrayPool<byte>.Shared.Rent((int)range.Length));
                bytes._pieces.Add(piece);
                reads.Add(file.ReadAsync(range.Offset, piece.Buffer.AsMemory(0, (int)range.Length), cancellationToken).AsTask());
            }

            // Waits for all reads even if one fails: a read that is still running would write into a returned buffer.
            await Task.WhenAll(reads).ConfigureAwait(false);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Gets the bytes of a chunk.</summary>
    /// <param name="chunk">The range of a chunk that was read.</param>
    /// <returns>The bytes, valid until <see cref="Dispose"/>.</returns>
    internal ReadOnlyMemory<byte> this[ByteRange chunk]
    {
        get
        {
            foreach (Piece piece in _pieces)
            {
                if (piece.Range.Offset <= chunk.Offset && chunk.End <= piece.Range.End)
                {
                    return piece.Buffer.AsMemory((int)(chunk.Offset - piece.Range.Offset), (int)chunk.Length);
                }
            }

            throw new ArgumentOutOfRangeException(nameof(chunk));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Piece piece in _pieces)
        {
            ArrayPool<byte>.Shared.Return(piece.Buffer);
        }

        _pieces.Clear();
    }

    private sealed record Piece(ByteRange Range, byte[] Buffer);
}
