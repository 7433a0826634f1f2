namespace Loader.Application.Quality;

/// <summary>The days, medians, examples and earliest rows of a series.</summary>
internal sealed class SeriesDetails
{
    /// <summary>An estimate of the memory of the fields.</summary>
    private const int OwnBytes = 280;

    private const int MaxSample = 48;
    private const int SampleRowBytes = 16;

    private DayTable _days = new();
    private MedianSketch _magnitudes;
    private MedianSketch _differences;
    private TopRows _spikes = new(32);
    private TopRows _jumps = new(32);
    private TopRows _outliers = new(8);
    private (long Seconds, double Value)[] _sample = [];

    public ref DayTable Days => ref _days;

    /// <summary>Gets the magnitudes of values.</summary>
    public ref MedianSketch Magnitudes => ref _magnitudes;

    /// <summary>Gets the magnitudes of differences of neighbours.</summary>
    public ref MedianSketch Differences => ref _differences;

    public ref TopRows Spikes => ref _spikes;

    public ref TopRows Jumps => ref _jumps;

    public ref TopRows Outliers => ref _outliers;

    /// <summary>Gets the first rows of a file, or the earliest ones of several files.</summary>
    public IReadOnlyList<(long Seconds, double Value)> Sample => _sample;

    public int Bytes => OwnBytes + _days.Bytes + _magnitudes.Bytes + _differences.Bytes + _spikes.Bytes + _jumps.Bytes + _outliers.Bytes
        + (_sample.Length * SampleRowBytes);

    /// <summary>Adds the first rows of a file to the sample.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddSample(in ScannedRows rows)
    {
        int before = _sample.Length;
        int count = Math.Min(rows.Seconds.Length, MaxSample - before);
        if (count <= 0)
        {
            return 0;
        }

        Array.Resize(ref _sample, before + count);
        for (int i = 0; i < count; i++)
        {
            _sample[before + i] = (rows.Seconds[i], rows.Values[i]);
        }

        return count * SampleRowBytes;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _days.Clear();
        _magnitudes.Clear();
        _differences.Clear();
        _spikes.Clear();
        _jumps.Clear();
        _outliers.Clear();
        _sample = [];
    }

    public void Merge(SeriesDetails other)
    {
        _days.Merge(other._days);
        _magnitudes.Merge(other._magnitudes);
        _differences.Merge(other._differences);
        _spikes.Merge(other._spikes);
        _jumps.Merge(other._jumps);
        _outliers.Merge(other._outliers);
        (long Seconds, double Value)[] samples = [.. _sample, .. other._sample];
        Array.Sort(samples);
        _sample = samples.Length > MaxSample ? samples[..MaxSample] : samples;
    }
}
