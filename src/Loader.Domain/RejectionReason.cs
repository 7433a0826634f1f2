namespace Loader.Domain;

/// <summary>Why a row is not stored. The names are kept in rejected-row files: do not rename them.</summary>
public enum RejectionReason : byte
{
    /// <summary>The row is good.</summary>
    None = 0,

    /// <summary>The time is null.</summary>
    MissingTime,

    /// <summary>The time is text that is no ISO 8601 time.</summary>
    UnreadableTime,

    /// <summary>The time does not exist in the source's time zone: clocks were set forward over it.</summary>
    NonexistentLocalTime,

    /// <summary>The time is outside what a 64-bit count of its unit holds.</summary>
    TimeOutOfRange,

    /// <summary>The time is before what the destination takes.</summary>
    TimeTooOld,

    /// <summary>The time is after what the destination takes.</summary>
    TimeInFuture,

    /// <summary>The value is null or NaN.</summary>
    MissingValue,

    /// <summary>The value is infinite, or beyond a double's range.</summary>
    InfiniteValue,

    /// <summary>A required dimension is null or empty.</summary>
    MissingDimension,

    /// <summary>The unit is null or empty.</summary>
    MissingUnit,

    /// <summary>A text is not valid UTF-8.</summary>
    InvalidText,

    /// <summary>The dimensions take more bytes than the destination allows.</summary>
    DimensionsTooLong,

    /// <summary>The series has another unit elsewhere in the file; the unit that came first counts.</summary>
    SecondUnit,

    /// <summary>The destination holds another value under the very same version.</summary>
    VersionConflict,

    /// <summary>The destination refused the record; its own words are kept beside this reason.</summary>
    Refused,
}
