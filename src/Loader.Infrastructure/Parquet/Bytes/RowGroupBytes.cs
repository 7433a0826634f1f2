using System.Buffers;

namespace Loader.Infrastructure.Parquet.Bytes;

/// <summary>The bytes of the needed chunks of one row group, in pooled buffers.</summary>
internal sealed class RowGroupBytes : IDisposable
{
    private readonly List<Piece> _pieces = [];

    private RowGroupBytes()
    {
    }

    /// <summary>Reads chunks.</summary>
    /// <param name="source">The file.</param>
    /// <param name="chunks">Where the chunks are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes; the caller disposes them.</returns>
    public static async Task<RowGroupBytes> ReadAsync(SourceBytes source, IReadOnlyCollection<ByteRange> chunks, CancellationToken cancellationToken)
    {
        var bytes = new RowGroupBytes();
        try
        {
            var reads = new List<Task>();
            foreach (ByteRange range in RangePlan.Join(chunks))
            {
                var piece = new Piece(range, ArrayPool<byte>.Shared.Rent((int)range.Length));
                bytes._pieces.Add(piece);
                reads.Add(source.ReadAsync(range.Offset, piece.Buffer.AsMemory(0, (int)range.Length), cancellationToken).AsTask());
            }

            // All of them, also after a failure: a read that goes on would write into a buffer that is no longer ours.
            await Task.WhenAll(reads).ConfigureAwait(false);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of one chunk.</summary>
    /// <param name="chunk">Where the chunk is; one of those that were read.</param>
    /// <returns>The bytes, valid until <see cref="Dispose"/>.</returns>
    public ReadOnlyMemory<byte> this[ByteRange chunk]
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
