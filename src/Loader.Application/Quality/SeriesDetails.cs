namespace Loader.Application.Quality;

/// <summary>The days, medians and examples of a series.</summary>
internal sealed class SeriesDetails
{
    /// <summary>An estimate of the memory of the fields.</summary>
    private const int OwnBytes = 272;

    private DayTable _days = new();
    private MedianSketch _magnitudes;
    private MedianSketch _differences;
    private TopRows _spikes = new(32);
    private TopRows _jumps = new(32);
    private TopRows _outliers = new(8);

    public ref DayTable Days => ref _days;

    /// <summary>Gets the magnitudes of values.</summary>
    public ref MedianSketch Magnitudes => ref _magnitudes;

    /// <summary>Gets the magnitudes of differences of neighbours.</summary>
    public ref MedianSketch Differences => ref _differences;

    public ref TopRows Spikes => ref _spikes;

    public ref TopRows Jumps => ref _jumps;

    public ref TopRows Outliers => ref _outliers;

    public int Bytes =>
        OwnBytes + _days.Bytes + _magnitudes.Bytes + _differences.Bytes + _spikes.Bytes + _jumps.Bytes + _outliers.Bytes;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _days.Clear();
        _magnitudes.Clear();
        _differences.Clear();
        _spikes.Clear();
        _jumps.Clear();
        _outliers.Clear();
    }

    public void Merge(SeriesDetails other)
    {
        _days.Merge(other._days);
        _magnitudes.Merge(other._magnitudes);
        _differences.Merge(other._differences);
        _spikes.Merge(other._spikes);
        _jumps.Merge(other._jumps);
        _outliers.Merge(other._outliers);
    }
}
