using System.Buffers;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes a column that rows name their series by, as small numbers for its distinct values.</summary>
internal abstract class DimensionReader : IDisposable
{
    private int[] _codes = [];

    /// <summary>Decodes one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="fold">Takes the numbers.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>A task that ends when all rows were taken.</returns>
    public abstract ValueTask ReadAsync(ChunkInput chunk, SeriesFold fold, CancellationToken cancellationToken);

    /// <summary>Returns the text of a number.</summary>
    /// <param name="code">A number that was given out; 0 is null.</param>
    /// <returns>The text.</returns>
    public abstract string? TextOf(int code);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        if (_codes.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_codes);
            _codes = [];
        }
    }

    /// <summary>Makes room for the numbers of some rows.</summary>
    protected Span<int> Codes(int rows)
    {
        if (_codes.Length < rows)
        {
            if (_codes.Length > 0)
            {
                ArrayPool<int>.Shared.Return(_codes);
            }

            _codes = ArrayPool<int>.Shared.Rent(rows);
        }

        return _codes.AsSpan(0, rows);
    }
}
