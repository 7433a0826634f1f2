using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Where the parts of a <see cref="SeriesKey"/> come from: columns of the file, or what its key says for all rows.</summary>
internal sealed class SeriesColumns
{
    private readonly string?[] _constants = new string?[5];
    private readonly List<int> _parts = [];
    private readonly List<DimensionReader> _readers = [];

    /// <summary>Gets the readers, in the order in which they are folded.</summary>
    public IReadOnlyList<DimensionReader> Readers => _readers;

    /// <summary>Says that a part is read from a column.</summary>
    /// <param name="part">The part.</param>
    /// <param name="reader">The column's reader.</param>
    public void Add(SeriesPart part, DimensionReader reader)
    {
        _parts.Add((int)part);
        _readers.Add(reader);
    }

    /// <summary>Says that a part is the same in all rows.</summary>
    /// <param name="part">The part.</param>
    /// <param name="value">Its value.</param>
    public void AddConstant(SeriesPart part, string? value) => _constants[(int)part] = value;

    /// <summary>Unfolds the number of a row to the key of its series.</summary>
    /// <param name="levels">The pairs of each reader.</param>
    /// <param name="code">The number that the last reader's pairs gave.</param>
    /// <returns>The key.</returns>
    public SeriesKey KeyOf(ReadOnlySpan<PairCodes> levels, int code)
    {
        string?[] parts = [.. _constants];
        for (int level = levels.Length - 1; level >= 0; level--)
        {
            (int before, int own) = levels[level][code];
            parts[_parts[level]] = _readers[level].TextOf(own);
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
