namespace Loader.Domain;

/// <summary>The distinct series of one file, numbered in the order in which they first occur.</summary>
/// <remarks>
/// One thread calls <see cref="Intern"/>; others may read a <see cref="Snapshot"/> at the same time. Series are only added, and a snapshot
/// covers every id that was returned before it was taken.
/// </remarks>
/// <param name="dataset">The dataset that every series belongs to.</param>
public sealed class SeriesCatalog(DatasetType dataset)
{
    private readonly Dictionary<SeriesKey, int> _ids = [];
    private readonly Dictionary<SeriesKey, string?> _units = [];
    private Series[] _series = new Series[16];

    /// <summary>Gets the dataset that every series belongs to.</summary>
    public DatasetType Dataset { get; } = dataset;

    /// <summary>Gets the number of series.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the series so far, by id. Series that are added later do not appear in it.</summary>
    public ReadOnlyMemory<Series> Snapshot => new(_series, 0, Count);

    /// <summary>Returns the id of a series, and adds the series if it is new.</summary>
    /// <param name="key">The values of a row's columns that identify its series.</param>
    /// <returns>The id, from 0 to <see cref="Count"/> - 1.</returns>
    public int Intern(SeriesKey key)
    {
        if (key.QualityFlag is { Length: 0 })
        {
            key = key with { QualityFlag = null };
        }

        if (_ids.TryGetValue(key, out int id))
        {
            return id;
        }

        return Add(key);
    }

    private int Add(in SeriesKey key)
    {
        // The first unit of a set of dimensions is the right one. A missing unit is another fault and does not count as the first.
        bool hasSecondUnit = false;
        if (!string.IsNullOrEmpty(key.Unit))
        {
            SeriesKey identity = key with { Unit = null };
            if (_units.TryGetValue(identity, out string? first))
            {
                hasSecondUnit = !string.Equals(first, key.Unit, StringComparison.Ordinal);
            }
            else
            {
                _units.Add(identity, key.Unit);
            }
        }

        if (Count == _series.Length)
        {
            // Existing snapshots keep the old array.
            var grown = new Series[Count * 2];
            _series.AsSpan().CopyTo(grown);
            _series = grown;
        }

        var series = new Series(Count, Dataset, key, hasSecondUnit);
        _series[Count] = series;
        _ids.Add(key, Count);
        return Count++;
    }
}
