using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the texts of a column. A chunk with a dictionary costs work for each distinct text; its rows cost a few bits.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class TextDimensionReader(SourceColumn column, PageBuffers buffers) : DimensionReader
{
    private readonly BytesPages _pages = new(column.Element, buffers);
    private readonly TextCodes _texts = new(buffers.Texts);

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, SeriesFold fold, CancellationToken cancellationToken)
    {
        _pages.Begin(chunk);
        ReadOnlySpan<int> entryCodes = NumberDictionary();
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(fold, firstRow, _pages.Read(page), entryCodes);
            firstRow += page.Values;
        }
    }

    /// <inheritdoc/>
    public override string? TextOf(int code) => _texts[code];

    private ReadOnlySpan<int> NumberDictionary()
    {
        BytesList dictionary = _pages.Dictionary;
        Span<int> codes = buffers.EntryCodes.Take(dictionary.Count);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = _texts.CodeOf(dictionary[i]);
        }

        return codes;
    }

    private void Take(SeriesFold fold, int firstRow, in BytesPage page, ReadOnlySpan<int> entryCodes)
    {
        bool isOne = page.UsesDictionary && page.Indexes.IsEmpty;
        if (isOne && page.Levels.IsEmpty && page.Rows > 0)
        {
            fold.TakeRun(firstRow, page.Rows, entryCodes[page.OnlyIndex]);
            return;
        }

        Span<int> codes = buffers.Codes.Take(page.Rows);
        if (isOne)
        {
            codes[..page.Defined].Fill(page.Defined == 0 ? TextCodes.Null : entryCodes[page.OnlyIndex]);
        }
        else if (page.UsesDictionary)
        {
            for (int i = 0; i < page.Indexes.Length; i++)
            {
                codes[i] = entryCodes[page.Indexes[i]];
            }
        }
        else
        {
            for (int i = 0; i < page.Defined; i++)
            {
                codes[i] = _texts.CodeOf(page.Values[i]);
            }
        }

        Nulls.Spread(codes, page.Levels, page.Defined, TextCodes.Null);
        fold.Take(firstRow, codes);
    }
}
