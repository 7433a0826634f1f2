using System.Globalization;
using System.Numerics;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads a column that identifies series, as codes: small numbers that stand for its distinct values. Code 0 is null.</summary>
internal abstract class DimensionReader
{
    /// <summary>The code of null.</summary>
    public const int NullCode = 0;

    /// <summary>Reads the codes of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="builder">Receives the codes.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public abstract void Read(ColumnChunk chunk, SeriesIdBuilder builder, CancellationToken cancellationToken);

    /// <summary>Returns the text of a code.</summary>
    /// <param name="code">A code that this reader has assigned.</param>
    /// <returns>The text, or <see langword="null"/> for <see cref="NullCode"/>.</returns>
    public abstract string? GetText(int code);
}

/// <summary>Reads a column of text. A dictionary costs a look-up for each distinct text; a row costs only its index.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class TextDimensionReader(SchemaColumn column, ColumnBuffers buffers) : DimensionReader
{
    private readonly ByteArrayColumnReader _reader = new(column.Element, buffers.Pages);
    private readonly Utf8Interner _texts = new(buffers.Series);

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, SeriesIdBuilder builder, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        ReadOnlySpan<int> entryCodes = InternDictionary();
        while (_reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Append(builder, page, entryCodes);
        }
    }

    /// <inheritdoc/>
    public override string? GetText(int code) => _texts[code];

    private ReadOnlySpan<int> InternDictionary()
    {
        ByteArrayList dictionary = _reader.Dictionary;
        Span<int> codes = buffers.EntryCodes.Reserve(dictionary.Count);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = _texts.GetOrAdd(dictionary[i]);
        }

        return codes;
    }

    private void Append(SeriesIdBuilder builder, in ByteArrayPage page, ReadOnlySpan<int> entryCodes)
    {
        bool isRun = page.UsesDictionary && page.Indexes.IsEmpty;
        if (isRun && page.DefinitionLevels.IsEmpty && page.RowCount > 0)
        {
            builder.AppendRun(page.FirstRow, page.RowCount, entryCodes[page.RepeatedIndex]);
            return;
        }

        Span<int> codes = buffers.Codes.Reserve(page.RowCount);
        if (isRun)
        {
            codes[..page.ValueCount].Fill(page.ValueCount == 0 ? NullCode : entryCodes[page.RepeatedIndex]);
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
            for (int i = 0; i < page.ValueCount; i++)
            {
                codes[i] = _texts.GetOrAdd(page.Values[i]);
            }
        }

        Nulls.Spread(codes, page.DefinitionLevels, page.ValueCount, NullCode);
        builder.Append(page.FirstRow, codes);
    }
}

/// <summary>Reads a column of integers, such as line ids; their text is the decimal number.</summary>
/// <typeparam name="T">The type with the bits of the physical type: <see cref="int"/> or <see cref="long"/>.</typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class IntegerDimensionReader<T>(SchemaColumn column, ColumnBuffers buffers) : DimensionReader
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly NumberColumnReader<T> _reader = new(column.Element, buffers.Pages);
    private readonly PairInterner _halves = new(buffers.Series);
    private readonly List<string?> _texts = [null];

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, SeriesIdBuilder builder, CancellationToken cancellationToken)
    {
        _reader.Open(chunk);
        while (_reader.TryReadPage(out NumberPage<T> page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<int> codes = buffers.Codes.Reserve(page.RowCount);
            Intern(page.Values, codes);
            Nulls.Spread(codes, page.DefinitionLevels, page.Values.Length, NullCode);
            builder.Append(page.FirstRow, codes);
        }
    }

    /// <inheritdoc/>
    public override string? GetText(int code) => _texts[code];

    private void Intern(ReadOnlySpan<T> values, Span<int> codes)
    {
        T last = default;
        int code = NullCode;
        for (int i = 0; i < values.Length; i++)
        {
            if (code == NullCode || values[i] != last)
            {
                last = values[i];
                code = GetOrAdd(last);
            }

            codes[i] = code;
        }
    }

    private int GetOrAdd(T value)
    {
        long bits = long.CreateTruncating(value);
        int code = _halves.GetOrAdd((int)(bits >> 32), (int)bits) + 1;
        if (code == _texts.Count)
        {
            string text = Format(value);
            buffers.Series.ChargeText(text.Length);
            _texts.Add(text);
        }

        return code;
    }

    private string Format(T value) =>
        column.Element.LogicalType is not { Kind: LogicalTypeKind.Integer, IsSigned: false }
            ? value.ToString(null, CultureInfo.InvariantCulture)
        : typeof(T) == typeof(int) ? uint.CreateTruncating(value).ToString(CultureInfo.InvariantCulture)
        : ulong.CreateTruncating(value).ToString(CultureInfo.InvariantCulture);
}
