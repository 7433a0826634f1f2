namespace Loader.Domain;

/// <summary>Why a row is not stored. The names are written to files of rejected rows: do not rename them.</summary>
/// <remarks>
/// <see cref="Filtered"/>, <see cref="EmptyCell"/> and <see cref="OutsideTimeRange"/> are no faults: such a row is left out on purpose. It
/// counts as filtered and is not kept.
/// </remarks>
public enum RejectionReason : byte
{
    /// <summary>The row can be stored.</summary>
    None = 0,

    /// <summary>The time is null.</summary>
    MissingTime,

    /// <summary>The time is text, but not in ISO 8601 format.</summary>
    UnreadableTime,

    /// <summary>The local time does not exist in the source's time zone: clocks were set forward past it.</summary>
    NonexistentLocalTime,

    /// <summary>The time overflows a 64-bit count of its unit.</summary>
    TimeOutOfRange,

    /// <summary>The time is earlier than the destination accepts.</summary>
    TimeTooOld,

    /// <summary>The time is later than the destination accepts.</summary>
    TimeInFuture,

    /// <summary>The value is null or NaN.</summary>
    MissingValue,

    /// <summary>The value is infinite or overflows a double.</summary>
    InfiniteValue,

    /// <summary>A required dimension is null or empty.</summary>
    MissingDimension,

    /// <summary>The unit is null or empty.</summary>
    MissingUnit,

    /// <summary>A dimension or the unit is not valid UTF-8.</summary>
    InvalidText,

    /// <summary>The dimensions have more bytes than the destination accepts.</summary>
    DimensionsTooLong,

    /// <summary>The series has another unit earlier in the file, and the first unit counts.</summary>
    SecondUnit,

    /// <summary>The destination holds another value with the same version.</summary>
    VersionConflict,

    /// <summary>The destination refused the record; its message is kept beside this reason.</summary>
    Refused,

    /// <summary>
    /// The local time occurs twice in the source's time zone, because clocks were set back, and the file does not tell which of the two
    /// instants is meant.
    /// </summary>
    AmbiguousLocalTime,

    /// <summary>
    /// A later row of the same file has the same series and time, and the destination refused that row: neither is stored. Both are kept.
    /// </summary>
    OvertakenByRefused,

    /// <summary>The value is text, but not a number as the mapping describes it.</summary>
    UnreadableValue,

    /// <summary>A column holds a code that the mapping does not know.</summary>
    UnknownCode,

    /// <summary>A condition of the mapping leaves the row out.</summary>
    Filtered,

    /// <summary>The cell of a column that the mapping turns into rows is null.</summary>
    EmptyCell,

    /// <summary>The time is outside of the range to load.</summary>
    OutsideTimeRange,

    /// <summary>A dimension contains a character that the destination has no way to write, such as a line feed.</summary>
    UnwritableText,
}

/// <summary>Tells faults of rows from rows that are left out on purpose.</summary>
public static class RejectionReasons
{
    /// <summary>Returns whether a reason leaves a row out on purpose.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns><see langword="true"/> for rows that count as filtered and not as invalid.</returns>
    public static bool IsFiltered(this RejectionReason reason) =>
        reason is RejectionReason.Filtered or RejectionReason.EmptyCell or RejectionReason.OutsideTimeRange;
}
