namespace Loader.Cli.Samples;

/// <summary>
/// Pseudo-random noise that depends only on a seed, a series and a time. It is the same on every machine and for every order of calls.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="SeriesIndex">The index of the series, so that series have different noise.</param>
internal readonly record struct SampleNoise(long Seed, int SeriesIndex)
{
    /// <summary>The time, in hours, in which <see cref="Weather"/> moves from one level to the next.</summary>
    private const double WeatherHours = 9;

    /// <summary>Returns a number from 0 to 1 that is independent of the numbers of all other steps.</summary>
    public double At(long step, int purpose = 0) =>
        (Mix(Mix(Mix((ulong)Seed) + (ulong)SeriesIndex) + (ulong)purpose + ((ulong)step << 3)) >> 11) / (double)(1UL << 53);

    /// <summary>Returns a number from 0 to 1 that changes slowly, like wind.</summary>
    public double Weather(double hour)
    {
        double knots = hour / WeatherHours;
        long knot = (long)Math.Floor(knots);
        double share = knots - knot;
        double smooth = share * share * (3 - (2 * share));
        return At(knot, purpose: 1) + (smooth * (At(knot + 1, purpose: 1) - At(knot, purpose: 1)));
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).</summary>
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15UL;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }
}
