using System.Globalization;
using System.Numerics;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the integers of a column, such as line ids; their text is the decimal number.</summary>
/// <typeparam name="T">The type that holds the physical type's bits: <see cref="int"/> or <see cref="long"/>.</typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class IntegerDimensionReader<T>(SourceColumn column, PageBuffers buffers) : DimensionReader
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly NumberPages<T> _pages = new(column.Element, buffers);
    private readonly PairCodes _codes = new();
    private readonly List<string?> _texts = [null];

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, SeriesFold fold, CancellationToken cancellationToken)
    {
        _pages.Begin(chunk);
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NumberPage<T> numbers = _pages.Read(page);
            Span<int> codes = buffers.Codes.Take(page.Values);
            NumberValues(numbers.Values, codes);
            Nulls.Spread(codes, numbers.Levels, numbers.Values.Length, TextCodes.Null);
            fold.Take(firstRow, codes);
            firstRow += page.Values;
        }
    }

    /// <inheritdoc/>
    public override string? TextOf(int code) => _texts[code];

    private void NumberValues(ReadOnlySpan<T> values, Span<int> codes)
    {
        T last = default;
        int code = TextCodes.Null;
        for (int i = 0; i < values.Length; i++)
        {
            if (code == TextCodes.Null || values[i] != last)
            {
                last = values[i];
                code = CodeOf(last);
            }

            codes[i] = code;
        }
    }

    private int CodeOf(T value)
    {
        long bits = long.CreateTruncating(value);
        int code = _codes.CodeOf((int)(bits >> 32), (int)bits) + 1;
        if (code == _texts.Count)
        {
            _texts.Add(Describe(value));
        }

        return code;
    }

    private string Describe(T value) =>
        column.Element.Annotation is not { Kind: AnnotationKind.Integer, IsSigned: false } ? value.ToString(null, CultureInfo.InvariantCulture)
        : typeof(T) == typeof(int) ? uint.CreateTruncating(value).ToString(CultureInfo.InvariantCulture)
        : ulong.CreateTruncating(value).ToString(CultureInfo.InvariantCulture);
}
