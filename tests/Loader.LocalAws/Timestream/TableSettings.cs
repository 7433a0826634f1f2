namespace Loader.LocalAws.Timestream;

/// <summary>Retention and magnetic-store settings of a table; the defaults are the service's own (protocols 1.6).</summary>
public sealed record TableSettings
{
    /// <summary>Gets the memory-store retention in hours, 1 to 8,766. Default 6.</summary>
    public int MemoryStoreHours { get; init; } = 6;

    /// <summary>Gets the magnetic-store retention in days, 1 to 73,000. Default 73,000.</summary>
    public int MagneticStoreDays { get; init; } = 73_000;

    /// <summary>Gets a value indicating whether records older than the memory store are accepted. Default false.</summary>
    public bool MagneticStoreWrites { get; init; }

    /// <summary>Gets the partition key. Default: the measure name, as in a table that is created without a schema.</summary>
    public IReadOnlyList<PartitionKey> PartitionKey { get; init; } = [new("MEASURE")];

    /// <summary>Gets the bucket for reports of asynchronously rejected records, or null.</summary>
    public string? RejectedDataBucket { get; init; }

    /// <summary>Gets the key prefix of those reports, or null.</summary>
    public string? RejectedDataPrefix { get; init; }
}
