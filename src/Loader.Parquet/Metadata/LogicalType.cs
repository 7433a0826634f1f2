namespace Loader.Parquet.Metadata;

/// <summary>The kinds of <see cref="LogicalType"/>.</summary>
public enum LogicalTypeKind
{
    /// <summary>The footer gives no meaning.</summary>
    None,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>The UTF-8 name of an enumeration's member.</summary>
    Enum,

    /// <summary>A JSON document in UTF-8.</summary>
    Json,

    /// <summary>A BSON document.</summary>
    Bson,

    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary>The number of days since 1970-01-01.</summary>
    Date,

    /// <summary>The time of day.</summary>
    Time,

    /// <summary>A point in time or a local time.</summary>
    Timestamp,

    /// <summary>An integer of a stated width and sign.</summary>
    Integer,

    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>A half-precision floating-point number.</summary>
    Float16,

    /// <summary>An interval of months, days and milliseconds.</summary>
    Interval,

    /// <summary>A list or a map.</summary>
    Nested,

    /// <summary>A logical type that this library does not know.</summary>
    Unknown,

    /// <summary>Nothing: every value is null.</summary>
    Null,
}

/// <summary>The units of timestamps.</summary>
public enum TimestampUnit
{
    /// <summary>10⁻³ s.</summary>
    Milliseconds,

    /// <summary>10⁻⁶ s.</summary>
    Microseconds,

    /// <summary>10⁻⁹ s.</summary>
    Nanoseconds,
}

/// <summary>The meaning of a column's values: the footer's logical type, or its older converted type if there is no logical type.</summary>
/// <param name="Kind">The kind.</param>
public readonly record struct LogicalType(LogicalTypeKind Kind)
{
    /// <summary>Gets the unit of a timestamp.</summary>
    public TimestampUnit Unit { get; init; }

    /// <summary>
    /// Gets a value indicating whether a timestamp is a point in time, counted from 1970-01-01T00:00:00Z; otherwise it is a local time.
    /// </summary>
    public bool IsAdjustedToUtc { get; init; }

    /// <summary>Gets a value indicating whether an integer is signed.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Gets the width of an integer in bits.</summary>
    public int BitWidth { get; init; }

    /// <summary>Gets the number of digits of a decimal.</summary>
    public int Precision { get; init; }

    /// <summary>Gets the number of digits of a decimal after the decimal point.</summary>
    public int Scale { get; init; }

    /// <summary>Returns the logical type in Parquet's terms.</summary>
    /// <returns>For example <c>TIMESTAMP(ms, UTC)</c>; empty for <see cref="LogicalTypeKind.None"/>.</returns>
    public override string ToString() => Kind switch
    {
        LogicalTypeKind.None => "",
        LogicalTypeKind.Timestamp => $"TIMESTAMP({Unit switch
        {
            TimestampUnit.Milliseconds => "ms",
            TimestampUnit.Microseconds => "us",
            _ => "ns",
        }}, {(IsAdjustedToUtc ? "UTC" : "local")})",
        LogicalTypeKind.Integer => $"{(IsSigned ? "INT" : "UINT")}_{BitWidth}",
        LogicalTypeKind.Decimal => $"DECIMAL({Precision}, {Scale})",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}
