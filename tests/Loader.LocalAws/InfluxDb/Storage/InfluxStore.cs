namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>Every bucket or database of a server, under one lock.</summary>
internal sealed class InfluxStore
{
    private readonly LocalInfluxOptions _options;
    private readonly SortedDictionary<string, InfluxBucket> _buckets = new(StringComparer.Ordinal);

    public InfluxStore(LocalInfluxOptions options)
    {
        _options = options;
        Delayed = new DelayedWrites(options.Seed);
        Choices = new Random(options.Seed);
        foreach (var settings in options.Buckets)
        {
            Add(settings);
        }
    }

    public Lock Gate { get; } = new();

    public DelayedWrites Delayed { get; }

    /// <summary>Decides what the real server leaves to chance. Used under the lock.</summary>
    public Random Choices { get; }

    /// <summary>Which lines are refused by a script; null for none.</summary>
    public LineRefusal? Refusal { get; set; }

    public int TableCount => _buckets.Values.Sum(bucket => bucket.TableCount);

    public IReadOnlyList<InfluxBucket> Buckets
    {
        get
        {
            lock (Gate)
            {
                return [.. _buckets.Values];
            }
        }
    }

    public InfluxBucket? Find(string name)
    {
        lock (Gate)
        {
            return _buckets.GetValueOrDefault(name);
        }
    }

    /// <summary>InfluxDB reference, section 2: five databases in Core, 100 in Enterprise.</summary>
    public void RequireRoom()
    {
        if (_buckets.Count >= _options.MaxDatabases)
        {
            throw new CatalogException($"Adding a new database would exceed limit of {_options.MaxDatabases} databases");
        }
    }

    public InfluxBucket Add(InfluxBucketSettings settings)
    {
        lock (Gate)
        {
            var bucket = new InfluxBucket(settings, _buckets.Count + 1, _options, Gate);
            _buckets.Add(settings.Name, bucket);
            return bucket;
        }
    }
}
