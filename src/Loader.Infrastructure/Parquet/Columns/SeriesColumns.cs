using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The sources of the parts of a <see cref="SeriesKey"/>: columns of the file, or constants from the file's key.</summary>
/// <param name="mapped">Makes the keys of a file with a mapping; <see langword="null"/> for any other.</param>
internal sealed class SeriesColumns(MappedSeries? mapped = null)
{
    private readonly string?[] _constants = new string?[5];
    private readonly List<int> _parts = [];
    private readonly List<DimensionReader> _readers = [];

    /// <summary>Gets the readers of the columns, in the order in which their codes are combined.</summary>
    public IReadOnlyList<DimensionReader> Readers => _readers;

    /// <summary>Adds a part that a column provides.</summary>
    /// <param name="part">The part.</param>
    /// <param name="reader">The column's reader.</param>
    public void Add(SeriesPart part, DimensionReader reader)
    {
        _parts.Add((int)part);
        _readers.Add(reader);
    }

    /// <summary>Adds a part that is the same in all rows.</summary>
    /// <param name="part">The part.</param>
    /// <param name="value">Its value.</param>
    public void AddConstant(SeriesPart part, string? value) => _constants[(int)part] = value;

    /// <summary>Gets the number of columns of values, each of which gives series of its own.</summary>
    public int ValueColumns => mapped?.ValueColumns ?? 1;

    /// <summary>Returns the key of the series with a combined code in a file with a mapping.</summary>
    /// <param name="pairs">The pairs of each column.</param>
    /// <param name="code">The code that the pairs of the last column assigned.</param>
    /// <param name="valueColumn">The index of the column of values.</param>
    /// <returns>The key, or <see langword="null"/> if rows with this code are left out.</returns>
    public SeriesKey? TryGetMappedKey(ReadOnlySpan<PairInterner> pairs, int code, int valueColumn)
    {
        var texts = new string?[pairs.Length];
        for (int column = pairs.Length - 1; column >= 0; column--)
        {
            (int before, int own) = pairs[column][code];
            texts[column] = _readers[column].GetText(own);
            code = before;
        }

        return mapped!.TryGetKey(texts, valueColumn);
    }

    /// <summary>Returns the key of the series with a combined code.</summary>
    /// <param name="pairs">The pairs of each column.</param>
    /// <param name="code">The code that the pairs of the last column assigned.</param>
    /// <returns>The key.</returns>
    public SeriesKey GetKey(ReadOnlySpan<PairInterner> pairs, int code)
    {
        string?[] parts = [.. _constants];
        for (int column = pairs.Length - 1; column >= 0; column--)
        {
            (int before, int own) = pairs[column][code];
            parts[_parts[column]] = _readers[column].GetText(own);
            code = before;
        }

        return new SeriesKey(
            parts[(int)SeriesPart.Region],
            parts[(int)SeriesPart.Subject],
            parts[(int)SeriesPart.MeasurementType],
            parts[(int)SeriesPart.QualityFlag],
            parts[(int)SeriesPart.Unit]);
    }
}
