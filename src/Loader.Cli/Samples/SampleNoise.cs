namespace Loader.Cli.Samples;

/// <summary>Noise that follows from a seed, a series and a time alone: the same on every machine, in whatever order it is asked for.</summary>
/// <param name="Seed">Picks the noise; every number is another one.</param>
/// <param name="Series">Keeps series apart.</param>
internal readonly record struct SampleNoise(long Seed, int Series)
{
    /// <summary>How long weather lasts, in hours: <see cref="Weather"/> moves from one level to the next in that time.</summary>
    private const double WeatherHours = 9;

    /// <summary>Returns a number from 0 to 1 that has nothing to do with that of any other step.</summary>
    public double At(long step, int purpose = 0) => (Mix(Mix(Mix((ulong)Seed) + (ulong)Series) + (ulong)purpose + ((ulong)step << 3)) >> 11) / (double)(1UL << 53);

    /// <summary>Returns a number from 0 to 1 that changes slowly, as wind does.</summary>
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
