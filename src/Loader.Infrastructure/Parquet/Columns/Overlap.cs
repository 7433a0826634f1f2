namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The local times that occur twice because clocks were set back once. Instances of one clock are compared by reference.</summary>
/// <param name="start">The first local time that occurs twice, in seconds since 1970-01-01T00:00:00.</param>
/// <param name="end">The first local time after those that occur twice.</param>
/// <param name="earlierOffset">Local time minus UTC, in seconds, at the first occurrence.</param>
/// <param name="laterOffset">Local time minus UTC, in seconds, at the second occurrence.</param>
internal sealed class Overlap(long start, long end, int earlierOffset, int laterOffset)
{
    /// <summary>
    /// The distance in seconds at which a local time still belongs to the surroundings of an overlap. It covers the neighbours of the
    /// repeated hour in hourly data, which show whether a series ascends or descends.
    /// </summary>
    public const long Margin = 3 * 3_600;

    /// <summary>Gets the first local time that occurs twice, in seconds since 1970-01-01T00:00:00.</summary>
    public long Start => start;

    /// <summary>Gets the first local time after those that occur twice.</summary>
    public long End => end;

    /// <summary>Gets local time minus UTC, in seconds, at the first occurrence.</summary>
    public int EarlierOffset => earlierOffset;

    /// <summary>Gets local time minus UTC, in seconds, at the second occurrence.</summary>
    public int LaterOffset => laterOffset;

    /// <summary>Checks whether a local time occurs twice.</summary>
    /// <param name="local">The local time in seconds.</param>
    /// <returns>Whether it does.</returns>
    public bool Contains(long local) => local >= start && local < end;

    /// <summary>Checks whether a range of local times has some that occur twice.</summary>
    /// <param name="first">The first local time of the range, in seconds.</param>
    /// <param name="last">The last local time of the range, in seconds.</param>
    /// <returns>Whether it has.</returns>
    public bool Touches(long first, long last) => first < end && last >= start;
}
