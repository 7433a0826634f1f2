namespace Loader.Infrastructure.Timestream;

/// <summary>What a record is made of besides its dimensions, and what the service says about its size.</summary>
internal static class RecordLayout
{
    /// <summary>The name of the only measure.</summary>
    public const string MeasureName = "value";

    /// <summary>
    /// The most UTF-8 bytes that the names and values of a record's dimensions may have together: 2,048 for the record, less time (8), measure name and
    /// value (8), as the service counts them.
    /// </summary>
    /// <remarks>Quotas: https://docs.aws.amazon.com/timestream/latest/developerguide/ts-limits.html.</remarks>
    public const int MaxDimensionBytes = MaxRecordBytes - FixedBytes;

    /// <summary>Time, measure name and value of a record, as the service counts them.</summary>
    public const int FixedBytes = TimeBytes + MeasureNameBytes + ValueBytes;

    /// <summary>The bytes of a record's time.</summary>
    public const int TimeBytes = 8;

    /// <summary>The bytes of a DOUBLE.</summary>
    public const int ValueBytes = 8;

    /// <summary>The bytes of <see cref="MeasureName"/>.</summary>
    public const int MeasureNameBytes = 5;

    /// <summary>How far into the future the service takes a time.</summary>
    public static readonly TimeSpan FutureWindow = TimeSpan.FromMinutes(15);

    private const int MaxRecordBytes = 2048;
    private const int UnitBytes = 1024;

    /// <summary>
    /// Returns the write units metered for a request: its bytes in whole KiB, rounded up. A record counts 8 bytes for the time, the UTF-8 bytes of its
    /// dimensions' names and values, those of the measure's name, and 8 for a DOUBLE; what stands in the common attributes counts once.
    /// </summary>
    /// <remarks>https://docs.aws.amazon.com/timestream/latest/developerguide/metering-and-pricing.writes.html.</remarks>
    /// <param name="bytes">The request's bytes counted in that way.</param>
    /// <returns>The units.</returns>
    public static long WriteUnits(long bytes) => (bytes + UnitBytes - 1) / UnitBytes;
}
