using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>A table (engine 3) or measurement (engine 2). Everything that reads takes a consistent copy.</summary>
public sealed class InfluxTable
{
    /// <summary>The tag that holds the record version in the layout <c>versions</c>.</summary>
    public const string VersionTag = "version";

    private readonly InfluxBucket _bucket;
    private readonly Dictionary<string, InfluxSeries> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Field, long Shard), InfluxType> _shardTypes = [];

    internal InfluxTable(InfluxBucket bucket, string name)
    {
        _bucket = bucket;
        Name = name;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the columns in the order in which they were made. Engine 3 only.</summary>
    public IReadOnlyList<InfluxColumn> Columns
    {
        get
        {
            lock (_bucket.Gate)
            {
                return [.. Catalog.All];
            }
        }
    }

    /// <summary>Gets the number of series: distinct tag sets.</summary>
    public int SeriesCount
    {
        get
        {
            lock (_bucket.Gate)
            {
                return _series.Count;
            }
        }
    }

    /// <summary>Gets the number of points that a reader sees.</summary>
    public int Count
    {
        get
        {
            lock (_bucket.Gate)
            {
                var earliest = _bucket.EarliestVisible;
                return earliest is null
                    ? _series.Values.Sum(series => series.Count)
                    : _series.Values.Sum(series => series.Times.Count(time => time >= earliest));
            }
        }
    }

    /// <summary>Gets the number of points that have more than one content: on engine 3 a loader must not make any.</summary>
    public int ContradictoryPoints
    {
        get
        {
            lock (_bucket.Gate)
            {
                return _series.Values.Sum(series => series.Times.Count(time => series.Contents(time) > 1));
            }
        }
    }

    /// <summary>Gets the number of points of which a later write changed a field. Engine 2 only: there the last arrival wins (InfluxDB reference, section 1.2).</summary>
    public int RewrittenPoints
    {
        get
        {
            lock (_bucket.Gate)
            {
                return _series.Values.Sum(series => series.Rewritten);
            }
        }
    }

    /// <summary>
    /// Gets the points that a reader sees now. Engine 3 hides points older than the retention (InfluxDB reference, section 1.5), and a point with two contents may
    /// read differently each time (section 1.1).
    /// </summary>
    public IReadOnlyList<InfluxPoint> Points
    {
        get
        {
            lock (_bucket.Gate)
            {
                return [.. Enumerate()];
            }
        }
    }

    internal InfluxColumns Catalog { get; set; } = new();

    /// <summary>
    /// Gets for each series and time the point with the highest tag <c>version</c>, as a reader of the layout <c>versions</c> sees it (section 4 B). Versions have
    /// a fixed width, so the order of their text is the order of their numbers. A point without the tag comes before every version.
    /// </summary>
    public IReadOnlyList<InfluxPoint> Newest()
    {
        var newest = new Dictionary<string, InfluxPoint>(StringComparer.Ordinal);
        foreach (var point in Points)
        {
            var identity = point.IdentityWithoutVersion;
            if (!newest.TryGetValue(identity, out var other) || string.CompareOrdinal(point.Tag(VersionTag), other.Tag(VersionTag)) > 0)
            {
                newest[identity] = point;
            }
        }

        return [.. newest.OrderBy(item => item.Value.TimeNanoseconds).ThenBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Value)];
    }

    /// <summary>Deletes points, as an operator does. The columns stay.</summary>
    /// <returns>The number of points.</returns>
    public int Delete(Func<InfluxPoint, bool> predicate)
    {
        lock (_bucket.Gate)
        {
            InfluxPoint[] deleted = [.. Enumerate().Where(predicate)];
            foreach (var point in deleted)
            {
                _series[InfluxSeries.Key([.. point.Tags])].Remove(point.TimeNanoseconds);
            }

            return deleted.Length;
        }
    }

    internal void Store(InfluxTag[] tags, long time, InfluxField[] fields)
    {
        Array.Sort(tags, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        var key = InfluxSeries.Key(tags);
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = new InfluxSeries(key, tags));
        }

        if (_bucket.Engine == InfluxEngine.Version2)
        {
            series.Merge(time, fields);
        }
        else
        {
            series.Append(time, fields);
        }
    }

    /// <summary>Engine 2: the type of a field in a group of shards; the first write there fixes it. Returns the type that was there.</summary>
    internal InfluxType FixType(string field, long shard, InfluxType type)
    {
        if (_shardTypes.TryGetValue((field, shard), out var existing))
        {
            return existing;
        }

        _shardTypes.Add((field, shard), type);
        return type;
    }

    /// <summary>Engine 2: the fields with their types, ordered by name. A field with two types in two groups of shards is listed twice.</summary>
    internal IEnumerable<(string Field, InfluxType Type)> FieldTypes() =>
        _shardTypes.Select(item => (item.Key.Field, item.Value)).Distinct().OrderBy(item => item.Field, StringComparer.Ordinal);

    internal IEnumerable<string> TagKeys() =>
        _series.Values.SelectMany(series => series.Tags).Select(tag => tag.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    internal IEnumerable<InfluxPoint> Enumerate()
    {
        var earliest = _bucket.EarliestVisible ?? long.MinValue;
        foreach (var series in _series.Values)
        {
            foreach (var time in series.Times)
            {
                if (time >= earliest)
                {
                    yield return new(Name, series.Tags, time, series.Read(time, _bucket.Seed, _bucket.Changing));
                }
            }
        }
    }
}
