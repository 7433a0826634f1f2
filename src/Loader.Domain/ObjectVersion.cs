using System.Globalization;

namespace Loader.Domain;

/// <summary>The version of a source object, from which the version of every record in it follows.</summary>
/// <remarks>
/// A record's version is object version × 2²¹ + row group index, so that of two objects the newer wins, and inside one object the later row
/// group wins, in whatever order they arrive. An object version is a time in milliseconds since 1970, or a number that the user chose.
/// </remarks>
public readonly record struct ObjectVersion : IComparable<ObjectVersion>
{
    /// <summary>The number of low bits of a record's version that hold the row group's index.</summary>
    public const int RowGroupBits = 21;

    /// <summary>The most row groups that a file may have: 2²¹.</summary>
    public const int MaxRowGroups = 1 << RowGroupBits;

    /// <summary>The greatest object version: 2⁴² - 1, so that record versions stay below 2⁶³ (as a time in milliseconds: the year 2109).</summary>
    public const long MaxValue = (1L << 42) - 1;

    /// <summary>Initializes a new instance of the <see cref="ObjectVersion"/> struct.</summary>
    /// <param name="value">The version, from 1 to <see cref="MaxValue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is outside the range.</exception>
    public ObjectVersion(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>Gets the version, from 1 to <see cref="MaxValue"/>; 0 in <see langword="default"/>, which is no version.</summary>
    public long Value { get; }

    /// <summary>Makes the version of an object that was last modified at a time; times before 1970 count as 1.</summary>
    /// <param name="lastModified">The time.</param>
    /// <returns>The version.</returns>
    public static ObjectVersion FromLastModified(DateTimeOffset lastModified) =>
        new(Math.Clamp(lastModified.ToUnixTimeMilliseconds(), 1, MaxValue));

    /// <summary>Returns the version of the object that a record with a version came from.</summary>
    /// <param name="recordVersion">A record's version; below 2²¹ for records of other writers, whose object version is taken as 1.</param>
    /// <returns>The version.</returns>
    public static ObjectVersion OfRecord(long recordVersion) => new(Math.Max(recordVersion >> RowGroupBits, 1));

    /// <summary>Reads a whole number from 1 to <see cref="MaxValue"/>, or an ISO 8601 instant with offset.</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version, when the text is one.</param>
    /// <returns>Whether the text is a version.</returns>
    public static bool TryParse(string? text, out ObjectVersion version)
    {
        version = default;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            if (number is < 1 or > MaxValue)
            {
                return false;
            }

            version = new ObjectVersion(number);
            return true;
        }

        // "O" and friends need 'T' between date and time; without it a bare "2024" or a local form could slip through.
        if (text is null || !text.Contains('T', StringComparison.Ordinal)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            || instant.ToUnixTimeMilliseconds() is < 1 or > MaxValue)
        {
            return false;
        }

        version = FromLastModified(instant);
        return true;
    }

    /// <summary>Returns the version of the records of one row group.</summary>
    /// <param name="rowGroup">The row group's index in the file, from 0 to <see cref="MaxRowGroups"/> - 1.</param>
    /// <returns>The version, at least 2²¹.</returns>
    public long ForRowGroup(int rowGroup)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rowGroup, MaxRowGroups);
        return (Value << RowGroupBits) + rowGroup;
    }

    /// <inheritdoc/>
    public int CompareTo(ObjectVersion other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

#pragma warning disable CS1591 // The four comparisons say what their names say.
    public static bool operator <(ObjectVersion left, ObjectVersion right) => left.Value < right.Value;

    public static bool operator >(ObjectVersion left, ObjectVersion right) => left.Value > right.Value;

    public static bool operator <=(ObjectVersion left, ObjectVersion right) => left.Value <= right.Value;

    public static bool operator >=(ObjectVersion left, ObjectVersion right) => left.Value >= right.Value;
#pragma warning restore CS1591
}
