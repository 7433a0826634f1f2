namespace Loader.Application.Quality;

/// <summary>The days, medians and examples of a series.</summary>
internal sealed class SeriesDetails
{
    private const int OwnBytes = 80;

    public DayTable Days { get; } = new();

    /// <summary>Gets the magnitudes of values.</summary>
    public MedianSketch Magnitudes { get; } = new();

    /// <summary>Gets the magnitudes of differences of neighbours.</summary>
    public MedianSketch Differences { get; } = new();

    public TopRows Spikes { get; } = new(32);

    public TopRows Jumps { get; } = new(32);

    public TopRows Outliers { get; } = new(8, keepsOthers: false);

    public int Bytes => OwnBytes + Days.Bytes + Magnitudes.Bytes + Differences.Bytes + Spikes.Bytes + Jumps.Bytes + Outliers.Bytes;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Days.Clear();
        Magnitudes.Clear();
        Differences.Clear();
        Spikes.Clear();
        Jumps.Clear();
        Outliers.Clear();
    }

    public void Merge(SeriesDetails other)
    {
        Days.Merge(other.Days);
        Magnitudes.Merge(other.Magnitudes);
        Differences.Merge(other.Differences);
        Spikes.Merge(other.Spikes);
        Jumps.Merge(other.Jumps);
        Outliers.Merge(other.Outliers);
    }
}
