using System.Runtime.InteropServices;
using Loader.LocalAws.Faults;

namespace Loader.LocalAws.Timestream;

/// <summary>A table and its records. Thread-safe; returns copies.</summary>
public sealed class TimestreamTable
{
    private readonly Lock _gate = new();
    private readonly TableColumns _columns = new();
    private readonly Dictionary<string, int> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Series, long Time), StoredRecord> _records = [];
    private readonly List<AsynchronousRejection> _asynchronousRejections = [];
    private readonly TimeProvider _time;
    private DateTimeOffset _memoryFloor = DateTimeOffset.MinValue;
    private DateTimeOffset _magneticFloor = DateTimeOffset.MinValue;

    internal TimestreamTable(TimestreamDatabase database, string name, TableSettings settings, TimeProvider time)
    {
        Database = database;
        Name = name;
        Settings = settings;
        _time = time;
        CreationTime = LastUpdatedTime = time.GetUtcNow();
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the ARN.</summary>
    public string Arn => $"{Database.Arn}/table/{Name}";

    /// <summary>Gets the settings.</summary>
    public TableSettings Settings { get; private set; }

    /// <summary>Gets the number of stored identities.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Gets all stored records, in no particular order.</summary>
    public IReadOnlyList<StoredRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records.Values];
            }
        }
    }

    /// <summary>Gets the records that the magnetic store rejected after the response. AWS reports them at the rejected-data location.</summary>
    public IReadOnlyList<AsynchronousRejection> AsynchronousRejections
    {
        get
        {
            lock (_gate)
            {
                return [.. _asynchronousRejections];
            }
        }
    }

    internal TimestreamDatabase Database { get; }

    internal DateTimeOffset CreationTime { get; }

    internal DateTimeOffset LastUpdatedTime { get; private set; }

    /// <summary>Gets the stored record of an identity, or null.</summary>
    public StoredRecord? Find(IEnumerable<Dimension> dimensions, string measureName, long timeNanoseconds)
    {
        var key = WriteRecord.SeriesKey(dimensions.OrderBy(dimension => dimension.Name, StringComparer.Ordinal), measureName);
        lock (_gate)
        {
            return _series.TryGetValue(key, out var series) ? _records.GetValueOrDefault((series, timeNanoseconds)) : null;
        }
    }

    /// <summary>Removes records, as their expiry does. Their columns stay.</summary>
    /// <returns>The number of records.</returns>
    public int Remove(Func<StoredRecord, bool> predicate)
    {
        lock (_gate)
        {
            (int Series, long Time)[] removed = [.. _records.Where(item => predicate(item.Value)).Select(item => item.Key)];
            foreach (var key in removed)
            {
                _records.Remove(key);
            }

            return removed.Length;
        }
    }

    /// <summary>
    /// Changes the settings. A longer retention admits older records only as time passes: what was too old at the moment of the change stays
    /// too old (protocols 1.5).
    /// </summary>
    public void Update(TableSettings settings)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (settings.MemoryStoreHours > Settings.MemoryStoreHours)
            {
                _memoryFloor = Later(_memoryFloor, now - TimeSpan.FromHours(Settings.MemoryStoreHours));
            }

            if (settings.MagneticStoreDays > Settings.MagneticStoreDays)
            {
                _magneticFloor = Later(_magneticFloor, now - TimeSpan.FromDays(Settings.MagneticStoreDays));
            }

            Settings = settings;
            LastUpdatedTime = now;
        }
    }

    internal bool HasDimension(string name)
    {
        lock (_gate)
        {
            return _columns.HasDimension(name);
        }
    }

    /// <summary>Writes the records in the order of the request.</summary>
    internal WriteResult Write(ReadOnlySpan<WriteRecord> records, RecordFaults? faults)
    {
        List<RejectedRecord>? rejected = null;
        var (memory, magnetic) = (0, 0);
        lock (_gate)
        {
            var window = new RetentionWindow(Settings, _time.GetUtcNow(), _memoryFloor, _magneticFloor);
            for (var index = 0; index < records.Length; index++)
            {
                var record = records[index];
                var store = window.StoreOf(record.TimeNanoseconds);
                var rejection = faults?.Rejection(record, index) ?? Refusal(record, index, store, window) ?? Store(record, index, store!.Value);
                if (rejection is not null)
                {
                    (rejected ??= []).Add(rejection);
                }
                else if (store == StoreKind.Memory)
                {
                    memory++;
                }
                else
                {
                    magnetic++;
                }
            }
        }

        return new(memory, magnetic, rejected ?? []);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private RejectedRecord? Refusal(WriteRecord record, int index, StoreKind? store, RetentionWindow window)
    {
        var reason = store is null
            ? window.Refusal()
            : MissingKey(record) ?? RecordLimits.Refusal(record, Metering.RecordBytes(record)) ?? _columns.Refusal(record);
        return reason is null ? null : new(index, reason);
    }

    // protocols 1.4: a dimension key whose enforcement is REQUIRED must be in every record.
    private string? MissingKey(WriteRecord record)
    {
        foreach (var key in Settings.PartitionKey)
        {
            if (key.EnforcementInRecord is "REQUIRED" && record.Dimension(key.Name!) is null)
            {
                return $"The record does not have the dimension '{key.Name}', which is a required partition key of the table.";
            }
        }

        return null;
    }

    private RejectedRecord? Store(WriteRecord record, int index, StoreKind store)
    {
        _columns.Add(record);
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, record.Series, out var known);
        if (!known)
        {
            series = _series.Count;
        }

        ref var stored = ref CollectionsMarshal.GetValueRefOrAddDefault(_records, (series, record.TimeNanoseconds), out var exists);
        if (exists && VersionRule.Refusal(stored!, record) is { } reason)
        {
            // protocols 1.5, field 2.2: the magnetic store reports a version conflict later, not in the response.
            if (store == StoreKind.Magnetic)
            {
                _asynchronousRejections.Add(new(record, reason, stored!.Version));
                return null;
            }

            return new(index, reason, stored!.Version);
        }

        stored = new(record, store);
        return null;
    }
}
