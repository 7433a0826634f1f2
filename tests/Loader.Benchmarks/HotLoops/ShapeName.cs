namespace Loader.Benchmarks.HotLoops;

/// <summary>Which input a benchmark runs on.</summary>
public enum ShapeName
{
    /// <summary>24 series, a row of each at every moment.</summary>
    Interleaved,

    /// <summary>10,000 series with a dozen rows each.</summary>
    ShortSeries,
}
