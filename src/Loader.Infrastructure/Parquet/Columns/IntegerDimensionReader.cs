using System.Globalization;
using System.Numerics;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Numbers the integers of a column, such as line ids; their text is the decimal number.</summary>
/// <typeparam name="T">The type that holds the physical type's bits: <see cref="int"/> or <see cref="long"/>.</typeparam>
/// <param name="column">The column.</param>
/// <param name="canaries">Two values that stand where nothing has been decoded.</param>
internal sealed class IntegerDimensionReader<T>(SourceColumn column, T[] canaries) : DimensionReader
    where T : struct, IBinaryInteger<T>
{
    private readonly ChunkDecoder<T> _decoder = new(column.Element, canaries);
    private readonly Dictionary<T, int> _codes = [];
    private readonly List<string?> _texts = [null];
    private SeriesFold? _fold;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, SeriesFold fold, CancellationToken cancellationToken)
    {
        _fold = fold;
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (IntegerDimensionReader<T> me, in ColumnSlice<T> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override string? TextOf(int code) => _texts[code];

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _decoder.Dispose();
    }

    private void Take(in ColumnSlice<T> slice)
    {
        Span<int> codes = Codes(slice.Rows);
        T last = default;
        int code = 0;
        for (int i = 0; i < slice.Values.Length; i++)
        {
            T value = slice.Values[i];
            if (i == 0 || value != last)
            {
                code = CodeOf(value);
                last = value;
            }

            codes[i] = code;
        }

        Nulls.Spread(codes, slice.Levels, slice.Values.Length, TextCodes.Null);
        _fold!.Take(slice.FirstRow, codes);
    }

    private int CodeOf(T value)
    {
        if (!_codes.TryGetValue(value, out int code))
        {
            code = _texts.Count;
            _codes.Add(value, code);
            _texts.Add(Describe(value));
        }

        return code;
    }

    private string Describe(T value)
    {
        Annotation annotation = column.Element.Annotation;
        return annotation is { Kind: AnnotationKind.Integer, IsSigned: false }
            ? (typeof(T) == typeof(int) ? (ulong)uint.CreateTruncating(value) : ulong.CreateTruncating(value)).ToString(CultureInfo.InvariantCulture)
            : value.ToString(null, CultureInfo.InvariantCulture);
    }
}
