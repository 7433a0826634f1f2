using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the texts of a column. A chunk with a dictionary costs work for each distinct text; its rows cost a few bits.</summary>
/// <param name="column">The column.</param>
internal sealed class TextDimensionReader(SourceColumn column) : DimensionReader
{
    private readonly TextPages _pages = new(column);
    private readonly TextCodes _texts = new();

    /// <summary>The number of each entry of the chunk's dictionary.</summary>
    private int[] _codeOfEntry = [];
    private ChunkDecoder<ReadOnlyMemory<byte>>? _decoder;
    private SeriesFold? _fold;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, SeriesFold fold, CancellationToken cancellationToken)
    {
        _fold = fold;
        if (!TextPages.CanRead(chunk.Pages))
        {
            return ReadDeltaAsync(chunk, cancellationToken);
        }

        _pages.Begin(chunk);
        NumberDictionary();
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (page.Values > 0)
            {
                Take(firstRow, _pages.Read(page));
                firstRow += page.Values;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string? TextOf(int code) => _texts[code];

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _pages.Dispose();
        _decoder?.Dispose();
    }

    private void NumberDictionary()
    {
        TextEntries dictionary = _pages.Dictionary;
        if (_codeOfEntry.Length < dictionary.Count)
        {
            _codeOfEntry = new int[dictionary.Count];
        }

        for (int i = 0; i < dictionary.Count; i++)
        {
            _codeOfEntry[i] = _texts.CodeOf(dictionary[i]);
        }
    }

    private void Take(int firstRow, in TextPage page)
    {
        if (page.UsesDictionary && page.Indexes.IsEmpty && page.Levels.IsEmpty)
        {
            _fold!.TakeRun(firstRow, page.Rows, _codeOfEntry[page.OnlyIndex]);
            return;
        }

        Span<int> codes = Codes(page.Rows);
        int defined;
        if (!page.UsesDictionary)
        {
            defined = page.Plain.Count;
            for (int i = 0; i < defined; i++)
            {
                codes[i] = _texts.CodeOf(page.Plain[i]);
            }
        }
        else if (page.Indexes.IsEmpty)
        {
            // The same text or null: the levels say which.
            int only = page.Levels.Contains(1) ? _codeOfEntry[page.OnlyIndex] : TextCodes.Null;
            for (int row = 0; row < codes.Length; row++)
            {
                codes[row] = page.Levels[row] * only;
            }

            _fold!.Take(firstRow, codes);
            return;
        }
        else
        {
            defined = page.Indexes.Length;
            for (int i = 0; i < defined; i++)
            {
                codes[i] = _codeOfEntry[page.Indexes[i]];
            }
        }

        Nulls.Spread(codes, page.Levels, defined, TextCodes.Null);
        _fold!.Take(firstRow, codes);
    }

    private ValueTask ReadDeltaAsync(ChunkInput chunk, CancellationToken cancellationToken)
    {
        _decoder ??= new ChunkDecoder<ReadOnlyMemory<byte>>(column.Element, new byte[1], new byte[1]);
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (TextDimensionReader me, in ColumnSlice<ReadOnlyMemory<byte>> s) => me.TakeDelta(s), cancellationToken);
    }

    private void TakeDelta(in ColumnSlice<ReadOnlyMemory<byte>> slice)
    {
        Span<int> codes = Codes(slice.Rows);
        for (int i = 0; i < slice.Values.Length; i++)
        {
            codes[i] = _texts.CodeOf(slice.Values[i].Span);
        }

        Nulls.Spread(codes, slice.Levels, slice.Values.Length, TextCodes.Null);
        _fold!.Take(slice.FirstRow, codes);
    }
}
