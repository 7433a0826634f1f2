namespace Loader.Domain;

/// <summary>A range of time; an end that is <see langword="null"/> is open.</summary>
/// <param name="From">The first instant.</param>
/// <param name="To">The first instant after the range.</param>
public readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>Gets a value indicating whether the range holds every time.</summary>
    public bool IsOpen => From is null && To is null;
}
