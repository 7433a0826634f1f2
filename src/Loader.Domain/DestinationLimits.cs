namespace Loader.Domain;

/// <summary>What a destination is known to take; rows beyond it are invalid before anything is sent.</summary>
public sealed record DestinationLimits
{
    /// <summary>Gets the limits of a destination that takes everything.</summary>
    public static DestinationLimits None { get; } = new();

    /// <summary>Gets the most UTF-8 bytes that the names and values of a record's dimensions may have together.</summary>
    /// <value>Default: no limit.</value>
    public int MaxDimensionBytes { get; init; } = int.MaxValue;

    /// <summary>Gets the earliest time that is taken, inclusive, or <see langword="null"/> where it is not known or not limited.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest time that is taken, inclusive, or <see langword="null"/> where it is not known or not limited.</summary>
    public DateTimeOffset? Latest { get; init; }
}
