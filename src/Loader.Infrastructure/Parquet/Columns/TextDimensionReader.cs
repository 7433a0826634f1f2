using System.Runtime.InteropServices;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the texts of a column: by reference where the chunk has a dictionary, so that work is per distinct value, and else by content.</summary>
/// <param name="column">The column.</param>
internal sealed class TextDimensionReader(SourceColumn column) : DimensionReader
{
    private readonly ChunkDecoder<ReadOnlyMemory<byte>> _decoder = new(column.Element, new byte[1], new byte[1]);
    private readonly TextCodes _texts = new();
    private readonly ReferenceCodes _references = new();
    private SeriesFold? _fold;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, SeriesFold fold, CancellationToken cancellationToken)
    {
        _fold = fold;
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (TextDimensionReader me, in ColumnSlice<ReadOnlyMemory<byte>> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override string? TextOf(int code) => _texts[code];

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _decoder.Dispose();
    }

    private void Take(in ColumnSlice<ReadOnlyMemory<byte>> slice)
    {
        Span<int> codes = Codes(slice.Rows);
        if (slice.UsesDictionary)
        {
            CodesByReference(slice.Values, codes);
        }
        else
        {
            for (int i = 0; i < slice.Values.Length; i++)
            {
                codes[i] = _texts.CodeOf(slice.Values[i].Span);
            }
        }

        Nulls.Spread(codes, slice.Levels, slice.Values.Length, TextCodes.Null);
        _fold!.Take(slice.FirstRow, codes);
    }

    private void CodesByReference(ReadOnlySpan<ReadOnlyMemory<byte>> values, Span<int> codes)
    {
        _references.Clear();
        byte[]? last = null;
        int code = TextCodes.Null;
        for (int i = 0; i < values.Length; i++)
        {
            // An array holds one value from its first byte to its last; anything else is numbered by content.
            if (!MemoryMarshal.TryGetArray(values[i], out ArraySegment<byte> segment) || segment.Count != segment.Array!.Length)
            {
                codes[i] = _texts.CodeOf(values[i].Span);
                continue;
            }

            byte[] array = segment.Array;
            if (!ReferenceEquals(array, last))
            {
                if (!_references.TryGet(array, out code))
                {
                    code = _texts.CodeOf(array);
                    _references.Add(array, code);
                }

                last = array;
            }

            codes[i] = code;
        }
    }
}
