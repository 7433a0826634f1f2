namespace Loader.Domain;

/// <summary>The known limits of a destination. A row beyond them is invalid and is not sent.</summary>
public sealed record DestinationLimits
{
    /// <summary>Gets the limits of a destination that accepts everything.</summary>
    public static DestinationLimits None { get; } = new();

    /// <summary>Gets the maximum number of UTF-8 bytes of the names and values of a record's dimensions together.</summary>
    /// <value>Default: no limit.</value>
    public int MaxDimensionBytes { get; init; } = int.MaxValue;

    /// <summary>Gets what the values of dimensions must not contain, because the destination has no way to write it.</summary>
    /// <value>Default: none.</value>
    public SpecialText UnwritableText { get; init; }

    /// <summary>Gets the earliest time that is accepted, inclusive, or <see langword="null"/> if it is unknown or unlimited.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest time that is accepted, inclusive, or <see langword="null"/> if it is unknown or unlimited.</summary>
    public DateTimeOffset? Latest { get; init; }
}
