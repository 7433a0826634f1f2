namespace Loader.Domain;

/// <summary>The distinct series of one file, numbered as they are met.</summary>
/// <remarks>
/// One thread interns; others may read the <see cref="Snapshot"/> that they were given: series are only ever added, and a snapshot covers every
/// id that was given out before it was taken.
/// </remarks>
public sealed class SeriesCatalog(DatasetType dataset)
{
    private readonly Dictionary<SeriesKey, int> _ids = [];
    private readonly Dictionary<SeriesKey, string?> _units = [];
    private Series[] _series = new Series[16];

    /// <summary>Gets the dataset that every series belongs to.</summary>
    public DatasetType Dataset { get; } = dataset;

    /// <summary>Gets the number of series.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the series so far, by id. What is added later does not show in it.</summary>
    public ReadOnlyMemory<Series> Snapshot => new(_series, 0, Count);

    /// <summary>Returns the id of a series, adding it when it is new.</summary>
    /// <param name="key">What the row says of its series.</param>
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
        // The unit that a set of dimensions has first is its unit. A missing one is a fault of its own and decides nothing.
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
            // A new array, not Array.Resize of a shared one: snapshots keep the old.
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
