using System.Globalization;

namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>A bucket of engine 2 or a database of engine 3.</summary>
public sealed class InfluxBucket
{
    private readonly TimeProvider _time;
    private readonly SortedDictionary<string, InfluxTable> _tables = new(StringComparer.Ordinal);

    internal InfluxBucket(InfluxBucketSettings settings, int number, LocalInfluxOptions options, Lock gate)
    {
        Name = settings.Name;
        Id = (0x0a00000000000000UL + (uint)number).ToString("x16", CultureInfo.InvariantCulture);
        Retention = settings.Retention;
        ShardGroupDuration = settings.ShardGroupDuration;
        Engine = options.Engine;
        Seed = options.Seed;
        Changing = new Random(options.Seed);
        Gate = gate;
        _time = options.TimeProvider;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the id, 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Gets or sets how long points are kept; null is for ever.</summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>Gets or sets the time that a group of shards covers, if it was chosen. Engine 2 only.</summary>
    public TimeSpan? ShardGroupDuration { get; set; }

    /// <summary>Gets the tables, ordered by name.</summary>
    public IReadOnlyList<InfluxTable> Tables
    {
        get
        {
            lock (Gate)
            {
                return [.. _tables.Values];
            }
        }
    }

    /// <summary>Gets the number of points that readers see in all tables.</summary>
    public int Count => Tables.Sum(table => table.Count);

    internal InfluxEngine Engine { get; }

    internal int Seed { get; }

    internal Random Changing { get; }

    internal Lock Gate { get; }

    internal int TableCount => _tables.Count;

    /// <summary>The time before which no point is kept, in nanoseconds; null without a retention.</summary>
    internal long? Earliest => Retention is { } retention ? Nanoseconds(_time.GetUtcNow() - retention) : null;

    // InfluxDB reference, section 1.5: engine 3 hides old points at once. Engine 2 deletes a group of shards when all of it is old, which is not emulated.
    internal long? EarliestVisible => Engine == InfluxEngine.Version3 ? Earliest : null;

    // influxdata/influxdb branch 2.7, v1/services/meta/data.go: 7 days from six months of retention, 1 day from two days, else 1 hour.
    internal TimeSpan ShardSpan => ShardGroupDuration ?? Retention switch
    {
        null => TimeSpan.FromDays(7),
        { TotalDays: >= 180 } => TimeSpan.FromDays(7),
        { TotalDays: >= 2 } => TimeSpan.FromDays(1),
        _ => TimeSpan.FromHours(1),
    };

    /// <summary>Gets a table. Throws <see cref="KeyNotFoundException"/> if it does not exist.</summary>
    public InfluxTable Table(string name) => FindTable(name) ?? throw new KeyNotFoundException($"Table {name} does not exist in {Name}.");

    /// <summary>Gets a table, or null if it does not exist.</summary>
    public InfluxTable? FindTable(string name)
    {
        lock (Gate)
        {
            return _tables.GetValueOrDefault(name);
        }
    }

    internal static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>The start of the group of shards that holds a time. Groups are aligned to the year 1.</summary>
    internal long ShardOf(long nanoseconds)
    {
        var ticks = (DateTimeOffset.UnixEpoch.Ticks * (Int128)100) + nanoseconds;
        var span = (Int128)ShardSpan.Ticks * 100;
        return (long)((ticks / span * span) - (DateTimeOffset.UnixEpoch.Ticks * (Int128)100));
    }

    internal InfluxTable GetOrAdd(string name)
    {
        if (!_tables.TryGetValue(name, out var table))
        {
            _tables.Add(name, table = new InfluxTable(this, name));
        }

        return table;
    }
}
