using System.Globalization;

namespace Loader.Domain;

/// <summary>The version of a source object, which determines the version of every record in it.</summary>
/// <remarks>
/// A record's version is object version × 2²¹ + row group index. The newer of two objects wins, and within one object the later row group
/// wins, regardless of the order in which records arrive. An object version is a time in milliseconds since 1970, or a number that the user
/// chose.
/// </remarks>
public readonly record struct ObjectVersion
{
    /// <summary>The number of low bits of a record's version that hold the row group index.</summary>
    public const int RowGroupBits = 21;

    /// <summary>The maximum number of row groups of a file: 2²¹.</summary>
    public const int MaxRowGroups = 1 << RowGroupBits;

    /// <summary>
    /// The greatest object version: 2⁴² - 1, so that record versions stay below 2⁶³. As a time in milliseconds, it lies in the year 2109.
    /// </summary>
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

    /// <summary>Gets the version, from 1 to <see cref="MaxValue"/>; 0 in <see langword="default"/>, which is not a valid version.</summary>
    public long Value { get; }

    /// <summary>Creates a version from the time at which the object was last modified.</summary>
    /// <param name="lastModified">The time.</param>
    /// <returns>The time in milliseconds since 1970, limited to the range from 1 to <see cref="MaxValue"/>.</returns>
    public static ObjectVersion FromLastModified(DateTimeOffset lastModified) =>
        new(Math.Clamp(lastModified.ToUnixTimeMilliseconds(), 1, MaxValue));

    /// <summary>Compares a record that a destination refused with the record that the destination already holds.</summary>
    /// <param name="refused">The version of the refused record.</param>
    /// <param name="stored">The version that the destination holds.</param>
    /// <returns>
    /// The result, or <see langword="null"/> if <paramref name="stored"/> is lower than <paramref name="refused"/>: then the version cannot
    /// be the reason for the refusal.
    /// </returns>
    public static StoredVersion? CompareStored(long refused, long stored) =>
        stored < refused ? null
        : stored == refused ? StoredVersion.Same
        : stored >> RowGroupBits == refused >> RowGroupBits ? StoredVersion.LaterRowGroup
        : StoredVersion.NewerObject;

    /// <summary>Parses a whole number from 1 to <see cref="MaxValue"/>, or an ISO 8601 instant (UTC if it has no offset).</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version, if the text is valid.</param>
    /// <returns><see langword="true"/> if the text is a valid version.</returns>
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

        // Without the 'T' between date and time, TryParse would also accept a bare date and local formats.
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
    /// <param name="rowGroup">The index of the row group in the file, from 0 to <see cref="MaxRowGroups"/> - 1.</param>
    /// <returns>The version, at least 2²¹.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowGroup"/> is outside the range.</exception>
    public long ForRowGroup(int rowGroup)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rowGroup, MaxRowGroups);
        return (Value << RowGroupBits) + rowGroup;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
