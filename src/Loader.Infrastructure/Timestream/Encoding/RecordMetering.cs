namespace Loader.Infrastructure.Timestream.Encoding;

/// <summary>How the service counts the size of a record, for its quota and for metering.</summary>
internal static class RecordMetering
{
    /// <summary>
    /// The maximum total length of the names and values of a record's dimensions, in UTF-8 bytes: 2,048 for the record, minus
    /// <see cref="FixedBytes"/>.
    /// </summary>
    /// <remarks>Quotas: https://docs.aws.amazon.com/timestream/latest/developerguide/ts-limits.html.</remarks>
    public const int MaxDimensionBytes = MaxRecordBytes - FixedBytes;

    /// <summary>The metered bytes of a record without its dimensions: time, measure name and value.</summary>
    public const int FixedBytes = TimeBytes + MeasureNameBytes + ValueBytes;

    /// <summary>The metered bytes of a record's time.</summary>
    public const int TimeBytes = 8;

    /// <summary>The metered bytes of a DOUBLE.</summary>
    public const int ValueBytes = 8;

    /// <summary>The metered bytes of the measure name, <c>value</c>.</summary>
    public const int MeasureNameBytes = 5;

    private const int MaxRecordBytes = 2048;
    private const int WriteUnitBytes = 1024;

    /// <summary>
    /// Returns the write units metered for a request: its metered bytes in KiB, rounded up. The metered bytes of a record are 8 for the
    /// time, the UTF-8 length of
    /// the dimensions' names and values, the length of the measure name, and 8 for a DOUBLE. What is in the common attributes counts once
    /// for the request.
    /// </summary>
    /// <remarks>https://docs.aws.amazon.com/timestream/latest/developerguide/metering-and-pricing.writes.html.</remarks>
    /// <param name="meteredBytes">The metered bytes of the request.</param>
    /// <returns>The number of write units.</returns>
    public static long WriteUnits(long meteredBytes) => (meteredBytes + WriteUnitBytes - 1) / WriteUnitBytes;
}
